"""What measurements of several seeds say of a design: pure functions, on which every decision of a trial rests."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mlipilot import _core
from mlipilot.runtime.pilot.campaign.measurement import Figure, Measurement
from mlipilot.runtime.pilot.campaign.rules import Rule, objective_of
from mlipilot.runtime.pilot.gate.feasibility import Feasible, feasibility, together, violation
from mlipilot.runtime.pilot.gate.noise import Noise, mean


class Standing(NamedTuple):
    """Whether a design satisfies the scorecard."""

    outcome: Feasible
    reason: str
    """The rule that decides, in words."""
    by_seeds: bool = True
    """Of an inconclusive one: whether more seeds could decide it; not where the bounds of a model are too wide."""


def estimates(rule: int, runs: Sequence[Measurement]) -> list[float]:
    """A rule's figure in each run, in base units; NaN where it is not known."""
    return [_number(run.figures[rule].estimate) if run.figures else math.nan for run in runs]


def losses(rules: Sequence[Rule], runs: Sequence[Measurement]) -> list[float]:
    """The objective of each run as something to be minimised, on the scale of comparison."""
    place = objective_of(rules)
    assert place is not None
    return [rules[place].loss(value) for value in estimates(place, runs)]


def objective(rules: Sequence[Rule], runs: Sequence[Measurement]) -> float | None:
    """The mean of the objective over runs, in base units, what is maximised negated; None where it is not known."""
    place = objective_of(rules)
    if place is None or not runs:
        return None
    value = mean(estimates(place, runs))
    sign = 1.0 if rules[place].verb == "minimize" else -1.0
    return sign * value if math.isfinite(value) else None


def excess(rules: Sequence[Rule], runs: Sequence[Measurement]) -> float | None:
    """The sum over requires of how far the mean lies on the wrong side, relative to the threshold; None if unknown."""
    if not runs:
        return None
    total = 0.0
    for place, rule in enumerate(rules):
        if rule.is_required:
            value = mean(estimates(place, runs))
            if not math.isfinite(value):
                return None
            assert rule.comparator is not None
            assert rule.threshold is not None
            total += violation(value, rule.comparator, rule.threshold)
    return total


def outcome(rule: Rule, figure: Figure) -> str:
    """Pass, fail or undecided, of one model."""
    assert rule.comparator is not None
    assert rule.threshold is not None
    return _core.judge(rule.comparator, rule.threshold, *figure).outcome


def failing(rules: Sequence[Rule], runs: Sequence[Measurement]) -> str | None:
    """The first require that the model of some seed fails, in words; None where none does."""
    for place, rule in enumerate(rules):
        if not rule.is_required:
            continue
        for run in runs:
            if outcome(rule, run.figures[place]) == "fail":
                return f"`{rule.shown}` is {rule.reads(run.figures[place].estimate)}, outside {_bound(rule)}"
    return None


def standing(
    rules: Sequence[Rule], runs: Sequence[Measurement], noises: Mapping[int, Noise], confidence: float
) -> Standing:
    """Hold a design against every require: the model of each seed by its own bounds, and the mean over the seeds.

    Infeasible when a model fails or a mean lies outside with this confidence; feasible when all models pass and every
    mean lies inside; inconclusive otherwise.
    """
    fails = failing(rules, runs)
    if fails is not None:
        return Standing(Feasible.INFEASIBLE, fails)
    bounds = []
    open_rule, by_seeds = "", True
    for place, rule in enumerate(rules):
        if not rule.is_required:
            continue
        assert rule.comparator is not None
        assert rule.threshold is not None
        values = [rule.level(value) for value in estimates(place, runs)]
        bounded = feasibility(values, rule.comparator, rule.level(rule.threshold), noises[place], confidence)
        undecided = any(outcome(rule, run.figures[place]) != "pass" for run in runs)
        if bounded.outcome is Feasible.FEASIBLE and undecided:
            bounded = bounded._replace(outcome=Feasible.INCONCLUSIVE)
        bounds.append(bounded)
        if bounded.outcome is Feasible.INFEASIBLE:
            return Standing(Feasible.INFEASIBLE, f"the mean of `{rule.shown}` over seeds is outside {_bound(rule)}")
        if bounded.outcome is Feasible.INCONCLUSIVE and not open_rule:
            who = "the model of some seed, whatever others do" if undecided else "the mean over seeds"
            open_rule, by_seeds = f"`{rule.shown}` {_bound(rule)} is not proven for {who}", not undecided
    found = together(bounds)
    if found is Feasible.INCONCLUSIVE:
        return Standing(found, open_rule, by_seeds)
    return Standing(found, "every require is met")


def _bound(rule: Rule) -> str:
    return f"{rule.comparator} {rule.reads(rule.threshold)}"


def _number(value: float | None) -> float:
    return math.nan if value is None else value
