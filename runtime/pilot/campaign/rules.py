"""The scorecard as a campaign decides by it: in base units, and on a scale on which noise is even.

Errors, drifts and speeds vary by factors: a model twice as bad has about twice the spread over seeds. They are
compared by their logarithms, so that σ of a poor baseline says something of a good candidate. Shares are compared as
they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mlipilot.compiler.operations.verdict import shown_metric, shown_unit
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import percent, short
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.schema import METRICS
from mlipilot.spec.schema.metrics import Bounds
from mlipilot.spec.units import in_unit

_FACTOR = 0.5
"""A σ of logarithms above this is said as a factor: `82 % more` and `45 % less` would be the same."""


@dataclass(frozen=True)
class Rule:
    """One line of the scorecard."""

    verb: str
    metric: str
    shown: str
    """The metric as it is written: `force_rmse(cu.test)`."""
    comparator: Literal["<=", ">="] | None
    threshold: float | None
    """In base units."""
    unit: str = field(compare=False)
    """The unit that people read its figures in: that of its threshold, as the author wrote it, or the metric's own."""
    because: str = ""

    @property
    def is_required(self) -> bool:
        """Whether a model that fails it is rejected."""
        return self.verb == "require"

    @property
    def is_objective(self) -> bool:
        """Whether it says what is improved."""
        return self.verb in ("minimize", "maximize")

    @property
    def is_even(self) -> bool:
        """Whether its noise does not grow with its value, as that of a share does not."""
        return METRICS[self.metric].bounds is Bounds.PROPORTION

    def in_unit(self, value: float) -> float:
        """A value in base units, in its unit."""
        return in_unit(value, self.unit)

    def level(self, value: float) -> float:
        """A value on the scale of comparison; not finite where it cannot be compared, as an error of 0."""
        if self.is_even:
            return value
        return math.log(value) if 0.0 < value < math.inf else math.nan

    def loss(self, value: float) -> float:
        """A value as something to be minimised, on the scale of comparison."""
        return self.level(value) if METRICS[self.metric].lower_is_better else -self.level(value)

    def gain(self, difference: float) -> float:
        """A difference of losses as a part of the value: 0.1 is 10 % better; of a share, the difference itself."""
        return difference if self.is_even else -math.expm1(-difference)

    def reads(self, value: float | None) -> str:
        """A value as people read it: `14.2 meV/Å`, `1030 meV/Å`."""
        if value is None or not math.isfinite(value):
            return "unknown"
        return f"{short(self.in_unit(value))} {self.unit}"

    def spread(self, sigma: float) -> str:
        """A σ on the scale of comparison as people read it: `26 %`, `a factor of 3.1`; of a share, `1.2 points`."""
        if self.is_even:
            return f"{short(100 * sigma, 2)} points"
        return percent(math.expm1(sigma)) if sigma < _FACTOR else f"a factor of {short(math.exp(sigma), 2)}"

    def __repr__(self) -> str:
        bound = "" if self.comparator is None else f"{self.comparator} {self.reads(self.threshold)}"
        return in_a_line("Rule", self.verb, self.shown, bound)


def rules_of(spec: Spec) -> tuple[Rule, ...]:
    """The rules of a spec's scorecard, in the order of its verdicts."""
    card = spec.only("scorecard")
    if card is None:
        return ()
    return tuple(
        Rule(
            constraint.verb,
            constraint.metric.metric,
            shown_metric(constraint.metric),
            constraint.comparator,  # type: ignore[arg-type]
            None if constraint.threshold is None else float(constraint.threshold.data),  # type: ignore[arg-type]
            shown_unit(constraint),
            constraint.because,
        )
        for constraint in card.constraints
    )


def objective_of(rules: Sequence[Rule]) -> int | None:
    """The place of the rule that says what is improved; None where the scorecard only requires."""
    return next((place for place, rule in enumerate(rules) if rule.is_objective), None)


def recorded_rules(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Rules as JSON."""
    return [dict(vars(rule)) for rule in rules]


def shown_rules(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Rules as JSON for people, each threshold in the unit of its rule."""
    return [
        {**vars(rule), "threshold": None if rule.threshold is None else rule.in_unit(rule.threshold)} for rule in rules
    ]


def read_rules(documents: Sequence[dict[str, Any]]) -> tuple[Rule, ...]:
    """Rules from JSON. Raises TypeError, KeyError or ValueError for what is none."""
    rules = tuple(Rule(**document) for document in documents)
    for rule in rules:
        if not METRICS[rule.metric].measures(rule.unit):
            raise ValueError(f"`{rule.unit}` is no unit of `{rule.metric}`")
    return rules


__all__ = ["Rule", "objective_of", "read_rules", "recorded_rules", "rules_of", "shown_rules"]
