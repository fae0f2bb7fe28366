"""Hard constraints from bounds over seeds."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from mlipilot.runtime.pilot.gate.feasibility import Bounded, Feasible, feasibility, together, violation
from mlipilot.runtime.pilot.gate.noise import Noise, calibrate

steady = settings(deadline=None, max_examples=60)
NOISE = Noise(1.0, 4)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [([4.0] * 5, "feasible"), ([16.0] * 5, "infeasible"), ([9.8] * 5, "inconclusive"), ([10.2] * 5, "inconclusive")],
)
def test_bounds_decide_and_a_value_near_the_threshold_stays_open(values: list[float], outcome: str) -> None:
    assert feasibility(values, "<=", 10.0, NOISE).outcome == outcome
    mirrored = feasibility([-value for value in values], ">=", -10.0, NOISE)
    assert mirrored.outcome == outcome


def test_bounds_are_student_s_with_the_pooled_sigma() -> None:
    values = [3.0, 4.0, 5.5]
    sigma = math.sqrt((4 * 1.0 + 2 * np.var(values, ddof=1)) / 6)
    found = feasibility(values, "<=", 10.0, NOISE, 0.9)
    assert found.upper == pytest.approx(np.mean(values) + stats.t.isf(0.1, 6) * sigma / math.sqrt(3), rel=1e-9)
    assert found.lower == pytest.approx(np.mean(values) - stats.t.isf(0.1, 6) * sigma / math.sqrt(3), rel=1e-9)


@steady
@given(st.floats(8.0, 12.0), st.integers(1, 6))
def test_the_seeds_that_are_said_to_decide_would(value: float, seeds: int) -> None:
    quiet = Noise(1.0, 10_000)
    found = feasibility([value] * seeds, "<=", 10.0, quiet)
    assume(found.outcome is Feasible.INCONCLUSIVE and found.more_seeds is not None)
    after = feasibility([value] * (seeds + (found.more_seeds or 0)), "<=", 10.0, quiet)
    assert after.outcome == (Feasible.FEASIBLE if value < 10.0 else Feasible.INFEASIBLE)


def test_on_the_threshold_no_number_of_seeds_decides() -> None:
    assert feasibility([10.0] * 3, "<=", 10.0, NOISE).more_seeds is None
    assert feasibility([], "<=", 10.0, NOISE).more_seeds == 1


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_not_feasible(broken: float) -> None:
    assert feasibility([1.0, broken], "<=", 10.0, NOISE).outcome is Feasible.INFEASIBLE
    assert feasibility([broken], ">=", -10.0, NOISE).outcome is Feasible.INFEASIBLE


def test_a_design_on_the_wrong_side_is_called_feasible_no_more_often_than_stated() -> None:
    generator = np.random.default_rng(3)
    trials, wrong = 4000, 0
    for _ in range(trials):
        noise = calibrate(generator.standard_normal(5).tolist())
        assert isinstance(noise, Noise)
        wrong += feasibility(generator.standard_normal(3).tolist(), "<=", 0.0, noise).outcome is Feasible.FEASIBLE
    assert abs(wrong / trials - 0.05) < 3 * (0.05 * 0.95 / trials) ** 0.5


def test_a_violation_is_relative_and_nothing_on_the_right_side() -> None:
    assert violation(12.0, "<=", 10.0) == pytest.approx(0.2)
    assert violation(8.0, "<=", 10.0) == 0.0
    assert violation(8.0, ">=", 10.0) == pytest.approx(0.2)
    assert violation(0.3, "<=", 0.0) == pytest.approx(0.3)


def test_one_infeasible_constraint_decides_and_one_open_one_keeps_it_open() -> None:
    yes, no, unsure = (Bounded(outcome, None, None, None, None, None) for outcome in Feasible)
    assert together([yes, yes]) is Feasible.FEASIBLE
    assert together([yes, unsure, no]) is Feasible.INFEASIBLE
    assert together([yes, unsure]) is Feasible.INCONCLUSIVE
