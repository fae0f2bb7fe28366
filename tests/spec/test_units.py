"""Units are dimensions with exact factors."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.spec.schema import METRICS, Metric
from mlipilot.spec.units import BASES, EXAMPLES, NAMED, UNITS, Dimension, Unit, in_unit, nearest_unit, unit

ELEMENTARY_CHARGE = 1.602176634e-19
FLOATS = {
    # SI value of each base unit, and each unit, from its definition: an independent table in floats.
    "eV": ELEMENTARY_CHARGE,
    "meV": 1e-3 * ELEMENTARY_CHARGE,
    "kJ": 1e3,
    "kcal": 4184.0,
    "Å": 1e-10,
    "nm": 1e-9,
    "fs": 1e-15,
    "ps": 1e-12,
    "h": 3600.0,
    "GPa": 1e9,
    "bar": 1e5,
    "K": 1.0,
    "atom": 1.0,
    "mol": 6.02214076e23,
}
BASE_VALUES = dict(zip(BASES, (ELEMENTARY_CHARGE, 1e-10, 1e-15, 1.0, 1.0, 1.0, 1.0), strict=True))


def in_si(found: Unit) -> float:
    """A unit in SI, by its dimension and factor."""
    scale = math.prod(BASE_VALUES[base] ** power for base, power in zip(BASES, found.dimension.powers, strict=True))
    return float(found.factor) * scale


def known(word: str) -> Unit:
    """The unit of a word that is one."""
    found = unit(word)
    assert isinstance(found, Unit), found
    return found


@pytest.mark.parametrize("word", FLOATS)
def test_a_unit_has_its_value_in_si(word: str) -> None:
    assert in_si(known(word)) == pytest.approx(FLOATS[word], rel=1e-12)


factors = st.tuples(st.sampled_from(sorted(FLOATS)), st.integers(-3, 3).filter(bool))


@given(st.lists(factors, min_size=1, max_size=4))
def test_a_product_of_powers_is_the_product_of_the_units(parts: list[tuple[str, int]]) -> None:
    word = "·".join(f"{name}^{power}" for name, power in parts)
    expected = math.prod(FLOATS[name] ** power for name, power in parts)
    assert in_si(known(word)) == pytest.approx(expected, rel=1e-9)


@given(st.lists(factors, min_size=2, max_size=2))
def test_dividing_is_a_negative_power(parts: list[tuple[str, int]]) -> None:
    (a, n), (b, m) = parts
    assert known(f"{a}^{n}/{b}^{m}") == known(f"{a}^{n}*{b}^{-m}")


dimensions = st.tuples(*[st.integers(-4, 4)] * len(BASES)).map(Dimension)


@given(dimensions, dimensions, dimensions, st.integers(-3, 3))
def test_dimensions_are_a_group(a: Dimension, b: Dimension, c: Dimension, power: int) -> None:
    one = NAMED["a plain number"]
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a * one == a
    assert a * a**-1 == one
    assert (a * b) ** power == a**power * b**power


def test_factors_are_exact() -> None:
    assert known("meV/Å").factor == Fraction(1, 1000)
    assert 300 * known("meV").factor == Fraction("0.3")
    assert known("GPa").factor * Fraction("1.602176634e-19") == Fraction(10) ** 9 / 10**30
    assert known("meV/atom/ps").factor == Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Å", "\u212b"),
        ("Å", "A\u030a"),
        ("Å", "Ang"),
        ("meV/Å", "meV/A\u030a"),
        ("Å^3", "Å³"),
        ("Å^-3", "Å⁻³"),
        ("eV/Å/Å", "eV/Å^2"),
        ("µs", "us"),
        ("µs", "\u03bcs"),
        ("Bohr", "bohr"),
        ("atom", "atoms"),
    ],
)
def test_spellings_of_one_unit(one: str, other: str) -> None:
    assert known(one) == known(other)


@pytest.mark.parametrize(("a", "b"), [("eV", "eV/atom"), ("ps", "steps"), ("eV/Å", "eV"), ("K", "eV"), ("GPa", "eV/Å")])
def test_what_is_measured_differently_has_another_dimension(a: str, b: str) -> None:
    assert known(a).dimension != known(b).dimension


def test_pressure_is_energy_by_volume() -> None:
    assert known("GPa").dimension == known("eV/Å^3").dimension


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("ang", "ang"),
        ("meV/ang", "ang"),
        ("eV//Å", "eV//Å"),
        ("eV/", "eV/"),
        ("Å^9", "Å^9"),
        ("Å^0", "Å^0"),
        ("Å^", "Å^"),
        ("2eV", "2eV"),
    ],
)
def test_what_is_no_unit_is_named(word: str, part: str) -> None:
    assert unit(word) == part


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("A", "Å"),
        ("angstrom", "Å"),
        ("ang", "Å"),
        ("mev", "meV"),
        ("meV/A", "meV/Å"),
        ("mev/atom", "meV/atom"),
        ("gpa", "GPa"),
        ("Kelvin", "K"),
        ("hours", "h"),
        ("eV/A^3", "eV/Å^3"),
        ("eV/ang³", "eV/Å³"),
        ("a0", "Bohr"),
        ("xylophone", None),
        ("//", None),
    ],
)
def test_the_nearest_unit_is_offered(word: str, meant: str | None) -> None:
    assert nearest_unit(word) == meant


def test_the_unit_that_is_offered_measures_what_is_asked() -> None:
    assert nearest_unit("atms", NAMED["pressure"]) == "atm"
    assert nearest_unit("atms", NAMED["a number of atoms"]) == "atoms"
    assert nearest_unit("meV/atmo/ps", NAMED["energy drift per atom"]) == "meV/atom/ps"
    assert nearest_unit("atms", NAMED["length"]) is None


@given(st.text(alphabet="meVÅ/atompsK%^-·*0123³⁻ \u030a°", max_size=12))
def test_any_word_is_a_unit_or_not(word: str) -> None:
    found = unit(word)
    assert isinstance(found, (Unit, str))
    near = nearest_unit(word)
    assert near is None or isinstance(unit(near), Unit)


def test_every_named_dimension_has_an_example_of_itself() -> None:
    assert set(EXAMPLES) == set(NAMED)
    for name, word in EXAMPLES.items():
        assert known(word).dimension == NAMED[name]
        assert NAMED[name].name == name
        assert NAMED[name].example == word


def test_a_dimension_without_a_name_is_spelt_out() -> None:
    assert known("eV/K^2").dimension.name == "energy/temperature^2"
    assert known("fs/eV").dimension.name == "time/energy"
    assert known("K^-1").dimension.name == "1/temperature"


def test_every_unit_stands_alone_as_a_word() -> None:
    for word in UNITS:
        assert known(word) == UNITS[word]


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_metric_is_shown_in_a_unit_of_its_dimension(metric: Metric) -> None:
    found = known(metric.unit)
    assert found.dimension == NAMED[metric.dimension]
    assert metric.measures(metric.unit)
    assert metric.shown(0.25) * float(found.factor) == pytest.approx(0.25, rel=1e-15)


@pytest.mark.parametrize("word", ["", "x", "fs", "eV", "meV/Å/Å", "eV/"])
def test_a_word_that_is_no_unit_of_a_metric_is_told_from_one(word: str) -> None:
    assert METRICS["force_rmse"].measures("eV/Å")
    assert not METRICS["force_rmse"].measures(word)


@pytest.mark.parametrize(("word", "shown"), [("GPa", 2.0), ("MPa", 2000.0), ("meV/Å³", 12.482)])
def test_a_value_is_shown_in_whatever_unit_is_asked_for(word: str, shown: float) -> None:
    assert in_unit(2 * float(known("GPa").factor), word) == pytest.approx(shown, rel=1e-4)


def test_a_shown_value_is_the_base_value_over_its_unit() -> None:
    assert METRICS["force_rmse"].shown(0.0173) == pytest.approx(17.3)
    assert METRICS["nve_drift"].shown(1e-7) == pytest.approx(0.1)
    assert METRICS["survival"].shown(0.8) == pytest.approx(80.0)
    assert METRICS["relative_speed"].shown(1.43) == 1.43
