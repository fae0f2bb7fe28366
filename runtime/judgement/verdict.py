"""The verdict on the models of a run: every constraint for every seed, and its form in `verdict.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.judgement.number import Number
from mlipilot.spec.numerals import count, short
from mlipilot.spec.one_line import in_a_line

if TYPE_CHECKING:
    import polars

FILE = "verdict.json"


@dataclass(frozen=True)
class JudgedConstraint:
    """One line of the scorecard for one model; a word that a damaged file lacks is empty."""

    verb: str
    shown: str
    """The metric as the spec writes it: `force_rmse(cu.test)`."""
    metric: str
    target: str
    unit: str
    """The unit that reports show."""
    comparator: str | None
    """`<=`, `>=`; None where nothing is required."""
    threshold: Number
    bound: str | None
    """The threshold with its unit, as the spec's author reads it."""
    estimate: Number
    lower: Number
    upper: Number
    outcome: str | None
    """`pass`, `fail`, `undecided`; None without a threshold."""
    margin: Number
    """Distance of the deciding bound from the threshold, relative to it; positive inside."""
    reason: str
    advice: str
    because: str
    method: str
    details: Mapping[str, Any]
    """Counts, words, and numbers in base units."""

    def document(self) -> dict[str, Any]:
        """As JSON, numbers in the unit that reports show."""
        return {name: value.shown if isinstance(value, Number) else value for name, value in vars(self).items()}

    def __repr__(self) -> str:
        figure = "unknown" if self.estimate.value is None else f"{short(float(self.estimate.shown))} {self.unit}"
        bound = f"{self.comparator} {self.bound}" if self.comparator and self.bound else ""
        return in_a_line("JudgedConstraint", self.verb, self.shown, f"{bound}:", figure, self.outcome or "")


@dataclass(frozen=True)
class SeedVerdict:
    """The outcome for the model of one seed."""

    outcome: str
    """`accepted`, `rejected`, `undecided`; empty in a damaged file."""
    constraints: tuple[JudgedConstraint, ...] = ()
    stages: Mapping[str, tuple[JudgedConstraint, ...]] = field(default_factory=dict)
    """After each stage of the training, what is measured on a split."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "verdict": self.outcome,
            "constraints": _documents(self.constraints),
            "stages": {stage: _documents(constraints) for stage, constraints in self.stages.items()},
        }

    def __repr__(self) -> str:
        passed = sum(constraint.outcome == "pass" for constraint in self.constraints)
        bounded = sum(constraint.outcome is not None for constraint in self.constraints)
        return in_a_line("SeedVerdict", f"{self.outcome or 'damaged'}:", f"{passed} of {count(bounded, 'rule')} met")


@dataclass(frozen=True)
class Verdict:
    """The outcome of a scorecard over all seeds."""

    scorecard: str
    hash: str
    confidence: Number
    outcome: str
    """`accepted`, `rejected`, `undecided`; empty in a damaged file."""
    selected_seed: int | None
    """Whose model is handed out."""
    seeds: Mapping[str, SeedVerdict]
    """By seed, as the file writes it."""

    @property
    def is_accepted(self) -> bool:
        """Whether every requirement is met under every seed."""
        return self.outcome == "accepted"

    def document(self) -> dict[str, Any]:
        """As JSON; `read_verdict` makes the same verdict of it."""
        return {
            "scorecard": self.scorecard,
            "hash": self.hash,
            "confidence": self.confidence.shown,
            "verdict": self.outcome,
            "selected_seed": self.selected_seed,
            "seeds": {seed: judged.document() for seed, judged in self.seeds.items()},
        }

    @property
    def table(self) -> polars.DataFrame:
        """A row for each rule and seed: `estimate`, `lower` and `upper` in `unit`, `bound`, `outcome`.

        The lower and upper values are those of the confidence; what is not known is null.
        """
        import polars

        text, real = polars.String, polars.Float64
        columns = {
            "seed": text,
            "verb": text,
            "rule": text,
            "estimate": real,
            "lower": real,
            "upper": real,
            "unit": text,
        }
        rows = [
            (
                *(seed, rule.verb, rule.shown),
                *(None if n.value is None else float(n.shown) for n in (rule.estimate, rule.lower, rule.upper)),
                *(rule.unit, None if rule.bound is None else f"{rule.comparator} {rule.bound}", rule.outcome),
            )
            for seed, judged in self.seeds.items()
            for rule in judged.constraints
        ]
        return polars.DataFrame(rows, schema={**columns, "bound": text, "outcome": text}, orient="row")

    def __repr__(self) -> str:
        chosen = "" if self.selected_seed is None else f", seed {self.selected_seed} is handed out"
        seeds = count(len(self.seeds), "seed")
        return in_a_line("Verdict", f"{self.scorecard}:", f"{self.outcome or 'damaged'} over {seeds}{chosen}")


def read_verdict(document: Mapping[str, Any]) -> Verdict:
    """A verdict from JSON; what is damaged is empty or unknown, and a number keeps what stands in its place."""
    seed = document.get("selected_seed")
    return Verdict(
        scorecard=_text(document.get("scorecard")),
        hash=_text(document.get("hash")),
        confidence=Number.read(document.get("confidence")),
        outcome=_text(document.get("verdict")),
        selected_seed=seed if isinstance(seed, int) and not isinstance(seed, bool) else None,
        seeds={str(seed): _seed(_mapping(judged)) for seed, judged in _mapping(document.get("seeds")).items()},
    )


def write_verdict(folder: Path, verdict: Verdict) -> None:
    """Write `verdict.json` into a folder."""
    text = json.dumps(verdict.document(), indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def load_verdict(folder: Path) -> Verdict | None:
    """The verdict in a folder; None where there is no file, or it holds no JSON object."""
    document = read_json(folder / FILE)
    return None if document is None else read_verdict(document)


def _documents(constraints: Sequence[JudgedConstraint]) -> list[dict[str, Any]]:
    return [constraint.document() for constraint in constraints]


def _seed(content: Mapping[str, Any]) -> SeedVerdict:
    return SeedVerdict(
        _text(content.get("verdict")),
        _constraints(content.get("constraints")),
        {stage: _constraints(entries) for stage, entries in _mapping(content.get("stages")).items()},
    )


def _constraints(entries: Any) -> tuple[JudgedConstraint, ...]:
    return tuple(_constraint(_mapping(entry)) for entry in entries) if isinstance(entries, list) else ()


def _constraint(entry: Mapping[str, Any]) -> JudgedConstraint:
    metric = _text(entry.get("metric"))

    def number(name: str) -> Number:
        return Number.read(entry.get(name), metric)

    return JudgedConstraint(
        verb=_text(entry.get("verb")),
        shown=_text(entry.get("shown")),
        metric=metric,
        target=_text(entry.get("target")),
        unit=_text(entry.get("unit")),
        comparator=_word(entry.get("comparator")),
        threshold=number("threshold"),
        bound=_word(entry.get("bound")),
        estimate=number("estimate"),
        lower=number("lower"),
        upper=number("upper"),
        outcome=_word(entry.get("outcome")),
        margin=Number.read(entry.get("margin")),
        reason=_text(entry.get("reason")),
        advice=_text(entry.get("advice")),
        because=_text(entry.get("because")),
        method=_text(entry.get("method")),
        details=_mapping(entry.get("details")),
    )


def _text(value: Any) -> str:
    return _word(value) or ""


def _word(value: Any) -> str | None:
    return str(value) if value else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
