"""What the random maps share: weights that are drawn once, in `fit`, and a product with the samples."""

from __future__ import annotations

from abc import abstractmethod
from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state, check_scalar
from sklearn.utils.validation import check_is_fitted

from mlipilot.runtime.encodings.memory import demand, demand_size
from mlipilot.runtime.encodings.validation import validated

RandomState = int | np.random.RandomState | None
Weights = NDArray[np.floating[Any]]


class RandomMap(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """A map `f(X W^T)` with random `W`, drawn from `random_state` and the number of features, never from the data.

    A subclass has the parameters `n_components`, `random_state` and `max_memory`. The weights are drawn in float64 and
    rounded to the precision of the data, so that one `random_state` means one map in both precisions.
    """

    n_components: int
    random_state: RandomState
    max_memory: int
    n_features_in_: int

    def fit(self, X: Any, y: Any = None) -> Self:
        """Draw the weights for samples of so many features; `y` is not used.

        Raises `MemoryLimitError` where the weights would take more than `max_memory`.
        """
        given = validated(self, X, reset=True, sparse=True)
        check_scalar(self.n_components, "n_components", Integral, min_val=1)
        self._demand_weights()
        drawn = self._draw(check_random_state(self.random_state), self.n_features_in_)
        self.components_ = drawn.astype(given.dtype, copy=False)
        self._n_features_out = len(self.components_)
        return self

    def transform(self, X: Any) -> Any:
        """Features of samples, shape (samples, n_components), in the precision of `X`.

        Raises `MemoryLimitError` where they would take more than `max_memory`.
        """
        check_is_fitted(self)
        given = validated(self, X, reset=False, sparse=True)
        what = f"the features of `{type(self).__name__}`"
        shape = (given.shape[0], self._n_features_out)
        demand(shape, given.dtype.itemsize, self.max_memory, what, "transform fewer samples at a time, or raise it")
        return self._finish(given @ self.components_.T.astype(given.dtype, copy=False))

    def _demand_weights(self) -> None:
        whose = f"`{type(self).__name__}` ({self.n_components} components of {self.n_features_in_} features)"
        size = 8 * self.n_features_in_ * self.n_components
        demand_size(size, None, self.max_memory, f"the weights of {whose}", "ask for fewer components, or raise it")

    @abstractmethod
    def _draw(self, generator: np.random.RandomState, features: int) -> Weights:
        """Weights, shape (n_components, features)."""

    def _finish(self, projected: Weights) -> Weights:
        """Features of what the weights made of the samples, which may be overwritten."""
        return projected

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


__all__ = ["RandomMap", "RandomState", "Weights"]
