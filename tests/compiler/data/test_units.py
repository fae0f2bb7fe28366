"""Units of files: exact factors, values rounded once, and back to what they were."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.compiler.data.units import Units, converted, unit_word
from mlipilot.spec.units import Unit, unit

WORDS = ("kcal/mol", "Hartree", "Bohr", "kJ/mol", "GPa", "kbar", "Hartree/Bohr", "kcal/mol/Å", "Ry", "nm", "eV")
NUMBERS = st.floats(-1e8, 1e8, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-200)


def factor(word: str) -> Fraction:
    found = unit(word)
    assert isinstance(found, Unit)
    return found.factor


def test_factors_are_those_of_the_si_and_of_codata_2018() -> None:
    assert float(factor("kcal/mol")) == pytest.approx(0.0433641042418, rel=1e-11)
    assert float(factor("kJ/mol")) == pytest.approx(0.010364269656262, rel=1e-11)
    assert factor("Hartree") == Fraction("27.211386245988")
    assert factor("Bohr") == Fraction("0.529177210903")
    assert 1 / float(factor("GPa")) == pytest.approx(160.2176634, rel=1e-12)
    assert factor("kbar") * 10 == factor("GPa")


@given(NUMBERS, st.sampled_from(WORDS))
def test_a_value_is_converted_exactly_and_rounded_once(value: float, word: str) -> None:
    assert float(converted(value, factor(word))) == float(Fraction(value) * factor(word))


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=8), st.sampled_from(WORDS))
def test_a_written_value_comes_back_as_it_was_written(value: object, word: str) -> None:
    ours = float(str(value))
    theirs = float(Fraction(ours) / factor(word))
    assert f"{float(converted(theirs, factor(word))):.8f}" == f"{ours:.8f}"


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.sampled_from(WORDS))
def test_arrays_are_converted_as_their_values_are(values: list[float], word: str) -> None:
    whole = converted(np.array(values), factor(word))
    assert whole.tolist() == [float(converted(value, factor(word))) for value in values]


def test_numbers_that_are_not_finite_stay_so() -> None:
    found = converted([np.nan, np.inf, -np.inf, 1e308], factor("Hartree"))
    assert np.isnan(found[0])
    assert found[1:].tolist() == [np.inf, -np.inf, np.inf]


def test_nothing_is_touched_where_the_units_are_ours() -> None:
    values = np.array([1.0, 2.0])
    assert converted(values, Fraction(1)) is values
    assert Units().are_ours
    assert Units(stress=Fraction(-1)).are_ours
    assert not Units(length=factor("Bohr")).are_ours


@pytest.mark.parametrize(
    ("word", "dimension"),
    [
        ("kcal/mol", "energy"),
        ("Bohr", "length"),
        ("kcal/mol/Å", "force"),
        ("Hartree/Bohr^3", "pressure"),
        ("GPa", "pressure"),
    ],
)
def test_a_factor_is_shown_as_the_unit_it_is_of(word: str, dimension: str) -> None:
    assert unit_word(factor(word), dimension) == word


def test_a_factor_of_no_known_unit_is_shown_as_a_number() -> None:
    assert unit_word(Fraction(3), "energy") == "3 eV"
