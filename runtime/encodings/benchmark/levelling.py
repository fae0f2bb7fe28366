"""Features divided by their common spread: what controls of a fixed width presuppose of their features."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class CommonScale(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Divides all features by the root of their mean variance: one number, so that their shares stay what they are.

    A kernel's width then means what scikit-learn's `gamma="scale"` means, whatever stands before it. Features that do
    not vary are left as they are.
    """

    scale_: float

    def fit(self, X: Any, y: Any = None) -> Self:
        """The spread of samples of shape (n, d)."""
        given = validate_data(self, X, dtype=np.float64)
        spread = float(np.sqrt(given.var(axis=0).mean()))
        self.scale_ = spread if np.isfinite(spread) and spread > 0 else 1.0
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """The features in units of that spread."""
        check_is_fitted(self)
        found: NDArray[np.float64] = validate_data(self, X, dtype=np.float64, reset=False) / self.scale_
        return found


__all__ = ["CommonScale"]
