"""Concentration of a product kernel, whose moments are known, and of kernels that do not concentrate."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from numpy.typing import NDArray

from mlipilot.runtime.encodings.geometry import concentration, off_diagonal

Floats = NDArray[np.float64]


def fidelity(angles: Floats) -> Floats:
    """The product of cos^2 of half the differences of angles."""
    return np.prod(np.cos((angles[:, None] - angles[None]) / 2) ** 2, axis=2)


def test_a_product_kernel_of_uniform_angles_concentrates_as_its_moments_say() -> None:
    angles = np.random.default_rng(0).uniform(0, 2 * np.pi, size=(500, 6))
    found = concentration(fidelity, angles, range(1, 7))
    n = np.arange(1, 7)
    np.testing.assert_allclose(found.mean, 0.5**n, rtol=0.05)
    np.testing.assert_allclose(found.variance, 0.375**n - 0.25**n, rtol=0.15)
    assert found.decay < -0.5
    assert found.features == tuple(n)


def test_a_kernel_of_one_feature_alone_does_not_concentrate() -> None:
    X = np.random.default_rng(1).normal(size=(50, 8))
    found = concentration(lambda taken: np.cos(taken[:, :1] - taken[:, 0]), X)
    assert found.features == (1, 2, 4, 8)
    assert found.decay == pytest.approx(0, abs=1e-12)


def test_a_kernel_that_is_equal_for_all_pairs_has_no_decay_and_says_where() -> None:
    found = concentration(lambda taken: np.full((len(taken), len(taken)), 0.1), np.ones((5, 2)))
    assert found.variance == (0, 0)
    assert isnan(found.decay)
    assert found.reason == "the variance is 0 at 1 features: all pairs are equal"


def test_one_number_of_features_has_no_decay() -> None:
    found = concentration(fidelity, np.random.default_rng(2).normal(size=(9, 3)), [2])
    assert isnan(found.decay)
    assert found.reason == "a decay needs at least two different numbers of features"


def test_the_input_is_not_changed_by_a_kernel_that_writes_to_it() -> None:
    X = np.random.default_rng(3).normal(size=(9, 3))
    before = X.copy()

    def writing(taken: Floats) -> Floats:
        taken -= taken.mean(axis=0)
        return taken @ taken.T

    concentration(writing, X)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("factor", [1.0, 1e100, 1e-100])
def test_mean_and_variance_leave_the_diagonal_out(factor: float) -> None:
    X = np.random.default_rng(4).normal(size=(9, 3))
    K = X @ X.T
    values = [K[i, j] for i in range(9) for j in range(i)]
    found = off_diagonal(K * factor)
    assert found.mean == pytest.approx(np.mean(values) * factor, rel=1e-9)
    assert found.variance == pytest.approx(np.var(values) * factor**2, rel=1e-9)


@pytest.mark.parametrize("counts", [[], [0, 1], [4]])
def test_counts_that_the_columns_do_not_have_are_refused(counts: list[int]) -> None:
    with pytest.raises(ValueError, match=r"feature_counts is .*: expected at least one number, each in 1 \.\.\. 3"):
        concentration(fidelity, np.ones((5, 3)), counts)


def test_a_kernel_of_another_shape_or_with_nan_is_refused() -> None:
    X = np.ones((5, 3))
    with pytest.raises(ValueError, match=r"kernel gave a matrix of 3 samples for 5"):
        concentration(lambda taken: np.eye(3), X)
    with pytest.raises(ValueError, match=r"kernel\(X\[:, :1\]\) has NaN at row 0, column 0"):
        concentration(lambda taken: np.full((5, 5), np.nan), X)
