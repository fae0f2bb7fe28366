"""What a representation keeps of its input: by representations that keep all, all but one thing, or nothing."""

from __future__ import annotations

from math import inf, isnan

import numpy as np
import pytest
from numpy.typing import NDArray

from mlipilot.runtime.encodings.geometry import magnitude_retention, mean_to_spread

Floats = NDArray[np.float64]


def inputs(n: int = 300, d: int = 3) -> Floats:
    """Samples about the origin, of norms that vary."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, d)) * rng.uniform(0.2, 3, size=(n, 1))


def test_what_contains_the_input_and_its_norm_keeps_all() -> None:
    X = inputs()
    norm = np.linalg.norm(X, axis=1, keepdims=True)
    found = magnitude_retention(np.hstack([X, norm]), X)
    assert found.norm.ridge == pytest.approx(1, abs=1e-9)
    assert all(feature.ridge == pytest.approx(1, abs=1e-9) for feature in found.features)
    assert found.norm.neighbours > 0.8
    assert found.reasons == ()


def test_the_input_itself_keeps_distances_and_its_norm_only_nonlinearly() -> None:
    X = inputs()
    found = magnitude_retention(3 * X, X)
    assert found.distance_correlation == pytest.approx(1, abs=1e-12)
    assert found.norm.ridge < 0.1
    assert found.norm.neighbours > 0.8


def test_normalised_rows_lose_the_norm_and_keep_what_direction_tells() -> None:
    X = inputs()
    found = magnitude_retention(X / np.linalg.norm(X, axis=1, keepdims=True), X)
    assert max(found.norm.ridge, found.norm.neighbours) < 0.1
    assert all(feature.ridge > 0.4 for feature in found.features)


def test_noise_keeps_nothing() -> None:
    X = inputs()
    found = magnitude_retention(np.random.default_rng(1).normal(size=(300, 5)), X)
    for one in (found.norm, *found.features):
        assert max(one.ridge, one.neighbours) < 0.1
    assert abs(found.distance_correlation) < 0.1


def test_a_representation_of_more_columns_than_samples_is_not_fitted_but_predicted() -> None:
    X = inputs(40)
    noise = np.random.default_rng(2).normal(size=(40, 400))
    assert magnitude_retention(noise, X).norm.ridge < 0.3


@pytest.mark.parametrize("unit", [1e200, 1e-200])
def test_units_change_nothing(unit: float) -> None:
    X = inputs(60)
    Z = np.tanh(X)
    one = magnitude_retention(Z, X)
    other = magnitude_retention(Z * np.array([1, unit, 1]), X * unit)
    assert other.norm.ridge == pytest.approx(one.norm.ridge, rel=1e-6)
    assert [f.neighbours for f in other.features] == pytest.approx([f.neighbours for f in one.features], rel=1e-6)
    assert other.rho.value == pytest.approx(one.rho.value, rel=1e-9)


def test_a_constant_feature_and_a_constant_norm_are_unknown_with_reasons() -> None:
    X = inputs(60)
    circle = np.hstack([X / np.linalg.norm(X, axis=1, keepdims=True), np.full((60, 1), 0.1)])
    found = magnitude_retention(X, circle)
    assert isnan(found.norm.ridge) and isnan(found.features[3].neighbours)
    assert not isnan(found.features[0].ridge)
    assert found.reasons == ("norm: |x| is the same for all samples", "features: 1 of 4 are constant (columns 3)")


def test_too_few_samples_for_the_folds_are_unknown_with_a_reason() -> None:
    X = inputs(9)
    found = magnitude_retention(X, X)
    assert isnan(found.norm.ridge)
    assert found.distance_correlation == pytest.approx(1)
    assert found.reasons == ("norm, features: 5 folds need at least 10 samples, got 9",)
    assert not isnan(magnitude_retention(X, X, folds=4).norm.neighbours)


def test_more_neighbours_than_a_fold_leaves_are_all_that_it_leaves() -> None:
    X = inputs(20)
    assert magnitude_retention(X, X, neighbours=50) == magnitude_retention(X, X, neighbours=16)


def test_a_constant_representation_keeps_nothing_and_has_no_order_of_distances() -> None:
    X = inputs(60)
    found = magnitude_retention(np.full((60, 2), 0.1), X)
    assert found.norm.ridge <= 0
    assert isnan(found.distance_correlation)
    assert found.reasons == ("distance_correlation: all pairs of one side are equally far apart",)


def test_distances_of_a_part_of_many_samples_are_close_to_those_of_all() -> None:
    X = inputs()
    Z = np.tanh(X)
    part, full = (magnitude_retention(Z, X, max_pairs=pairs).distance_correlation for pairs in (3000, 10**6))
    assert part != full
    assert part == pytest.approx(full, abs=0.1)


def test_rho_is_the_mean_over_the_width_of_the_cloud() -> None:
    X = inputs() + np.array([10, 0, 0])
    expected = np.linalg.norm(X.mean(axis=0)) / np.sqrt(X.var(axis=0).sum())
    assert mean_to_spread(X).value == pytest.approx(expected, rel=1e-12)
    assert mean_to_spread(X - X.mean(axis=0)).value < 1e-12


def test_rho_of_a_constant_is_infinite_and_of_zeros_unknown() -> None:
    assert mean_to_spread(np.full((4, 2), 0.1)) == (inf, "the samples do not differ")
    value, reason = mean_to_spread(np.zeros((4, 2)))
    assert isnan(value) and reason == "the samples do not differ"


def test_arguments_that_do_not_fit_are_refused() -> None:
    X = inputs(20)
    with pytest.raises(ValueError, match="Z has 20 samples and raw has 19"):
        magnitude_retention(X, X[:19])
    for argument in ("folds", "neighbours"):
        with pytest.raises(ValueError, match=f"{argument} is 0, expected a whole number of at least"):
            magnitude_retention(X, X, **{argument: 0})
