"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.compiler.estimate import in_words
from mlipilot.runtime.display.words import duration
from mlipilot.runtime.report.quantity import Known, format_duration
from mlipilot.spec.numerals import count, long_time, percent, short, signed_percent, size


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "run", "0 runs"),
        (1, "run", "1 run"),
        (1, "earlier trial", "1 earlier trial"),
        (42_800, "run", "42,800 runs"),
    ],
)
def test_a_noun_is_counted(number: int, noun: str, words: str) -> None:
    assert count(number, noun) == words


def test_a_noun_that_does_not_end_in_s_names_its_plural() -> None:
    assert count(1, "entry", "entries") == "1 entry"
    assert count(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("value", "text"), [(27.0, "27"), (1034.0, "1034"), (0.5, "0.5"), (-0.00123, "−0.00123"), (1.2e6, "1.20 × 10⁶")]
)
def test_zeros_at_the_end_say_nothing_and_are_left_out(value: float, text: str) -> None:
    assert short(value) == text


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (2.1, "210 %"),
        (0.26, "26 %"),
        (-0.012, "−1.2 %"),
        (0.0, "0 %"),
        (12.5, "1,250 %"),
        (5.4e-16, "less than 0.01 %"),
    ],
)
def test_a_part_in_percent_has_two_digits_or_is_whole(part: float, text: str) -> None:
    assert percent(part) == text


def test_a_change_has_its_sign_and_next_to_none_is_none() -> None:
    assert [signed_percent(part) for part in (0.31, -0.31, 1e-9, -1e-9)] == ["+31 %", "−31 %", "0 %", "0 %"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_number_is_written_as_programs_write_it(value: float) -> None:
    assert "e" not in short(value)
    assert "e+" not in percent(value)
    assert "e-" not in percent(value)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (12_345, "12.3 kB"), (3_400_000, "3.4 MB"), (10**12, "1 TB")],
)
def test_a_size_is_said_as_a_person_says_it(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (10**15 - 1, "999,999,999,999,999 points"),
        (10**15, "1.00 × 10¹⁵ points"),
        (3 * 10**20, "3.00 × 10²⁰ points"),
        (7 * 10**400, "7.00 × 10⁴⁰⁰ points"),
    ],
)
def test_an_absurd_count_is_a_power_of_ten(number: int, words: str) -> None:
    assert count(number, "point") == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (172_800, "2.0 d"),
        (86_400 * 365.25 * 3, "3 years"),
        (86_400 * 365.25 * 4321, "4,321 years"),
        (118572240579088.0 * 86_400, "3.25 × 10¹¹ years"),
        (math.inf, "without end"),
        (math.nan, "without end"),
    ],
)
def test_a_time_that_nobody_waits_for_is_said_in_years(seconds: float, words: str) -> None:
    assert long_time(seconds) == words


@pytest.mark.parametrize(
    ("bytes_", "words"), [(1, "1 byte"), (3_400_000_000, "3.4 GB"), (10**21, "1000 EB"), (10**26, "1.000 × 10⁸ EB")]
)
def test_an_absurd_size_is_a_power_of_its_largest_unit(bytes_: int, words: str) -> None:
    assert size(bytes_) == words


@given(st.floats(min_value=60, allow_infinity=False))
def test_every_printed_duration_is_short(seconds: float) -> None:
    for words in (in_words(seconds), duration(seconds), format_duration(Known(seconds))):
        assert len(words) <= 20, words
        assert "e+" not in words
