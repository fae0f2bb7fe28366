"""Equal effective degrees of freedom: the penalty, and the models that use it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes, load_wine
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mlipilot.runtime.encodings.controls import (
    AngleSpectrumSampler,
    CosineKernel,
    DofRidge,
    DofRidgeClassifier,
    GramMatrix,
    LaplacianKernel,
    OrthogonalLift,
    RBFKernel,
    effective_dof,
    equal_dof,
)

Numbers = NDArray[np.float64]


@pytest.fixture
def samples() -> Numbers:
    return np.random.default_rng(1).normal(size=(40, 5))


@pytest.fixture
def gram(samples: Numbers) -> Numbers:
    return np.asarray(RBFKernel()(samples))


def trace(K: Numbers, alpha: float) -> float:
    """By its definition, with a solve."""
    return float(np.trace(np.linalg.solve(K + alpha * np.eye(len(K)), K)))


@pytest.mark.parametrize("dof", [1e-6, 0.5, 1, 3, 17.3, 38, 39.9])
def test_the_penalty_gives_the_degrees_of_freedom_asked_for(gram: Numbers, dof: float) -> None:
    assert trace(gram, equal_dof(gram, dof)) == pytest.approx(dof, rel=1e-9)


@given(
    logarithms=st.lists(st.floats(-12, 12), min_size=1, max_size=12),
    share=st.floats(0.01, 0.99),
)
def test_any_spectrum_has_a_penalty_for_any_share_of_its_rank(logarithms: list[float], share: float) -> None:
    values = np.exp(logarithms)
    dof = share * len(values)
    alpha = equal_dof(np.diag(values), dof)
    assert np.sum(values / (values + alpha)) == pytest.approx(dof, rel=1e-9)


def test_equal_eigenvalues_have_the_penalty_in_closed_form() -> None:
    assert equal_dof(3 * np.eye(10), 4) == pytest.approx(3 * (10 - 4) / 4, rel=1e-8)


@pytest.mark.parametrize("factor", [1e-150, 1e-8, 1e8, 1e150])
def test_the_penalty_grows_with_the_scale_of_the_kernel(gram: Numbers, factor: float) -> None:
    assert equal_dof(factor * gram, 7) == pytest.approx(factor * equal_dof(gram, 7), rel=1e-9)


def test_more_degrees_of_freedom_need_a_smaller_penalty(gram: Numbers) -> None:
    penalties = [equal_dof(gram, dof) for dof in range(1, 40)]
    assert (np.diff(penalties) < 0).all()


def test_the_effective_degrees_of_freedom_are_the_trace_and_without_penalty_the_rank(samples: Numbers) -> None:
    gram = samples @ samples.T
    for alpha in (1e-3, 1, 100):
        assert effective_dof(gram, alpha) == pytest.approx(trace(gram, alpha), rel=1e-10)
    assert effective_dof(gram, 0) == 5


@pytest.mark.parametrize("dof", [0, -1, 5, 6])
def test_degrees_of_freedom_beyond_the_rank_are_refused_with_it(samples: Numbers, dof: float) -> None:
    with pytest.raises(ValueError, match=r"`dof` is .* between 0 and the rank of the kernel matrix.*: it is 5 here"):
        equal_dof(samples @ samples.T, dof)


@pytest.mark.parametrize("dof", ["3", None, float("nan"), True])
def test_degrees_of_freedom_that_are_no_number_are_refused(samples: Numbers, dof: Any) -> None:
    with pytest.raises(ValueError, match=r"`dof` is .*: write a finite number, such as 5"):
        equal_dof(samples @ samples.T, dof)


def test_a_matrix_of_zeros_has_no_degrees_of_freedom() -> None:
    with pytest.raises(ValueError, match="it is 0 here"):
        equal_dof(np.zeros((3, 3)), 1)


@pytest.mark.parametrize(
    ("K", "message"),
    [
        (np.ones((2, 3)), r"K has shape \(2, 3\): give the square kernel matrix"),
        (np.array([[1.0, 2.0], [0.0, 1.0]]), "K is not symmetric"),
        (np.array([[1.0, 2.0], [2.0, 1.0]]), "K has the eigenvalue -1 beside 3: it is not positive semidefinite"),
        (np.array([[1.0, np.nan], [np.nan, 1.0]]), "K contains NaN"),
    ],
)
def test_what_is_not_a_kernel_matrix_is_refused(K: Numbers, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        equal_dof(K, 1)


def test_a_negative_penalty_is_refused(gram: Numbers) -> None:
    with pytest.raises(ValueError, match="`alpha` is -1"):
        effective_dof(gram, -1)


def test_rounding_of_single_precision_is_not_counted_as_rank(samples: Numbers) -> None:
    single = samples.astype(np.float32)
    assert effective_dof(single @ single.T, 0) == 5


def test_a_model_without_intercept_is_kernel_ridge_with_that_penalty(samples: Numbers, gram: Numbers) -> None:
    y = np.sin(samples[:, :2])
    model = DofRidge(dof=12, kernel=RBFKernel(), fit_intercept=False).fit(samples, y)
    same = KernelRidge(alpha=equal_dof(gram, 12), kernel="precomputed").fit(gram, y)
    new = np.random.default_rng(9).normal(size=(7, 5))
    assert np.allclose(model.predict(new), same.predict(RBFKernel()(new, samples)), rtol=1e-8)


def test_a_linear_model_is_ridge_with_that_penalty() -> None:
    X, y = load_diabetes(return_X_y=True)
    model = DofRidge(dof=6).fit(X, y)
    same = Ridge(alpha=model.alpha_).fit(X, y)
    assert np.allclose(model.predict(X), same.predict(X), rtol=1e-9)
    centred = X - X.mean(axis=0)
    assert trace(centred @ centred.T, model.alpha_) == pytest.approx(6, rel=1e-9)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_linear_classifier_is_ridge_with_that_penalty(classes: int) -> None:
    X, y = load_wine(return_X_y=True)
    X, y = StandardScaler().fit_transform(X[y < classes]), y[y < classes]
    model = DofRidgeClassifier(dof=8).fit(X, y)
    same = RidgeClassifier(alpha=model.alpha_).fit(X, y)
    assert np.allclose(model.decision_function(X), same.decision_function(X), rtol=1e-8)
    assert np.array_equal(model.predict(X), same.predict(X))


@pytest.mark.parametrize("kernel", [RBFKernel(), LaplacianKernel(), CosineKernel(zeta=2)], ids=str)
def test_every_representation_gets_one_complexity(samples: Numbers, kernel: Any) -> None:
    y = samples[:, 0]
    model = make_pipeline(GramMatrix(kernel=kernel), DofRidge(dof=9, kernel="precomputed")).fit(samples, y)
    fitted = np.column_stack(
        [
            make_pipeline(GramMatrix(kernel=kernel), DofRidge(dof=9, kernel="precomputed", fit_intercept=True))
            .fit(samples, column)
            .predict(samples)
            for column in np.eye(len(samples))
        ]
    )
    # The trace of the hat matrix counts the intercept too.
    assert np.trace(fitted) == pytest.approx(9 + 1, rel=1e-8)
    assert model[-1].alpha_ > 0


def test_a_lift_changes_neither_penalty_nor_prediction(samples: Numbers) -> None:
    y = samples[:, 0] + samples[:, 1] ** 2
    raw = DofRidge(dof=3).fit(samples, y)
    lift = OrthogonalLift(n_components=200, random_state=0).fit(samples)
    lifted = DofRidge(dof=3).fit(lift.transform(samples), y)
    assert lifted.alpha_ == pytest.approx(raw.alpha_, rel=1e-9)
    assert np.allclose(lifted.predict(lift.transform(samples)), raw.predict(samples), rtol=1e-9)


def test_a_fold_with_another_rank_is_fitted_at_the_same_complexity(samples: Numbers) -> None:
    y = samples[:, 0] > 0
    sampler = AngleSpectrumSampler(n_components=64, random_state=0)
    model = make_pipeline(GramMatrix(encoder=sampler), DofRidgeClassifier(dof=10, kernel="precomputed"))
    scores = cross_val_score(model, samples, y, cv=4, error_score="raise")
    assert scores.mean() > 0.6


def test_folds_of_a_precomputed_matrix_are_cut_in_rows_and_columns(samples: Numbers, gram: Numbers) -> None:
    y = samples[:, 0]
    found = cross_val_score(DofRidge(dof=8, kernel="precomputed"), gram, y, cv=4)
    assert np.allclose(found, cross_val_score(DofRidge(dof=8, kernel=RBFKernel()), samples, y, cv=4), rtol=1e-8)


def test_a_linear_head_takes_no_more_than_its_features(samples: Numbers) -> None:
    with pytest.raises(ValueError, match=r"it is 5 here \(n_samples=40\); n_features=5"):
        DofRidge(dof=5).fit(samples, samples[:, 0])


def test_the_default_is_half_the_rank(samples: Numbers) -> None:
    model = DofRidge().fit(samples, samples[:, 0])
    centred = samples - samples.mean(axis=0)
    assert trace(centred @ centred.T, model.alpha_) == pytest.approx(2.5, rel=1e-9)


def test_a_kernel_that_does_not_exist_is_named(samples: Numbers) -> None:
    with pytest.raises(ValueError, match="`kernel` is 'rbf': write 'precomputed', 'linear', or a function"):
        DofRidge(kernel="rbf").fit(samples, samples[:, 0])  # type: ignore[arg-type]


def test_one_class_is_refused(samples: Numbers) -> None:
    with pytest.raises(ValueError, match="y has one class"):
        DofRidgeClassifier().fit(samples, np.zeros(40, dtype=int))


def test_a_rectangular_precomputed_kernel_is_refused(samples: Numbers) -> None:
    with pytest.raises(
        ValueError, match=r"X has shape \(40, 5\): a precomputed kernel is fitted with its square matrix"
    ):
        DofRidge(kernel="precomputed").fit(samples, samples[:, 0])
