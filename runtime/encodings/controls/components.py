"""Principal components, as many as there can be."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Self

from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from mlipilot.runtime.encodings.controls.random_map import RandomState
from mlipilot.runtime.encodings.validation import validated


class CappedPCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """scikit-learn's `PCA`, with `n_components` cut to what the samples of `fit` allow: `min(samples, features)`.

    An encoding often has more dimensions than there are features, or samples in a fold; `PCA` refuses to go there.

    Parameters
    ----------
    n_components
        Components at most.
    random_state
        Of `PCA`, whose solver for large data is random.

    Attributes
    ----------
    pca_ : PCA
        Fitted, with all that it knows.
    """

    def __init__(self, *, n_components: int = 100, random_state: RandomState = None) -> None:
        self.n_components = n_components
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Find the components; `y` is not used."""
        given = validated(self, X, reset=True)
        check_scalar(self.n_components, "n_components", Integral, min_val=1)
        self.pca_ = PCA(min(self.n_components, *given.shape), random_state=self.random_state).fit(given)
        self._n_features_out = self.pca_.n_components_
        return self

    def transform(self, X: Any) -> Any:
        """Scores of samples, shape (samples, components), in the precision of `X`."""
        check_is_fitted(self)
        return self.pca_.transform(validated(self, X, reset=False))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


__all__ = ["CappedPCA"]
