"""Numbers as a reader sees them, and the bar that places them against a threshold."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.runtime.report.margin import margin_bar
from mlipilot.runtime.report.quantity import Known, NotKnown, Unknown, attempt, format_duration, quantity
from mlipilot.spec.numerals import format_number

POSITIVE = st.floats(1e-6, 1e6)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (17.3456, "17.3"),
        (-0.00081, "−0.000810"),
        (9.996, "10.0"),
        (99_960, "1.00 × 10⁵"),
        (2.6e-5, "2.60 × 10⁻⁵"),
        (1200.0, "1200"),
    ],
)
def test_numbers_keep_three_significant_digits(value: float, text: str) -> None:
    assert format_number(value) == text


def test_chosen_numbers_are_shown_as_they_are() -> None:
    assert [format_number(value, None) for value in (30.0, 0.1, 30.000000000000004, -4.0)] == ["30", "0.1", "30", "−4"]


@given(st.floats(-1.79e308, 1.79e308))  # beyond them three digits round to infinity
def test_a_shown_number_is_within_half_a_digit_of_the_value(value: float) -> None:
    text = format_number(value).replace("−", "-").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    assert math.isclose(float(text.replace(" × 10", "e")), value, rel_tol=5.1e-3)


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), "fast", True, [1]])
def test_what_is_no_finite_number_is_unknown(value: object) -> None:
    assert isinstance(quantity(value), Unknown)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.42, "0.42 s"), (59.0, "59.0 s"), (252.0, "4 min 12 s"), (7384.0, "2 h 3 min")]
)
def test_durations_name_their_two_largest_units(seconds: float, text: str) -> None:
    assert format_duration(Known(seconds)) == text


def test_an_attempt_turns_reasons_into_unknowns_and_lets_bugs_through() -> None:
    def missing() -> int:
        raise NotKnown("it was not written")

    def bug() -> int:
        raise AssertionError

    assert attempt(missing) == Unknown("it was not written")
    assert attempt(lambda: 3) == 3
    with pytest.raises(AssertionError):
        attempt(bug)


@given(POSITIVE, POSITIVE, st.sampled_from(["≤", "≥"]))
def test_the_bar_puts_the_estimate_on_its_side_of_the_threshold(threshold: float, estimate: float, sign: str) -> None:
    bar = margin_bar(sign, Known(threshold), Known(estimate), Unknown(""), Unknown(""), None)
    line = re.search(r'<line x1="([\d.]+)"', bar)
    point = re.search(r'<circle cx="([\d.]+)"', bar)
    tint = re.search(r'<rect x="([\d.]+)" y="4" width="([\d.]+)"[^>]*good-tint', bar)
    assert line is not None and tint is not None
    edge, start, end = float(line[1]), float(tint[1]), float(tint[1]) + float(tint[2])
    assert (end if sign == "≤" else start) == pytest.approx(edge, abs=0.15)
    if point is None:
        assert estimate > threshold
    else:
        assert (float(point[1]) - edge) * (estimate - threshold) >= 0
