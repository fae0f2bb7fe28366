"""scikit-learn's own checks, on every estimator of ours and each way that it works."""

from __future__ import annotations

from typing import Any

from sklearn.utils.estimator_checks import parametrize_with_checks

from mlipilot.runtime.encodings.controls import (
    AngleSpectrumSampler,
    CappedPCA,
    DofRidge,
    DofRidgeClassifier,
    GramMatrix,
    OrthogonalLift,
    RandomSketch,
    RandomTanhLayer,
    RBFKernel,
)

ESTIMATORS = [
    AngleSpectrumSampler(random_state=0),
    AngleSpectrumSampler(n_components=7, uploads=3, kernel="overlap", weights="uniform", random_state=0),
    CappedPCA(random_state=0),
    OrthogonalLift(random_state=0),
    OrthogonalLift(n_components=1, random_state=0),
    RandomSketch(random_state=0),
    RandomSketch(n_components=1, random_state=0),
    RandomTanhLayer(random_state=0),
    GramMatrix(),
    GramMatrix(encoder=RandomTanhLayer(n_components=5, random_state=0), kernel=RBFKernel()),
    DofRidge(),
    DofRidge(kernel="precomputed"),
    DofRidge(kernel=RBFKernel(), fit_intercept=False),
    DofRidgeClassifier(),
    DofRidgeClassifier(kernel="precomputed"),
]


@parametrize_with_checks(ESTIMATORS)
def test_an_estimator_keeps_the_conventions(estimator: Any, check: Any) -> None:
    check(estimator)
