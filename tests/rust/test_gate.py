"""The distributions of the gate against SciPy, and what is refused."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mlipilot import _core

steady = settings(deadline=None, max_examples=100)


@steady
@given(st.floats(-60, 60), st.floats(0.5, 500))
def test_student_s_tail_agrees_with_scipy(t: float, freedom: float) -> None:
    assert _core.student_tail(t, freedom) == pytest.approx(stats.t.sf(t, freedom), rel=1e-8, abs=1e-300)


@steady
@given(st.floats(1e-6, 0.999), st.floats(1, 500))
def test_student_s_critical_value_agrees_with_scipy(tail: float, freedom: float) -> None:
    assert _core.student_critical(tail, freedom) == pytest.approx(stats.t.isf(tail, freedom), rel=1e-6, abs=1e-6)


@steady
@given(st.floats(0, 1e6), st.floats(1, 200), st.floats(1, 200))
def test_fisher_s_tail_agrees_with_scipy(ratio: float, numerator: float, denominator: float) -> None:
    reference = stats.f.sf(ratio, numerator, denominator)
    assert _core.fisher_tail(ratio, numerator, denominator) == pytest.approx(reference, rel=1e-8, abs=1e-14)


def test_infinite_freedom_is_the_normal_distribution() -> None:
    assert _core.student_tail(1.5, math.inf) == pytest.approx(stats.norm.sf(1.5), rel=1e-10)
    assert _core.student_critical(0.01, math.inf) == pytest.approx(stats.norm.isf(0.01), rel=1e-9)
    assert (_core.student_tail(math.inf, 3.0), _core.student_tail(-math.inf, 3.0)) == (0.0, 1.0)


@pytest.mark.parametrize("freedom", [0.0, -1.0, math.nan])
def test_what_is_no_number_of_degrees_is_refused(freedom: float) -> None:
    with pytest.raises(ValueError, match="freedom"):
        _core.student_tail(1.0, freedom)
    with pytest.raises(ValueError, match="t:"):
        _core.student_tail(math.nan, 3.0)
    with pytest.raises(ValueError, match="tail"):
        _core.student_critical(0.0, 3.0)
    with pytest.raises(ValueError, match="ratio"):
        _core.fisher_tail(math.nan, 3.0, 3.0)
