"""Paths of a penalty against one fit for each: the same labels, from one decomposition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from mlipilot.runtime.encodings.benchmark.logistic import LogisticModel, RowSpace
from mlipilot.runtime.encodings.benchmark.paths import Data, labels_along

ALPHAS = [{"alpha": float(alpha)} for alpha in np.logspace(-3, 3, 5)]
SHAPES = [(60, 7), (40, 90), (50, 50)]


def data(rows: int, features: int, targets: int = 0) -> Data:
    """Features with a column that is constant and one that stands there twice, and noisy targets."""
    rng = np.random.default_rng(rows + features)
    X = rng.normal(size=(rows + 20, features)) + 3
    X[:, 1], X[:, 2] = 1.5, X[:, 0]
    weights = rng.normal(size=(features, targets) if targets else features)
    y = X @ weights + rng.normal(size=(rows + 20, targets) if targets else rows + 20) + 7
    return Data(X[:rows], y[:rows], X[rows:])


def kernels(found: Data) -> Data:
    def values(one: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray((one @ found.seen.T / one.shape[1] + 1) ** 2)

    return Data(values(found.seen), found.targets, values(found.asked))


def expected(head: Any, candidates: list[dict[str, float]], given: Data) -> list[NDArray[Any]]:
    """By one fit for each candidate."""
    models = [clone(head).set_params(**one).fit(given.seen, given.targets) for one in candidates]
    return [model.predict(given.asked) for model in models]


def assert_same(head: Any, candidates: list[dict[str, float]], given: Data) -> None:
    for found, known in zip(labels_along(head, candidates, given), expected(head, candidates, given), strict=True):
        assert found.shape == known.shape
        assert np.abs(found - known).max() <= 1e-9 * np.abs(known).max()


@pytest.mark.parametrize("targets", [0, 3])
@pytest.mark.parametrize(("rows", "features"), SHAPES)
def test_ridge(rows: int, features: int, targets: int) -> None:
    assert_same(Ridge(), ALPHAS, data(rows, features, targets))


@pytest.mark.parametrize("targets", [0, 3])
@pytest.mark.parametrize("count", [1, 5])
def test_kernel_ridge_on_targets_that_are_standardised(count: int, targets: int) -> None:
    head = TransformedTargetRegressor(KernelRidge(kernel="precomputed"), transformer=StandardScaler())
    tried = [{"regressor__alpha": one["alpha"]} for one in ALPHAS][-count:]
    assert_same(head, tried, kernels(data(60, 7, targets)))


def test_a_kernel_with_negative_eigenvalues_is_solved_for_each_penalty() -> None:
    given = kernels(data(60, 7))
    shifted = given._replace(seen=given.seen - 2 * np.eye(60))
    assert_same(KernelRidge(kernel="precomputed"), [{"alpha": 10.0 + at} for at in range(5)], shifted)


@pytest.mark.parametrize(
    ("head", "candidates"),
    [
        (Ridge(fit_intercept=False), ALPHAS),
        (Ridge(), [{"alpha": 1.0, "tol": 1e-3}, {"alpha": 0.0, "tol": 1e-3}]),
        (KernelRidge(gamma=0.01, kernel="rbf"), ALPHAS),
        (TransformedTargetRegressor(Ridge(), func=np.negative, inverse_func=np.negative), [{"regressor__alpha": 1.0}]),
    ],
    ids=str,
)
def test_a_head_that_is_other_than_the_plain_one_is_fitted_as_it_is(head: Any, candidates: Any) -> None:
    assert_same(head, candidates, data(60, 7))


@pytest.mark.parametrize("classes", [2, 3])
def test_a_logistic_model_of_wide_features_is_the_one_of_all_features(classes: int) -> None:
    rng = np.random.default_rng(0)
    X = StandardScaler().fit_transform(rng.normal(size=(60, 400)))
    y = rng.integers(0, classes, 40)
    exact = {"tol": 1e-10, "max_iter": 10_000}
    for strength in (1e-3, 1.0):
        known = LogisticRegression(C=strength, **exact).fit(X[:40], y)
        found = LogisticModel(C=strength, **exact).fit(X[:40], y)
        assert found.coef_.shape == known.coef_.shape
        assert np.allclose(found.predict_proba(X[40:]), known.predict_proba(X[40:]), atol=1e-6)
        (along,) = labels_along(LogisticModel(**exact), [{"C": strength}], Data(X[:40], y, X[40:]))
        assert np.array_equal(along, found.predict(X[40:]))


def test_a_basis_of_rows_keeps_their_inner_products_and_leaves_out_what_none_of_them_has() -> None:
    given = data(30, 90)
    repeated = np.concatenate([given.seen, given.seen[:5]])
    space = RowSpace.of(repeated)
    assert space.seen.shape == (35, 30)
    assert np.allclose(space.seen @ space.seen.T, repeated @ repeated.T)
    assert np.allclose(space.coordinates(given.asked) @ space.seen.T, given.asked @ repeated.T)
