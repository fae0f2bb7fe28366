"""The verdict on the models of a run: every constraint for every seed, and its form in `verdict.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.judgement.number import Number
from mlipilot.spec.numerals import count, short
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.schema.metrics import METRICS
from mlipilot.spec.units import in_unit

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
    """The unit that its numbers are shown in, as the spec's author wrote it; empty in a damaged file."""
    comparator: str | None
    """`<=`, `>=`; None where nothing is required."""
    threshold: Number
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

    def shown_in_unit(self, number: Number) -> Any:
        """One of its numbers in its unit; of a damaged one what stands in its place."""
        return number.written if number.value is None or not self.unit else in_unit(number.value, self.unit)

    @property
    def bound(self) -> str | None:
        """The threshold with its unit, as the spec's author reads it; None where nothing is required."""
        threshold = self.shown_in_unit(self.threshold)
        return f"{threshold:.10g} {self.unit}" if isinstance(threshold, int | float) else None

    def document(self, *, base: bool = False) -> dict[str, Any]:
        """As JSON, in its unit; or in base units, as a file has it."""
        found = {name: value.written if isinstance(value, Number) else value for name, value in vars(self).items()}
        return found if base else found | {name: self.shown_in_unit(getattr(self, name)) for name in _WITH_UNIT}

    def __repr__(self) -> str:
        figure = "unknown" if self.estimate.value is None else f"{short(self.shown_in_unit(self.estimate))} {self.unit}"
        bound = f"{self.comparator} {self.bound}" if self.comparator and self.bound else ""
        return in_a_line("JudgedConstraint", self.verb, self.shown, f"{bound}:", figure, self.outcome or "")


_WITH_UNIT = ("threshold", "estimate", "lower", "upper")


@dataclass(frozen=True)
class SeedVerdict:
    """The outcome for the model of one seed."""

    outcome: str
    """`accepted`, `rejected`, `undecided`; empty in a damaged file."""
    constraints: tuple[JudgedConstraint, ...] = ()
    stages: Mapping[str, tuple[JudgedConstraint, ...]] = field(default_factory=dict)
    """After each stage of the training, what is measured on a split."""

    def document(self, *, base: bool = False) -> dict[str, Any]:
        """As JSON, each rule in its unit; or in base units, as a file has it."""
        return {
            "verdict": self.outcome,
            "constraints": [constraint.document(base=base) for constraint in self.constraints],
            "stages": {
                stage: [constraint.document(base=base) for constraint in constraints]
                for stage, constraints in self.stages.items()
            },
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

    def document(self, *, base: bool = False) -> dict[str, Any]:
        """As JSON, each rule in its unit; or in base units, of which `read_verdict` makes the same verdict."""
        return {
            "scorecard": self.scorecard,
            "hash": self.hash,
            "confidence": self.confidence.written,
            "verdict": self.outcome,
            "selected_seed": self.selected_seed,
            "seeds": {seed: judged.document(base=base) for seed, judged in self.seeds.items()},
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
                *(
                    None if number.value is None else rule.shown_in_unit(number)
                    for number in (rule.estimate, rule.lower, rule.upper)
                ),
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
    text = json.dumps(verdict.document(base=True), indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def load_verdict(folder: Path) -> Verdict | None:
    """The verdict in a folder; None where there is no file, or it holds no JSON object."""
    document = read_json(folder / FILE)
    return None if document is None else read_verdict(document)


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
        return Number.read(entry.get(name))

    return JudgedConstraint(
        verb=_text(entry.get("verb")),
        shown=_text(entry.get("shown")),
        metric=metric,
        target=_text(entry.get("target")),
        unit=_unit(_text(entry.get("unit")), metric),
        comparator=_word(entry.get("comparator")),
        threshold=number("threshold"),
        estimate=number("estimate"),
        lower=number("lower"),
        upper=number("upper"),
        outcome=_word(entry.get("outcome")),
        margin=number("margin"),
        reason=_text(entry.get("reason")),
        advice=_text(entry.get("advice")),
        because=_text(entry.get("because")),
        method=_text(entry.get("method")),
        details=_mapping(entry.get("details")),
    )


def _unit(word: str, metric: str) -> str:
    """The unit, where it is one of the metric."""
    return word if metric in METRICS and METRICS[metric].measures(word) else ""


def _text(value: Any) -> str:
    return _word(value) or ""


def _word(value: Any) -> str | None:
    return str(value) if value else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
