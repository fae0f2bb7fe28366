"""The three-valued rule: what bounds decide, what they leave open, and that the unknown never passes."""

import itertools
import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlipilot import _core

steady = settings(deadline=None, max_examples=60)  # a busy machine is no failure

number = st.floats(-1e6, 1e6)
comparators = st.sampled_from(["<=", ">="])
unknown = st.sampled_from([None, math.nan, math.inf, -math.inf])


@steady
@given(comparators, number, st.tuples(number, number, number))
def test_bounds_decide_on_their_side_and_leave_open_what_they_enclose(
    comparator: str, threshold: float, values: tuple[float, float, float]
) -> None:
    lower, estimate, upper = sorted(values)
    found = _core.judge(comparator, threshold, estimate, lower, upper)
    if comparator == "<=":
        expected = "pass" if upper <= threshold else "fail" if lower > threshold else "undecided"
    else:
        expected = "pass" if lower >= threshold else "fail" if upper < threshold else "undecided"
    assert found.outcome == expected
    assert found.reason == ("straddles" if expected == "undecided" else "bound")
    assume(threshold != 0 and found.margin is not None)
    assert (found.margin >= 0) == (expected == "pass")


@steady
@given(comparators, number, number)
def test_a_deterministic_quantity_is_never_undecided(comparator: str, threshold: float, value: float) -> None:
    found = _core.judge(comparator, threshold, value, value, value)
    inside = value <= threshold if comparator == "<=" else value >= threshold
    assert found.outcome == ("pass" if inside else "fail")


@steady
@given(comparators, number, unknown, number)
def test_a_missing_estimate_fails_whatever_the_bounds(
    comparator: str, threshold: float, estimate: float | None, bound: float
) -> None:
    found = _core.judge(comparator, threshold, estimate, bound, bound)
    assert (found.outcome, found.reason, found.margin) == ("fail", "missing_estimate", None)


@steady
@given(comparators, number, number, unknown, unknown)
def test_unknown_bounds_leave_a_known_estimate_undecided(
    comparator: str, threshold: float, estimate: float, lower: float | None, upper: float | None
) -> None:
    found = _core.judge(comparator, threshold, estimate, lower, upper)
    assert (found.outcome, found.reason, found.margin) == ("undecided", "unknown_bound", None)


def test_one_known_bound_decides_if_it_can() -> None:
    assert _core.judge("<=", 1.0, 0.5, None, 0.8).outcome == "pass"
    assert _core.judge("<=", 1.0, 2.0, 1.5, None).outcome == "fail"
    assert _core.judge("<=", 1.0, 1.0, 0.5, None).reason == "unknown_bound"
    assert _core.judge(">=", 0.95, 1.0, 0.6877, None).outcome == "undecided"


def test_the_margin_is_the_relative_distance_of_the_deciding_bound() -> None:
    assert _core.judge("<=", 30.0, 20.0, 18.0, 24.0).margin == pytest.approx(0.2)
    assert _core.judge("<=", 30.0, 40.0, 36.0, 44.0).margin == pytest.approx(-0.2)
    assert _core.judge("<=", 30.0, 29.0, 27.0, 33.0).margin == pytest.approx(-0.1)
    assert _core.judge(">=", 0.5, 0.6, 0.55, 0.65).margin == pytest.approx(0.1)
    assert _core.judge("<=", 0.0, 0.0, 0.0, 0.0).margin is None


def test_survival_of_sixteen_replicas_reads_as_the_design_page_says() -> None:
    lower, upper = _core.clopper_pearson(16, 16)
    assert _core.judge(">=", 0.80, 1.0, lower, upper).outcome == "pass"
    assert _core.judge(">=", 0.95, 1.0, lower, upper).outcome == "undecided"


def test_combination_over_all_outcomes_of_three_constraints() -> None:
    for outcomes in itertools.product(["pass", "fail", "undecided"], repeat=3):
        expected = "rejected" if "fail" in outcomes else "undecided" if "undecided" in outcomes else "accepted"
        assert _core.combine(outcomes) == expected
    assert _core.combine([]) == "undecided"


def test_bad_input_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="comparator: must be '<=' or '>='"):
        _core.judge("<", 1.0, 1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="threshold: value 0 is not finite"):
        _core.judge("<=", math.nan, 1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="lower: must not exceed upper = 1, is 2"):
        _core.judge("<=", 1.0, 1.5, 2.0, 1.0)
    with pytest.raises(ValueError, match="outcomes: must be 'pass', 'fail' or 'undecided', found 'missing'"):
        _core.combine(["pass", "missing"])
    with pytest.raises(TypeError):
        _core.combine("pass")
