"""Whether a design satisfies a hard constraint, from one-sided bounds of its mean over seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, NamedTuple

from mlipilot import _core
from mlipilot.runtime.pilot.gate.noise import Noise, is_number, mean, within

MOST_SEEDS = 64
"""Where more than these would be needed, no number of seeds is named: the design lies on the threshold."""


class Feasible(StrEnum):
    """What the bounds prove."""

    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    INCONCLUSIVE = "inconclusive"


class Bounded(NamedTuple):
    """One constraint, in the metric's unit."""

    outcome: Feasible
    estimate: float | None
    lower: float | None
    upper: float | None
    violation: float | None
    """How far the estimate lies on the wrong side, relative to the threshold; 0 on the right one."""
    more_seeds: int | None
    """Of an inconclusive one: so many more would decide it if the estimate stayed; None where none would."""


def feasibility(
    values: Sequence[float],
    comparator: Literal["<=", ">="],
    threshold: float,
    noise: Noise,
    confidence: float = 0.95,
) -> Bounded:
    """Hold the mean over seeds against a threshold: bounds of Student's t, with σ pooled as in a confirmation.

    A value that is not finite makes the design infeasible, as a missing metric fails its constraint. To accept a
    design because it is the first that is feasible, ask for a confidence of 1 - the level that `spending` allows; all
    constraints must then be feasible, each at that level (Berger, Technometrics 24, 295 (1982)).
    """
    if not all(map(is_number, values)):
        return Bounded(Feasible.INFEASIBLE, None, None, None, None, None)
    if not values:
        return Bounded(Feasible.INCONCLUSIVE, None, None, None, None, 1)
    squares, freedom = within([values])
    total = noise.freedom + freedom
    sigma = math.sqrt((noise.freedom * noise.sigma**2 + squares) / total)
    estimate = mean(values)
    half = _half_width(sigma, len(values), total, confidence)
    outcome = _core.judge(comparator, threshold, estimate, estimate - half, estimate + half).outcome
    feasible = {"pass": Feasible.FEASIBLE, "fail": Feasible.INFEASIBLE}.get(outcome, Feasible.INCONCLUSIVE)
    more = None
    if feasible is Feasible.INCONCLUSIVE:
        distance = abs(estimate - threshold)
        needed = (
            n
            for n in range(len(values) + 1, MOST_SEEDS + 1)
            if _half_width(sigma, n, noise.freedom + n - 1, confidence) < distance
        )
        more = next((n - len(values) for n in needed), None)
    return Bounded(
        feasible, estimate, estimate - half, estimate + half, violation(estimate, comparator, threshold), more
    )


def violation(estimate: float, comparator: Literal["<=", ">="], threshold: float) -> float:
    """How far a value lies on the wrong side of a threshold, relative to it; of a threshold of 0, absolutely."""
    excess = estimate - threshold if comparator == "<=" else threshold - estimate
    return max(0.0, excess) / (abs(threshold) or 1.0)


def together(constraints: Sequence[Bounded]) -> Feasible:
    """Infeasible when one constraint is, feasible when all are, inconclusive otherwise."""
    outcomes = {constraint.outcome for constraint in constraints}
    for outcome in (Feasible.INFEASIBLE, Feasible.INCONCLUSIVE):
        if outcome in outcomes:
            return outcome
    return Feasible.FEASIBLE


def _half_width(sigma: float, count: int, freedom: int, confidence: float) -> float:
    return _core.student_critical(1.0 - confidence, freedom) * sigma / math.sqrt(count)
