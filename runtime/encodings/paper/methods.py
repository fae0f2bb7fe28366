"""The seed paper's classifiers: its encodings under a linear head, and the controls it compares them with.

No setting is chosen on data: C = 1, fixed widths, and the scaling that the paper gives to each
(arXiv:2605.24324, Classical Baselines, and the published configuration).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler
from sklearn.svm import SVC

from mlipilot.runtime.encodings.paper.caveats import Caveat
from mlipilot.runtime.encodings.paper.maps import ENCODINGS, dimensions
from mlipilot.runtime.encodings.paper.protocol import Split


@dataclass(frozen=True)
class Trial:
    """Accuracy on the test rows of a split, in [0, 1], and whether the fit ended before its last iteration."""

    accuracy: float
    converged: bool


@dataclass(frozen=True)
class Method:
    """A way to classify.

    Attributes:
        make: from the number of features and a seed to a pipeline that is not fitted.
        dimension: from the number of features to that of the representation.
        hides: what the paper's choices hide in its accuracies.
        encode: None, or the name of the encoding that is applied before.
        slow: takes from seconds to minutes on the paper's generated sets.
    """

    make: Callable[[int, int], Pipeline]
    dimension: Callable[[int], int]
    hides: frozenset[Caveat]
    encode: str | None = None
    slow: bool = False

    def try_on(self, folds: Split, seed: int) -> Trial:
        """Fit on the training rows and count the test rows that are labelled right."""
        train, test = folds.train, folds.test
        model = self.make(train.shape[1], seed)
        if self.encode is not None:
            encode = ENCODINGS[self.encode]
            train, test = encode(folds.train, folds.train), encode(folds.train, folds.test)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # told by the trial instead
            model.fit(train, folds.train_labels)
        head = model[-1]
        stopped = head.max_iter > 0 and np.max(head.n_iter_) >= head.max_iter
        return Trial(float(model.score(test, folds.test_labels)), not stopped)


def middle_dimension(n_features: int) -> int:
    """Median of the encodings' dimensions, which the paper gives to RFF, and to PCA as far as there are features."""
    return int(median(dimensions(n_features).values()))


def _linear(*steps: Any) -> Pipeline:
    return make_pipeline(*steps, LogisticRegression(C=1.0, max_iter=1_000))


def _encoded(n_features: int, seed: int) -> Pipeline:
    return _linear(FunctionTransformer())


def _raw_linear(n_features: int, seed: int) -> Pipeline:
    return _linear(StandardScaler())


def _rff(n_features: int, seed: int) -> Pipeline:
    sampler = RBFSampler(gamma=1.0 / n_features, n_components=middle_dimension(n_features), random_state=seed)
    return _linear(StandardScaler(), sampler)


def _pca(n_features: int, seed: int) -> Pipeline:
    return _linear(PCA(_pca_dimension(n_features), random_state=seed))


def _poly2(n_features: int, seed: int) -> Pipeline:
    return _linear(PolynomialFeatures(2, include_bias=False), StandardScaler())


def _rbf_svm(n_features: int, seed: int) -> Pipeline:
    return make_pipeline(StandardScaler(), SVC(C=1.0, gamma="scale"))


def _mlp(n_features: int, seed: int) -> Pipeline:
    head = MLPClassifier((256, 128), alpha=1e-4, max_iter=500, early_stopping=True, random_state=seed)
    return make_pipeline(StandardScaler(), head)


def _pca_dimension(n_features: int) -> int:
    return max(1, min(middle_dimension(n_features), n_features - 1))


def _same(n_features: int) -> int:
    return n_features


def _monomials(n_features: int) -> int:
    return n_features * (n_features + 3) // 2


def _dimension_of(encoding: str, n_features: int) -> int:
    return dimensions(n_features)[encoding]


_UNMATCHED = frozenset({Caveat.UNMATCHED_DIMENSIONS})

METHODS: dict[str, Method] = {
    "amplitude": Method(
        _encoded, partial(_dimension_of, "amplitude"), frozenset({Caveat.UNSCALED_AMPLITUDE}), "amplitude"
    ),
    "angle": Method(_encoded, partial(_dimension_of, "angle"), frozenset(), "angle"),
    "basis": Method(_encoded, partial(_dimension_of, "basis"), frozenset(), "basis"),
    "raw_linear": Method(_raw_linear, _same, _UNMATCHED),
    "rff": Method(_rff, middle_dimension, _UNMATCHED | {Caveat.UNTUNED_BANDWIDTH}),
    "pca": Method(_pca, _pca_dimension, _UNMATCHED | {Caveat.UNSCALED_PCA}),
    "poly2": Method(_poly2, _monomials, _UNMATCHED, slow=True),
    "rbf_svm": Method(_rbf_svm, _same, _UNMATCHED | {Caveat.UNTUNED_BANDWIDTH}, slow=True),
    "mlp": Method(_mlp, _same, _UNMATCHED, slow=True),
}
"""name -> method, encodings first."""

FAST = tuple(name for name, method in METHODS.items() if not method.slow)
"""Methods that fit within seconds on all of the paper's small sets."""
