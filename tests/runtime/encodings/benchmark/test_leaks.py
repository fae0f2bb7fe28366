"""No leak: a planted one of each kind is seen, what is inside a pipeline has none, and chance stays chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, StandardScaler

from mlipilot.runtime.encodings.benchmark.arms import Setting, control_arm, encoding_arm
from mlipilot.runtime.encodings.benchmark.candidates import candidates
from mlipilot.runtime.encodings.benchmark.folds import Fold, Samples, folds
from mlipilot.runtime.encodings.benchmark.nested import run_fold
from mlipilot.runtime.encodings.datasets import load

Numbers = NDArray[np.float64]


class Prepared(TransformerMixin, BaseEstimator):
    """A step that was fitted before: to whichever rows, the pipeline does not know."""

    def __init__(self, step: Any = None) -> None:
        self.step = step

    def fit(self, X: Numbers, y: Any = None) -> Prepared:
        self.fitted_ = True
        return self

    def transform(self, X: Numbers) -> Numbers:
        return np.asarray(self.step.transform(X))


def training_features(make: Callable[[Samples], Any], samples: Samples, fold: Fold) -> Numbers:
    """What the head of a model is trained on."""
    model = make(samples)
    model.fit(samples.X[fold.train], samples.y[fold.train])
    return np.asarray(model[:-1].transform(samples.X[fold.train]))


def sees_test_rows(make: Callable[[Samples], Any], samples: Samples, fold: Fold) -> bool:
    """Whether training features change by one bit where the test fold's rows and targets are garbage."""
    rng = np.random.default_rng(0)
    X, y = samples.X.copy(), samples.y.copy()
    X[fold.test] = rng.normal(50, 50, X[fold.test].shape)
    y[fold.test] = rng.permutation(y[fold.test])
    spoilt = samples._replace(X=X, y=y)
    return not np.array_equal(training_features(make, samples, fold), training_features(make, spoilt, fold))


@pytest.fixture(scope="module")
def wine() -> Samples:
    data = load("wine")
    return Samples(data.X, data.y, "classes")


STEPS: dict[str, Callable[[], Any]] = {
    "scaler": StandardScaler,
    "PCA": lambda: PCA(3),
    "bins": lambda: KBinsDiscretizer(
        4, encode="onehot-dense", strategy="quantile", quantile_method="averaged_inverted_cdf"
    ),
    "supervised selection": lambda: SelectKBest(k=3),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_was_fitted_to_all_rows_is_seen_and_one_inside_the_pipeline_is_not(
    step: str, wine: Samples
) -> None:
    fold = next(folds(wine, 4, 0))

    def leaking(samples: Samples) -> Any:
        return make_pipeline(Prepared(STEPS[step]().fit(samples.X, samples.y)), LogisticRegression(max_iter=10))

    def honest(samples: Samples) -> Any:
        return make_pipeline(STEPS[step](), LogisticRegression(max_iter=10))

    assert sees_test_rows(leaking, wine, fold)
    assert not sees_test_rows(honest, wine, fold)


@pytest.mark.parametrize("name", ["angle", "svm"])
def test_permuted_labels_are_predicted_as_chance_would(name: str, wine: Samples) -> None:
    setting = Setting("classes", wine.X.shape[1], "standard")
    arm = encoding_arm("angle", {}, "linear", setting) if name == "angle" else control_arm("svm", 26, setting)
    tried = candidates(arm.space, 3)
    found = []
    for permutation in range(20):
        y = np.random.default_rng(permutation).permutation(wine.y)
        samples = wine._replace(y=y)
        fold = next(folds(samples, 3, permutation))
        found.append(run_fold(arm.model, tried, samples, fold, 2, permutation).scores["balanced_accuracy"])
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(np.mean(found) - 1 / 3) <= 3 * error + 1e-12
