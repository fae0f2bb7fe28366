"""Logistic regression on more features than samples: in the space of its rows, where it is the same model."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from sklearn.linear_model import LogisticRegression

Numbers = NDArray[np.float64]


class RowSpace(NamedTuple):
    """An orthonormal basis of what samples span, of which no vector is longer than there are samples.

    A penalty on the length of coefficients is the same in every such basis, and coefficients of the minimum lie in the
    space of the rows (the representer theorem). Directions whose share of the spread is only rounding are left out.
    """

    samples: NDArray[Any]
    """(n, d)"""
    combinations: Numbers
    """(n, rank): the basis is `samples.T @ combinations`."""
    seen: Numbers
    """(n, rank): the samples in this basis."""

    @classmethod
    def of(cls, samples: NDArray[Any]) -> RowSpace:
        """The space of these samples, from the eigenvectors of their Gram matrix."""
        values, vectors = linalg.eigh(samples @ samples.T, check_finite=False)
        kept = values > len(values) * np.finfo(values.dtype).eps * values[-1]
        sizes, vectors = np.sqrt(values[kept]), vectors[:, kept]
        return cls(samples, vectors / sizes, vectors * sizes)

    def coordinates(self, others: NDArray[Any]) -> Numbers:
        """Samples, shape (m, d), in this basis: (m, rank)."""
        return np.asarray((others @ self.samples.T) @ self.combinations)

    def coefficients(self, within: Numbers) -> Numbers:
        """Coefficients in this basis, shape (classes, rank), as those of features: (classes, d)."""
        return np.asarray((within @ self.combinations.T) @ self.samples)


def is_wide(samples: NDArray[Any]) -> bool:
    """Whether there are more features than samples."""
    return bool(samples.shape[1] > samples.shape[0])


class LogisticModel(LogisticRegression):
    """scikit-learn's `LogisticRegression`, fitted in the space of the rows where there are more features than rows."""

    coef_: Numbers

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """As in `LogisticRegression`."""
        given = np.asarray(X)
        if not is_wide(given) or not given.any():
            super().fit(X, y, sample_weight)
            return self
        space = RowSpace.of(given)
        super().fit(space.seen, y, sample_weight)
        self.coef_ = space.coefficients(self.coef_)
        self.n_features_in_ = given.shape[1]
        return self


__all__ = ["LogisticModel", "RowSpace", "is_wide"]
