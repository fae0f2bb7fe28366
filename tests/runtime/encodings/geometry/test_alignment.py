"""HSIC and CKA against formulas written out, by simulation where unbiased, and under what leaves them alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations as orders

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import ortho_group
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import PolynomialFeatures

from mlipilot.runtime.encodings.geometry import (
    biased_hsic,
    cka,
    kernel_cka,
    kernel_target_alignment,
    target_alignment,
    unbiased_hsic,
)

Floats = NDArray[np.float64]
SHAPES = [(12, 3, 2), (12, 40, 3), (12, 3, 40), (12, 40, 50), (60, 2, 90)]
"""Samples and columns of both sides: with their kernels, each way of multiplying is the cheapest of some."""


def pair(n: int, d: int, e: int, seed: int = 0) -> tuple[Floats, Floats]:
    """Two representations that share their first column."""
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(n, d)) + 5, rng.normal(size=(n, e))
    Y[:, 0] += X[:, 0]
    return X, Y


def reference_biased(K: Floats, L: Floats) -> float:
    """tr(KHLH) / (n-1)^2."""
    n = len(K)
    H = np.eye(n) - 1 / n
    return float(np.trace(K @ H @ L @ H) / (n - 1) ** 2)


def reference_unbiased(K: Floats, L: Floats) -> float:
    """Song et al. (2012), equation 5, with zeroed diagonals."""
    n = len(K)
    K, L = K - np.diag(np.diag(K)), L - np.diag(np.diag(L))
    one = np.ones(n)
    total = np.trace(K @ L) + (one @ K @ one) * (one @ L @ one) / ((n - 1) * (n - 2)) - 2 * one @ K @ L @ one / (n - 2)
    return float(total / (n * (n - 3)))


def reference_u_statistic(K: Floats, L: Floats) -> float:
    """The U-statistic itself: the mean over all ordered fours of different samples."""
    terms = [K[i, j] * (L[i, j] + L[q, r] - 2 * L[i, q]) for i, j, q, r in orders(range(len(K)), 4)]
    return float(np.mean(terms))


def reference_ratio(hsic: Callable[[Floats, Floats], float], K: Floats, L: Floats) -> float:
    """CKA of an estimator."""
    return float(hsic(K, L) / np.sqrt(hsic(K, K) * hsic(L, L)))


@pytest.mark.parametrize("shape", SHAPES)
def test_both_estimators_follow_their_formulas(shape: tuple[int, int, int]) -> None:
    X, Y = pair(*shape)
    K, L = X @ X.T, Y @ Y.T
    assert biased_hsic(K, L) == pytest.approx(reference_biased(K, L), rel=1e-9)
    assert unbiased_hsic(K, L) == pytest.approx(reference_unbiased(K, L), rel=1e-9)


def test_the_unbiased_estimator_is_the_u_statistic() -> None:
    X, Y = pair(7, 3, 2)
    assert unbiased_hsic(X @ X.T, Y @ Y.T) == pytest.approx(reference_u_statistic(X @ X.T, Y @ Y.T), rel=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_cka_of_features_and_of_their_kernels_is_the_ratio_written_out(shape: tuple[int, int, int]) -> None:
    X, Y = pair(*shape)
    K, L = X @ X.T, Y @ Y.T
    for found in (cka(X, Y, permutations=0), kernel_cka(K, L, permutations=0)):
        assert found.biased == pytest.approx(reference_ratio(reference_biased, K, L), rel=1e-9)
        assert found.debiased == pytest.approx(reference_ratio(reference_unbiased, K, L), rel=1e-9)


def test_independent_data_have_a_debiased_value_of_0_on_average_and_a_biased_one_far_above() -> None:
    rng = np.random.default_rng(0)
    hsic, debiased, biased = [], [], []
    for _ in range(1000):
        X, Y = rng.normal(size=(10, 6)), rng.exponential(size=(10, 4))
        hsic.append(unbiased_hsic(X @ X.T, Y @ Y.T))
        found = cka(X, Y, permutations=0)
        debiased.append(found.debiased)
        biased.append(found.biased)
    for values in (hsic, debiased):
        assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(len(values))
    assert np.std(debiased) / np.sqrt(1000) < 0.02
    assert np.mean(biased) > 0.3


def test_the_unbiased_estimator_averages_to_the_value_of_the_population_where_data_are_shared() -> None:
    # Linear kernels: HSIC is the squared Frobenius norm of the cross-covariance, here 0.5^2.
    rng = np.random.default_rng(1)
    values, biased = [], []
    for _ in range(1500):
        X = rng.normal(size=(8, 1))
        Y = 0.5 * X + rng.normal(size=(8, 1))
        values.append(unbiased_hsic(X @ X.T, Y @ Y.T))
        biased.append(biased_hsic(X @ X.T, Y @ Y.T))
    error = np.std(values) / np.sqrt(len(values))
    assert abs(np.mean(values) - 0.25) < 3 * error
    assert np.mean(biased) - 0.25 > 6 * error


@given(st.integers(4, 20), st.integers(1, 8), st.integers(1, 8), st.integers(0, 10**6))
def test_the_biased_value_lies_in_0_to_1_and_the_debiased_in_minus_1_to_1(n: int, d: int, e: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = cka(rng.normal(size=(n, d)), rng.integers(0, 256, size=(n, e), dtype=np.uint8), permutations=0)
    if not found.reason:
        assert 0 <= found.biased <= 1
        assert -1 - 1e-9 <= found.debiased <= 1 + 1e-9


@given(st.integers(0, 10**6), st.sampled_from([1e-200, 1e-3, 1.0, 1e200]), st.floats(-1e3, 1e3))
def test_orthogonal_maps_scaling_and_translation_change_nothing(seed: int, factor: float, shift: float) -> None:
    X, Y = pair(10, 3, 4, seed)
    moved = (X + shift) @ ortho_group.rvs(3, random_state=seed) * factor
    one, other = cka(X, Y, permutations=0), cka(moved, Y, permutations=0)
    assert other.biased == pytest.approx(one.biased, abs=1e-9)
    assert other.debiased == pytest.approx(one.debiased, abs=1e-9)


def test_a_representation_is_aligned_with_itself() -> None:
    X, _ = pair(15, 4, 2)
    found = cka(X, X)
    assert found.biased == pytest.approx(1, abs=1e-12)
    assert found.debiased == pytest.approx(1, abs=1e-12)
    assert found.null is not None and found.null.p_value == 1 / 1000


def test_an_overflow_of_small_integers_cannot_happen_inside_and_is_refused_from_outside() -> None:
    rng = np.random.default_rng(3)
    bits = rng.integers(0, 2, size=(30, 1500), dtype=np.uint8)
    X = rng.normal(size=(30, 3))
    assert cka(bits, X, permutations=0) == cka(bits.astype(np.float64), X, permutations=0)
    negative = -(X @ X.T)
    with pytest.raises(ValueError, match=r"biased CKA is -1, outside \[0, 1\]: .* even `zeta`, .* in float64"):
        kernel_cka(negative, X @ X.T)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_null_of_features_is_that_of_their_kernels(shape: tuple[int, int, int]) -> None:
    X, Y = pair(*shape)
    one = cka(X, Y, permutations=20, random_state=3).null
    other = kernel_cka(X @ X.T, Y @ Y.T, permutations=20, random_state=3).null
    assert one is not None and other is not None
    assert one.mean == pytest.approx(other.mean, abs=1e-9)
    assert one.upper == pytest.approx(other.upper, abs=1e-9)
    assert one.p_value == other.p_value


def test_the_nulls_p_value_is_uniform_where_nothing_is_shared() -> None:
    rng = np.random.default_rng(4)
    found = []
    for _ in range(300):
        null = cka(
            rng.normal(size=(12, 3)), rng.normal(size=(12, 2)), permutations=99, random_state=rng.integers(99)
        ).null
        assert null is not None
        found.append(null.p_value)
    assert np.mean(np.array(found) <= 0.1) == pytest.approx(0.1, abs=3 * np.sqrt(0.09 / 300))
    assert min(found) >= 0.01


def test_an_order_that_changes_nothing_counts_as_reached() -> None:
    Z = np.repeat(np.eye(2), [2, 4], axis=0)
    null = cka(Z, Z).null
    assert null is not None
    assert null.p_value == pytest.approx(1 / 15, abs=0.03)


def test_the_interval_holds_the_population_value_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    mixing = rng.normal(size=(3, 4))
    population = rng.normal(size=(100_000, 3))
    truth = cka(population, population @ mixing + rng.normal(size=(100_000, 4)), permutations=0).debiased
    held, repeats = 0, 100
    for _ in range(repeats):
        X = rng.normal(size=(80, 3))
        Y = X @ mixing + rng.normal(size=(80, 4))
        interval = cka(X, Y, permutations=0, bootstrap=60, confidence=0.9).interval
        assert interval is not None
        held += interval[0] <= truth <= interval[1]
    assert held / repeats == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / repeats))


def test_a_target_of_classes_is_taken_one_hot_and_numbers_as_they_are() -> None:
    X, _ = pair(20, 4, 2)
    names = np.array(["a", "b", "c", "d"] * 5)
    codes = np.array([5, 1, 7, 2] * 5)
    one_hot = np.tile(np.eye(4), (5, 1))
    expected = cka(X, one_hot, permutations=0)
    assert target_alignment(X, names, permutations=0) == expected
    assert target_alignment(X, codes, permutations=0).debiased == pytest.approx(expected.debiased, abs=1e-12)
    assert kernel_target_alignment(X @ X.T, names, permutations=0).biased == pytest.approx(expected.biased, rel=1e-9)
    numbers = target_alignment(X, codes, target="numbers", permutations=0)
    assert numbers == cka(X, codes.reshape(-1, 1), permutations=0)
    assert numbers.biased != pytest.approx(expected.biased, abs=1e-3)


def test_the_centred_alignment_of_two_classes_does_not_depend_on_their_balance() -> None:
    y = np.array([0] * 27 + [1] * 3)
    assert target_alignment(y.reshape(-1, 1), y, permutations=0).biased == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("load", "which", "other", "published"),
    [
        (load_wine, "amplitude", "raw", 0.312280),
        (load_wine, "angle", "raw", 0.970870),
        (load_wine, "basis", "raw", 0.424236),
        (load_wine, "basis", "squares", 0.371026),
        (load_breast_cancer, "angle", "raw", 0.957485),
    ],
)
def test_the_seed_papers_cka_is_that_of_all_samples_scaled_as_its_training_part(
    load: Callable[..., tuple[Floats, Floats]], which: str, other: str, published: float
) -> None:
    X, y = load(return_X_y=True)
    train = train_test_split(X, y, test_size=0.2, random_state=42, stratify=y)[0]
    raw = (X - train.mean(axis=0)) / train.std(axis=0)
    unit = (X - train.min(axis=0)) / np.ptp(train, axis=0)
    levels = np.round(np.clip(unit, 0, 1) * 255).astype(np.uint8)
    half = np.pi * (unit - 0.5)
    representations = {
        "raw": raw,
        "squares": PolynomialFeatures(2, include_bias=False).fit_transform(raw),
        "amplitude": X / np.linalg.norm(X, axis=1, keepdims=True),
        "angle": np.hstack([np.cos(half), np.sin(half)]),
        "basis": np.unpackbits(levels[:, :, None], axis=2).reshape(len(X), -1),
    }
    found = cka(representations[which], representations[other], permutations=0)
    assert found.biased == pytest.approx(published, abs=5.1e-7)


def test_the_null_of_a_kernel_and_a_target_is_that_of_features_and_a_target() -> None:
    X, _ = pair(20, 60, 2)
    y = np.array(["a", "b", "c", "d"] * 5)
    one = target_alignment(X, y, permutations=20).null
    other = kernel_target_alignment(X @ X.T, y, permutations=20).null
    assert one is not None and other is not None
    assert one.mean == pytest.approx(other.mean, abs=1e-9)
    assert one.p_value == other.p_value


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e200])
def test_a_constant_side_has_an_unknown_alignment_with_a_reason(constant: float) -> None:
    X, _ = pair(9, 2, 2)
    found = cka(X, np.full((9, 3), constant))
    assert np.isnan([found.biased, found.debiased]).all()
    assert found.null is None
    assert found.reason == "the second side is constant: its centred kernel is 0"
    assert kernel_cka(np.full((9, 9), 0.3), X @ X.T).reason == "the first side is constant: its centred kernel is 0"
    assert biased_hsic(np.full((9, 9), 0.1), X @ X.T) == 0


def test_three_samples_have_a_biased_value_alone() -> None:
    X, Y = pair(3, 2, 2)
    found = cka(X, Y)
    assert 0 <= found.biased <= 1
    assert np.isnan(found.debiased)
    assert found.reason == "the debiased value needs at least 4 samples, got 3"
    with pytest.raises(ValueError, match="K has 3 samples: the unbiased estimator needs at least 4"):
        unbiased_hsic(X @ X.T, Y @ Y.T)


def test_too_few_samples_for_an_interval_are_said() -> None:
    X, Y = pair(7, 2, 2)
    found = cka(X, Y, bootstrap=10)
    assert (found.interval, found.reason) == (None, "an interval needs at least 8 samples")


def test_different_samples_are_refused() -> None:
    X, Y = pair(9, 2, 2)
    with pytest.raises(ValueError, match="X has 9 samples and Y has 8: give the same samples in the same order"):
        cka(X, Y[:8])


@pytest.mark.parametrize(
    ("argument", "value"), [("permutations", -1), ("bootstrap", -1), ("confidence", 0.0), ("confidence", 1.0)]
)
def test_counts_and_levels_that_mean_nothing_are_refused(argument: str, value: float) -> None:
    X, Y = pair(9, 2, 2)
    with pytest.raises(ValueError, match=f"{argument} is {value}, expected"):
        cka(X, Y, **{argument: value})
