"""Condition numbers: their cut-off, their regularisation, and what standardising the columns does to them."""

from __future__ import annotations

from math import inf, isnan

import numpy as np
import pytest

from mlipilot.runtime.encodings.geometry import condition_numbers


def of_singular_values(*sigma: float) -> np.ndarray:
    """A matrix (12, len(sigma)) of these singular values, with columns of mean 0."""
    rng = np.random.default_rng(0)
    left = np.linalg.qr(np.hstack([np.ones((12, 1)), rng.normal(size=(12, len(sigma)))]))[0][:, 1:]
    right = np.linalg.qr(rng.normal(size=(len(sigma), len(sigma))))[0]
    return (left * sigma) @ right.T


@pytest.mark.parametrize("centred", [True, False])
def test_the_number_is_the_ratio_of_the_outer_singular_values(centred: bool) -> None:
    found = condition_numbers(of_singular_values(8, 4, 0.5), centred=centred).raw
    assert found.number == pytest.approx(16, rel=1e-12)
    assert (found.kept, found.total) == (3, 3)


def test_singular_values_at_or_below_the_cut_off_do_not_count() -> None:
    Z = of_singular_values(8, 4, 0.5)
    found = condition_numbers(Z, cut_off=0.1).raw
    assert found.number == pytest.approx(2, rel=1e-12)
    assert (found.kept, found.total, found.cut_off) == (2, 3, 0.1)
    assert condition_numbers(Z).raw.cut_off == 12 * np.finfo(float).eps


@pytest.mark.parametrize("unit", [1.0, 1e-3])
def test_the_regularised_number_takes_lambda_in_squared_units_of_the_columns(unit: float) -> None:
    found = condition_numbers(of_singular_values(3 * unit, 2 * unit), regularisation=unit**2).raw
    assert found.regularised == pytest.approx((9 + 1) / (4 + 1), rel=1e-12)


def test_a_missing_direction_has_an_infinite_condition_until_it_is_regularised() -> None:
    Z = of_singular_values(3, 2, 0)
    assert condition_numbers(Z).raw.regularised == inf
    assert condition_numbers(Z, regularisation=1).raw.regularised == pytest.approx(10, rel=1e-9)
    assert condition_numbers(Z).raw.number == pytest.approx(1.5, rel=1e-12)


@pytest.mark.parametrize("factor", [1e-200, 1e200])
def test_lambda_past_the_squares_range_still_gives_a_number(factor: float) -> None:
    Z = of_singular_values(3, 2) * factor
    expected = 1.0 if factor < 1 else 9 / 4
    assert condition_numbers(Z, regularisation=1.0).raw.regularised == pytest.approx(expected, rel=1e-9)


def test_standardising_takes_away_what_units_did() -> None:
    Z = np.random.default_rng(1).normal(size=(200, 4))
    units = np.array([1.0, 1e150, 1e-150, 1e3])
    plain, scaled = condition_numbers(Z), condition_numbers(Z * units)
    assert scaled.standardised.number == pytest.approx(plain.standardised.number, rel=1e-9)
    assert scaled.raw.number > 1e6 or scaled.raw.kept < 4


def test_standardised_columns_have_the_condition_of_their_correlations() -> None:
    Z = np.random.default_rng(2).normal(size=(50, 4)) @ np.diag([1, 5, 10, 100]) + 7
    eigenvalues = np.linalg.eigvalsh(np.corrcoef(Z.T))
    found = condition_numbers(Z).standardised.number
    assert found == pytest.approx(np.sqrt(eigenvalues[-1] / eigenvalues[0]), rel=1e-9)


@pytest.mark.parametrize("last", [0.1, float(np.nextafter(0.1, 1))])
def test_a_column_constant_to_rounding_neither_adds_a_direction_nor_becomes_one(last: float) -> None:
    Z = of_singular_values(8, 4)
    column = np.full((12, 1), 0.1)
    column[-1] = last
    found = condition_numbers(np.hstack([Z, column]))
    assert found.raw.number == pytest.approx(2, rel=1e-12)
    assert (found.standardised.kept, found.standardised.total) == (2, 3)


def test_a_constant_representation_has_an_unknown_condition_with_a_reason() -> None:
    found = condition_numbers(np.full((5, 2), 0.1))
    for one in (found.raw, found.standardised):
        assert isnan(one.number) and isnan(one.regularised)
        assert one.reason == "every singular value is 0: the samples do not differ"


@pytest.mark.parametrize("regularisation", [-1.0, inf, np.nan])
def test_a_lambda_that_is_not_a_number_of_at_least_0_is_refused(regularisation: float) -> None:
    with pytest.raises(ValueError, match=r"regularisation is .*, expected a finite number of at least 0"):
        condition_numbers(np.eye(3), regularisation=regularisation)
