"""The estimator learns: from objectives of feasible points, and from violations of the others."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable

import pytest
import spaces

from mlipilot.runtime.pilot.proposers import TPE, Random
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.proposers.observation import Observation, observation
from mlipilot.runtime.pilot.trial import Failure, Proposal
from mlipilot.spec.space import Point

SEARCH = """
    m.r_max               ~ uniform(4 Å, 6 Å)
    m.channels            ~ choice(8, 16, 32)
    fit.first.lr          ~ log_uniform(1e-4, 1e-1)
    fit.first.loss.energy ~ log_uniform(0.1, 1000)
    fit.batch             ~ int(1 .. 32) when m.channels == 8
"""
CHART = Chart(spaces.space_of(SEARCH))


def shares(point: Point) -> tuple[float, float, float]:
    one, two, three = (CHART.share(name, point[name]) for name in ("m.r_max", "fit.first.lr", "fit.first.loss.energy"))
    return one, two, three


def bowl(point: Point) -> tuple[float, float]:
    """A valley far from the baseline; points on the wrong side of a plane violate."""
    x, y, z = shares(point)
    value = (x - 0.2) ** 2 + (y - 0.8) ** 2 + (z - 0.3) ** 2 + (0.0 if point["m.channels"] == 16 else 0.3)
    return value, max(0.0, y + z - 1.2)


def ring(point: Point) -> tuple[float, float]:
    """The least value lies where everything violates; the best feasible points are on a ring around it."""
    x, y, _ = shares(point)
    distance = math.hypot(x - 0.7, y - 0.3)
    return distance - 0.3, max(0.0, 0.3 - distance) + max(0.0, distance - 0.45)


def small_batches(point: Point) -> tuple[float, float]:
    """Good only where a condition holds, by the value that is drawn there alone; few points are feasible."""
    x, y, z = shares(point)
    batch = point["fit.batch"]
    assert isinstance(batch, int)
    value = abs(batch - 24) / 24 + abs(x - 0.5) if point["m.channels"] == 8 else 2.0
    return value, max(0.0, abs(y - 0.6) - 0.15) + max(0.0, z - 0.6)


def best(make: Callable[[int], Random | TPE], seed: int, truth: Callable[[Point], tuple[float, float]]) -> float:
    def judge(number: int, point: Point) -> dict[str, object]:
        value, violation = truth(point)
        # What is measured where a point violates is the lure of all: it must not count.
        return {"objective": value if violation == 0 else -100.0, "violation": violation}

    history = spaces.campaign(make(seed), CHART.space, 50, judge)
    return min((t.objective for t in history if t.violation == 0 and t.objective is not None), default=10.0)


@pytest.mark.parametrize("truth", [bowl, ring, small_batches])
def test_it_finds_better_feasible_points_than_random_draws(truth: Callable[[Point], tuple[float, float]]) -> None:
    seeds = range(9)
    estimator = [best(TPE, seed, truth) for seed in seeds]
    chance = [best(Random, seed, truth) for seed in seeds]
    assert statistics.median(estimator) < 0.8 * statistics.median(chance)


def test_objectives_of_infeasible_points_do_not_change_what_is_proposed() -> None:
    def judge(scale: float) -> Callable[[int, Point], dict[str, object]]:
        def inner(number: int, point: Point) -> dict[str, object]:
            value, violation = bowl(point)
            return {"objective": scale if violation else value, "violation": violation}

        return inner

    runs = [spaces.proposals(spaces.campaign(TPE(2), CHART.space, 30, judge(s))) for s in (-1e9, 0.0, 1e9, math.nan)]
    assert runs[0] == runs[1] == runs[2] == runs[3]


def test_violations_change_what_is_proposed() -> None:
    def judge(sign: int) -> Callable[[int, Point], dict[str, object]]:
        return lambda _, point: {"objective": None, "violation": 2 + sign * shares(point)[0]}

    low, high = (spaces.campaign(TPE(2), CHART.space, 60, judge(sign)) for sign in (1, -1))
    late = [statistics.mean(shares(one.point)[0] for one in history[30:]) for history in (low, high)]
    assert late[0] < 0.35
    assert late[1] > 0.65


NOTHING = Proposal(())


@pytest.mark.parametrize(
    ("objective", "violation", "state", "failure", "expected"),
    [
        (0.5, 0.0, "accepted", None, Observation(0.0, 0.5)),
        (0.5, 0.0, "undecided", None, Observation(0.0, 0.5)),
        (0.5, None, "rejected", None, Observation(0.0, 0.5)),
        (0.5, None, "undecided", None, None),
        (0.5, 0.2, "rejected", None, Observation(0.2, 0.0)),
        (0.5, None, "infeasible", None, Observation(math.inf, 0.0)),
        (0.5, 0.0, "duplicate", None, None),
        (math.nan, 0.0, "rejected", None, None),
        (math.inf, 0.0, "rejected", None, None),
        (0.5, math.nan, "accepted", None, None),
        (0.5, math.nan, "infeasible", None, Observation(math.inf, 0.0)),
        (None, None, "rejected", None, None),
        (0.5, 0.0, "failed", Failure.CANDIDATE, Observation(math.inf, 0.0)),
        (None, 3.0, "failed", Failure.CANDIDATE, Observation(3.0, 0.0)),
        (0.5, 0.0, "failed", Failure.INFRASTRUCTURE, None),
        (0.5, 0.3, "failed", Failure.EVALUATOR, None),
        (0.5, 0.3, "failed", Failure.TAMPER, None),
        (None, None, "failed", Failure.FORMAT, None),
    ],
)
def test_what_a_trial_teaches(
    objective: float | None,
    violation: float | None,
    state: str,
    failure: Failure | None,
    expected: Observation | None,
) -> None:
    one = spaces.trial(0, NOTHING, {}, objective, violation=violation, state=state, failure=failure)
    assert observation(one) == expected
