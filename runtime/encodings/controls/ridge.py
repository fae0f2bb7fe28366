"""Kernel ridge regression with a given number of effective degrees of freedom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.metrics.pairwise import linear_kernel
from sklearn.preprocessing import KernelCenterer, LabelBinarizer
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from mlipilot.runtime.encodings.controls.dof import penalty, significant

RidgeKernel = Literal["precomputed", "linear"] | Callable[[Any, Any], Any]
Numbers = NDArray[np.float64]


class _DofModel(BaseEstimator):
    """The fit that regressor and classifier share."""

    dof: float | None
    kernel: RidgeKernel
    fit_intercept: bool

    def _solve(self, X: Numbers, targets: Numbers) -> None:
        """Learn `dual_coef_` of targets, shape (samples, targets), in the eigenbasis of the kernel matrix."""
        self.X_fit_ = None if self.kernel == "precomputed" else X
        given = self._gram(X)
        gram = np.asarray(given, dtype=np.float64)
        if gram.shape[0] != gram.shape[1]:
            raise ValueError(f"X has shape {gram.shape}: a precomputed kernel is fitted with its square matrix")
        self.centerer_ = KernelCenterer().fit(gram) if self.fit_intercept else None
        self.intercept_ = targets.mean(axis=0) * self.fit_intercept
        # Kept symmetric, because only one half of it is read.
        centred = gram if self.centerer_ is None else self.centerer_.transform(gram)
        values, vectors = np.linalg.eigh((centred + centred.T) / 2)
        found = significant(values, given.dtype)
        rank = len(found.values)
        try:
            self.alpha_ = penalty(found, rank / 2 if self.dof is None else self.dof)
        except ValueError as error:
            raise ValueError(f"{error}; n_features={self.n_features_in_}") from None
        # Eigenvalues are ascending. The function of a vector without one of its own is 0, and is left out.
        kept = vectors[:, len(values) - rank :]
        self.dual_coef_ = kept @ (kept.T @ (targets - self.intercept_) / (found.values + self.alpha_)[:, None])

    def _values(self, X: Any) -> Numbers:
        check_is_fitted(self)
        given = validate_data(self, X, reset=False, dtype=self._dtypes())
        gram = np.asarray(self._gram(given), dtype=np.float64)
        centred = gram if self.centerer_ is None else self.centerer_.transform(gram)
        return np.asarray(centred @ self.dual_coef_ + self.intercept_)

    def _dtypes(self) -> list[type]:
        """Features become float64; a matrix that is given keeps its precision, which says what of it is rounding."""
        return [np.float64, np.float32] if self.kernel == "precomputed" else [np.float64]

    def _gram(self, X: Any) -> Any:
        if callable(self.kernel):
            return self.kernel(X, self.X_fit_)
        if self.kernel not in _KERNELS:
            raise ValueError(f"`kernel` is {self.kernel!r}: write 'precomputed', 'linear', or a function `k(X, Y)`")
        return _KERNELS[self.kernel](X, self.X_fit_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self.kernel == "precomputed"
        return tags


class DofRidge(RegressorMixin, _DofModel):
    """Kernel ridge regression whose penalty follows from its effective degrees of freedom, by `equal_dof`.

    Representations of any dimension are then compared at one complexity. The intercept is not penalised and not
    counted: the kernel matrix is centred, and so are the targets.

    Parameters
    ----------
    dof
        `tr K (K + alpha 1)^-1` on the training samples: above 0, below the rank of the (centred) kernel matrix. None
        takes half the rank.
    kernel
        `precomputed`, behind `GramMatrix`; `linear`, for features; or a function `k(X, Y)` of two matrices.
    fit_intercept
        Whether to centre.

    Attributes
    ----------
    alpha_ : float
        The penalty.
    dual_coef_ : (samples of fit,) or (samples of fit, targets)
    intercept_ : float or (targets,)
        Means of the targets, or 0.

    Notes
    -----
    It computes in float64 whatever the precision of the data: the smallest eigenvalues decide at a large `dof`. Those
    below `samples * eps * largest` count as 0, and so do negative ones of a matrix that is not positive semidefinite;
    `eps` is that of the matrix, if it is `precomputed`.
    """

    def __init__(self, *, dof: float | None = None, kernel: RidgeKernel = "linear", fit_intercept: bool = True) -> None:
        self.dof = dof
        self.kernel = kernel
        self.fit_intercept = fit_intercept

    def fit(self, X: Any, y: Any) -> Self:
        """Fit to targets, shape (samples,) or (samples, targets).

        Raises ValueError where `dof` is not above 0 and below the rank.
        """
        given, targets = validate_data(self, X, y, dtype=self._dtypes(), multi_output=True, y_numeric=True)
        flat = targets.ndim == 1
        self._solve(given, np.reshape(targets, (len(targets), -1)).astype(np.float64))
        if flat:
            self.dual_coef_, self.intercept_ = self.dual_coef_[:, 0], self.intercept_[0]
        return self

    def predict(self, X: Any) -> Numbers:
        """Targets of samples, in the shape of those of `fit`."""
        return self._values(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


class DofRidgeClassifier(ClassifierMixin, _DofModel):
    """`DofRidge` on targets of -1 and 1, one for each class, as in `RidgeClassifier`; parameters as in `DofRidge`.

    Attributes
    ----------
    classes_ : (classes,)
    alpha_ : float
        The penalty.
    dual_coef_ : (samples of fit, classes), one column for two classes
    """

    def __init__(self, *, dof: float | None = None, kernel: RidgeKernel = "linear", fit_intercept: bool = True) -> None:
        self.dof = dof
        self.kernel = kernel
        self.fit_intercept = fit_intercept

    def fit(self, X: Any, y: Any) -> Self:
        """Fit to labels, shape (samples,).

        Raises ValueError where there is only one class, or `dof` is not above 0 and below the rank.
        """
        given, labels = validate_data(self, X, y, dtype=self._dtypes())
        check_classification_targets(labels)
        binarizer = LabelBinarizer(pos_label=1, neg_label=-1).fit(labels)
        self.classes_ = binarizer.classes_
        if len(self.classes_) < 2:
            raise ValueError(f"y has one class, {self.classes_[0]!r}: a classifier needs samples of two at least")
        self._solve(given, binarizer.transform(labels).astype(np.float64))
        return self

    def decision_function(self, X: Any) -> Numbers:
        """Fitted targets of samples, shape (samples,) for two classes, otherwise (samples, classes)."""
        values = self._values(X)
        return values[:, 0] if len(self.classes_) == 2 else values

    def predict(self, X: Any) -> NDArray[Any]:
        """The class of each sample with the largest target, shape (samples,)."""
        values = self.decision_function(X)
        chosen = (values > 0).astype(np.intp) if values.ndim == 1 else values.argmax(axis=1)
        return np.asarray(self.classes_[chosen])


_KERNELS: dict[str, Callable[[Any, Any], Any]] = {
    "precomputed": lambda X, _: X,
    "linear": linear_kernel,
}

__all__ = ["DofRidge", "DofRidgeClassifier"]
