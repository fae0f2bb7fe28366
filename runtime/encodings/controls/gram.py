"""A map as its Gram matrix: representations compared without their dimensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, clone
from sklearn.metrics.pairwise import linear_kernel
from sklearn.utils import check_array, get_tags
from sklearn.utils.validation import check_is_fitted

from mlipilot.runtime.encodings.kernels.inner import demand_gram
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT
from mlipilot.runtime.encodings.validation import validated

GramKernel = Literal["linear", "encoder"] | Callable[..., Any]


class GramMatrix(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Kernel values between samples and those of `fit`, for a model with `kernel="precomputed"` behind it.

    In `make_pipeline(GramMatrix(encoder=…), SVC(kernel="precomputed"))` each fold of a cross-validation fits encoder
    and Gram matrix on its training samples alone: `fit` gives the square matrix of these, `predict` the rectangular one
    of new samples with them. The pipeline takes samples, not a matrix, so nothing slices columns.

    Parameters
    ----------
    encoder
        A transformer, which is cloned; None takes the features as they are.
    kernel
        `linear`, inner products of the encoder's features; a function `k(X, Y)` of two matrices of them, such as
        `RBFKernel()`; or `encoder`, the closed form `encoder.kernel(X, Y)`, for which no features are made.
    kernel_params
        Keywords of the kernel, such as `{"zeta": 1}`.
    max_memory
        Bytes that a matrix may take.

    Attributes
    ----------
    encoder_
        The fitted encoder, or None.
    fit_features_ : (samples of fit, dimension)
        What the kernel is taken with: features of the samples of `fit`; samples as they are for the kernel `encoder`.

    Notes
    -----
    Features that are whole numbers or bits, such as uint8, are made float64 before anything is multiplied.
    """

    def __init__(
        self,
        *,
        encoder: Any = None,
        kernel: GramKernel = "linear",
        kernel_params: Mapping[str, Any] | None = None,
        max_memory: int = DEFAULT_LIMIT,
    ) -> None:
        self.encoder = encoder
        self.kernel = kernel
        self.kernel_params = kernel_params
        self.max_memory = max_memory

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit the encoder, to `y` too where it uses it, and keep the features of these samples.

        Raises ValueError where the kernel is not known, or is `encoder` and the encoder does not have one.
        """
        if self.encoder is not None and not hasattr(self.encoder, "transform"):
            raise ValueError(f"`encoder` is {self.encoder!r}: give a transformer, or None for the features as they are")
        if self.kernel == "encoder" and not hasattr(self.encoder, "kernel"):
            raise ValueError(f"`kernel` is 'encoder', and {self.encoder!r} has no method `kernel`: write 'linear'")
        if not callable(self.kernel) and self.kernel not in ("encoder", "linear"):
            raise ValueError(f"`kernel` is {self.kernel!r}: write 'linear', 'encoder', or a function of two matrices")
        given = validated(self, X, reset=True, sparse=True)
        self.encoder_ = None if self.encoder is None else clone(self.encoder).fit(given, y)
        self.fit_features_ = self._features(given)
        self._n_features_out = given.shape[0]
        return self

    def transform(self, X: Any) -> Any:
        """Kernel values, shape (samples, samples of fit), in the precision of `X`.

        Raises `MemoryLimitError` where they would take more than `max_memory`, and ValueError where the kernel gives
        another shape or does not know a keyword.
        """
        check_is_fitted(self)
        given = validated(self, X, reset=False, sparse=True)
        demand_gram(given.shape[0], self._n_features_out, given.dtype.itemsize, self.max_memory)
        shape = (given.shape[0], self._n_features_out)
        try:
            values = self._function()(self._features(given), self.fit_features_, **(self.kernel_params or {}))
        except TypeError as error:
            raise ValueError(
                f"`kernel` cannot be called with `kernel_params` {self.kernel_params!r}: {error}"
            ) from error
        if np.shape(values) != shape:
            raise ValueError(f"`kernel` gives the shape {np.shape(values)}, expected {shape}: a value for each pair")
        return np.asarray(values, dtype=given.dtype)

    def _features(self, X: Any) -> Any:
        if self.encoder_ is None or self.kernel == "encoder":
            return X
        features = self.encoder_.transform(X)
        if getattr(features, "dtype", None) == np.uint64:
            raise ValueError(
                f"features of {self.encoder_!r} are 64-bit words, as packed bits are, and not numbers: encode with "
                '`output = "dense"` or "sparse"'
            )
        return check_array(features, accept_sparse="csr", dtype=[np.float64, np.float32])

    def _function(self) -> Callable[..., Any]:
        if callable(self.kernel):
            return self.kernel
        closed_form: Callable[..., Any] = getattr(self.encoder_, "kernel", _inner)
        return closed_form if self.kernel == "encoder" else _inner

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self.encoder is None or get_tags(self.encoder).input_tags.sparse
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _inner(X: Any, Y: Any) -> Any:
    return linear_kernel(X, Y, dense_output=True)


__all__ = ["GramMatrix"]
