"""The outcome of a benchmark with drawn numbers, for tests of what is shown of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np

from mlipilot.runtime.encodings.benchmark.outcome import (
    LEFT_OUT,
    BenchmarkOutcome,
    Change,
    ClaimOutcome,
    Compared,
    Geometry,
    Level,
    Mechanism,
    Overhead,
    Paper,
    Place,
    Rank,
    Ranking,
    Scored,
    Share,
)

PROTOCOL = {"outer": 5, "repeats": 4, "inner": 4}
HASH = "9f2c41d07a3be58e6c1f0b92d4478a6350e1c7f8b2a94d3e6f708192a3b4c5d6"
SETS = ("iris", "wine", "breast_cancer", "digits", "soap(cu, r_cut = 4.5 Å)")
ENCODINGS = ("amplitude(norm = append)", "angle", "basis(code = thermometer)")
CONTROLS = {"same_head": ("raw", "fourier", "pca"), "same_kernel": ("rbf",), "adaptive": ("svm", "boosting")}
_MERITS = {"iris": 0.95, "wine": 0.96, "breast_cancer": 0.95, "digits": 0.94}
_EFFECTS = {
    "amplitude(norm = append)": -0.012, "angle": 0.008, "basis(code = thermometer)": 0.002, "raw": -0.01,
    "fourier": 0.006, "pca": -0.014, "rbf": 0.009, "svm": 0.011, "boosting": 0.002,
}  # fmt: skip
_NUMBERS = "soap(cu, r_cut = 4.5 Å)"
_NORMAL = NormalDist()


def place(data: str = "wine", scaling: str = "none", dimension: int | None = None, head: str = "linear") -> Place:
    return Place(data, scaling, dimension, head)


def compared(word: str, **others: Any) -> Compared:
    """A comparison by its verdict."""
    numbers = {"difference": 0.021, "lower": 0.004, "upper": 0.038, "rope": 0.01, "corrected_p": 0.012, "family": 6}
    given = {"place": place(), "tier": "same_head", "encoding": "angle", "control": "raw"} | others
    known = {} if word == LEFT_OUT else numbers
    return Compared(metric="balanced_accuracy", word=word, **(known | given))


def claim(outcome: str = "holds", verb: str = "require", **others: Any) -> ClaimOutcome:
    """A claim by its outcome."""
    found = {
        "relation": "not_worse",
        "written": "not_worse(angle, raw, tier = same_head)",
        "because": "a product state holds what is encoded",
        "words": {"better": 2, "equivalent": 8},
    }
    return ClaimOutcome(verb=verb, outcome=outcome, **(found | others))


def bare(**parts: Any) -> BenchmarkOutcome:
    """An outcome with the parts given alone."""
    return BenchmarkOutcome("fixed_maps", HASH, 0.95, PROTOCOL, parts.pop("data", (about("wine"),)), **parts)


def about(name: str) -> Mapping[str, Any]:
    """What an outcome says of a data set."""
    numbers = name.startswith("soap")
    return {
        "name": name,
        "samples": 480 if numbers else 178,
        "features": 60 if numbers else 13,
        "task": "numbers" if numbers else "classes",
        "classes": 0 if numbers else 3,
        "deviation": 0.031 if numbers else None,
        "unit": "eV/atom" if numbers else "",
        "sha256": "3b0c" * 16,
        "source": "copper.extxyz" if numbers else "scikit-learn",
        "licence": "" if numbers else "CC BY 4.0",
    }


@dataclass
class Drawn:
    """A whole outcome: every part, its numbers drawn, differences those of the scores."""

    sets: Sequence[str] = SETS
    encodings: Sequence[str] = ENCODINGS
    controls: Mapping[str, Sequence[str]] = field(default_factory=lambda: CONTROLS)
    scalings: Sequence[str] = ("none", "standard")
    generator: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))
    scores: dict[tuple[Place, str, str], Scored] = field(default_factory=dict)

    def outcome(self, **changes: Any) -> BenchmarkOutcome:
        """With parts replaced."""
        comparisons = tuple(
            self._compared(data, scaling, encoding, tier, control)
            for scaling in self.scalings
            for encoding in self.encodings
            for tier, controls in self.controls.items()
            for control in controls
            for data in self.sets
        )
        found: dict[str, Any] = {
            "data": tuple(map(about, self.sets)),
            "comparisons": comparisons,
            "scores": tuple(self.scores.values()),
            "claims": self._claims(),
            "shares": tuple(
                Share(data, factor, levels, max(-0.01, float(self.generator.normal(mean, 0.06))))
                for data in self.sets
                for factor, levels, mean in (("encoding", 3, 0.34), ("scaling", 2, 0.2), ("encoding × scaling", 6, 0.1))
            ),
            "rankings": self._rankings(),
            "geometry": tuple(self._geometry()),
            "overhead": tuple(self._overhead()),
            "hardware": {"processor": "AMD EPYC 7B13", "cores": 2},
            "mechanisms": tuple(self._mechanisms()),
            "learning_curves": tuple(self._levels((32, 64, 128, 256, 512), "wine", "digits", rises=True)),
            "label_noise": tuple(self._levels((0.0, 0.1, 0.2, 0.4), "wine", "digits", rises=False)),
            "paper": (
                Paper("wine", "accuracy", "amplitude, linear SVM", 0.883, 0.889, ("unscaled amplitude",)),
                Paper("wine", "spectra", "basis, effective rank", 3.02, 3.0, ("un-centred rank",)),
                Paper("breast_cancer", "accuracy", "angle, linear SVM", None, 0.961, ()),
                Paper("breast_cancer", "similarity", "basis, cosine", 0.71, None, ("uint8 overflow", "test rows")),
            ),
        }
        words = changes.pop("words", "")
        return BenchmarkOutcome("fixed_maps", HASH, 0.95, PROTOCOL, **(found | changes), words=words)

    def _compared(self, data: str, scaling: str, encoding: str, tier: str, control: str) -> Compared:
        head = "kernel" if tier == "same_kernel" else "linear"
        matched = encoding if tier == "same_head" and control != "raw" else ""
        ours = self._scored(Place(data, scaling, None, head), encoding, "", "")
        own = Place(data, scaling, None, "" if tier == "adaptive" else head)
        theirs = self._scored(own, control, tier, matched)
        metric, at = ours.metric, ours.place
        if ours.mean is None or theirs.mean is None:
            reason = ours.reason or theirs.reason
            return Compared(at, tier, encoding, control, metric, LEFT_OUT, reason)
        sign, unit = (-1, 0.031) if metric == "rmse" else (1, 1.0)
        difference = sign * (ours.mean - theirs.mean)
        error = unit * float(self.generator.uniform(0.003, 0.012))
        rope = 0.01 * unit
        inside = _NORMAL.cdf((rope - difference) / error) - _NORMAL.cdf((-rope - difference) / error)
        better = 1 - _NORMAL.cdf((rope - difference) / error)
        chances = {"better": better, "equivalent": inside, "worse": 1 - better - inside}
        word = next((word for word, chance in chances.items() if chance >= 0.95), "undecided")
        factor = (
            None if word != "undecided" else float(self.generator.uniform(1.5, 20)) if error < 0.01 * unit else None
        )
        return Compared(
            at, tier, encoding, control, metric, word, "",
            difference, difference - 2 * error, difference + 2 * error, rope,
            better, inside, chances["worse"], 0.01, 0.04, 18, factor,
        )  # fmt: skip

    def _scored(self, at: Place, arm: str, tier: str, matched: str) -> Scored:
        key = (at, arm, tier + matched)
        if key not in self.scores:
            self.scores[key] = self._drawn(at, arm, tier, matched)
        return self.scores[key]

    def _drawn(self, at: Place, arm: str, tier: str, matched: str) -> Scored:
        numbers = at.data == _NUMBERS
        metric = "rmse" if numbers else "balanced_accuracy"
        if arm == "fourier" and at.data == "digits" and matched.startswith("basis"):
            reason = "it needs about 9.8 GB (1797 × 1024 features), and 4 GB are free"
            return Scored(at, arm, tier, matched, metric, None, None, None, {}, None, reason)
        merit = _EFFECTS.get(arm, 0.0) + float(self.generator.normal(0.0, 0.012)) + 0.008 * (at.scaling == "standard")
        if numbers:
            mean, error = 0.0124 - 0.12 * merit, 0.0004
            means: dict[str, float | None] = {"rmse": mean, "mae": 0.8 * mean, "r2": 1 - (mean / 0.031) ** 2}
        else:
            mean, error = min(0.995, _MERITS.get(at.data, 0.9) + merit), 0.008
            means = {"balanced_accuracy": mean, "accuracy": mean + 0.004, "log_loss": 0.3 * (1.1 - mean)}
            means |= {"macro_f1": mean - 0.003, "mcc": 2 * mean - 1, "auprc": None if arm == "svm" else mean}
        seconds = float(self.generator.lognormal(-3.0, 1.0))
        return Scored(at, arm, tier, matched, metric, mean, mean - 2 * error, mean + 2 * error, means, seconds)

    def _claims(self) -> tuple[ClaimOutcome, ...]:
        return (
            claim(
                written="not_worse(amplitude, raw, tier = same_head)",
                because="the norm is appended, so nothing of the length is lost",
            ),
            claim(
                "undecided",
                written="not_worse(basis, fourier, tier = same_head, scaling = standard)",
                because="thermometer codes keep the order of levels",
                words={"equivalent": 1, "undecided": 3, LEFT_OUT: 1},
                advice="about 6 times as many samples, or 12 repeats, would decide it",
            ),
            claim(
                "holds",
                "predict",
                relation="better",
                written="better(angle, raw, tier = same_head, data = digits)",
                because="product states see pairs of pixels",
                words={"better": 2},
            ),
            claim(
                "fails",
                "predict",
                relation="better",
                written="better(angle, rbf, tier = same_kernel)",
                because="",
                words={"worse": 2, "undecided": 8},
            ),
        )

    def _rankings(self) -> tuple[Ranking, ...]:
        arms = ("angle", "fourier", "basis(code = thermometer)", "raw", "amplitude(norm = append)", "pca")
        ranks = tuple(
            Rank("standard", arm, mean) for arm, mean in zip(arms, (1.8, 2.3, 3.2, 3.9, 4.6, 5.2), strict=True)
        )
        return (Ranking("same_head", 12, 0.003, ranks, (arms[:3], arms[2:5], arms[4:])),)

    def _geometry(self) -> list[Geometry]:
        found = []
        for data in self.sets:
            for scaling in self.scalings:
                for number, arm in enumerate(self.encodings):
                    figures: dict[str, float | None] = {
                        "effective_rank": float(self.generator.uniform(2, 5) * (1 + 2 * number)),
                        "condition_number": float(10 ** self.generator.uniform(1, 3 + 3 * number)),
                        "alignment": float(self.generator.uniform(0.1, 0.7)),
                    }
                    reasons = {}
                    if data == "iris" and number == 2:
                        figures["condition_number"] = None
                        reasons["condition_number"] = "two columns are constant, so the smallest singular value is 0"
                    found.append(Geometry(data, scaling, arm, figures, reasons))
        return found

    def _overhead(self) -> list[Overhead]:
        found = []
        cost = {"raw": 1.0, "amplitude(norm = append)": 1.6, "angle": 4.2, "basis(code = thermometer)": 7.1}
        cost |= {"fourier": 3.8, "pca": 2.9}
        for data in self.sets:
            for arm, times in cost.items():
                if data == "digits" and arm == "fourier":
                    found.append(
                        Overhead(data, arm, 1024, *[None] * 8, reason="it needs about 9.8 GB, and 4 GB are free")
                    )
                    continue
                encode, fit, predict = (float(times**p * self.generator.uniform(0.85, 1.2)) for p in (1.3, 1.0, 0.6))
                spread = [(0.9 * ratio, 1.15 * ratio) for ratio in (encode, fit, predict)]
                ratios = (encode, spread[0], fit, spread[1], predict, spread[2])
                found.append(Overhead(data, arm, int(13 * times), *ratios, 1e-6 * encode, int(104 * times)))
        return found

    def _mechanisms(self) -> list[Mechanism]:
        found = []
        for encoding, intervention, figure, rise, gains in (
            ("amplitude(norm = append)", "append the norm", "norm kept", 0.62, (0.031, 0.024, 0.002)),
            ("basis(code = thermometer)", "thermometer code", "distances kept", 0.21, (0.008, 0.001, -0.003)),
        ):
            for data, gain in zip(self.sets, gains, strict=False):
                geometry, metric = (Change(c, c - e, c + e) for c, e in ((rise, 0.1), (gain, 0.012)))
                held = min(geometry.lower, metric.lower) > 0
                found.append(Mechanism(data, encoding, intervention, figure, geometry, metric, held))
        return found

    def _levels(self, levels: Sequence[float], *sets: str, rises: bool) -> list[Level]:
        found = []
        for data in sets:
            for arm, tier in ((e, "") for e in self.encodings):
                found += self._course(levels, data, arm, tier, rises)
            found += self._course(levels, data, "raw", "same_head", rises)
        return found

    def _course(self, levels: Sequence[float], data: str, arm: str, tier: str, rises: bool) -> list[Level]:
        found = []
        for number, level in enumerate(levels):
            part = number / (len(levels) - 1)
            lost = 0.22 * (1 - part) ** 1.7 if rises else 0.3 * part**1.6
            mean = 0.95 + _EFFECTS[arm] * 1.5 - lost + float(self.generator.normal(0, 0.004))
            found.append(Level(place(data, self.scalings[0]), arm, tier, level, mean, mean - 0.02, mean + 0.02))
        return found
