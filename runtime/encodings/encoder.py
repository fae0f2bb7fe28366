"""What all encoders share: a feature map of finite numbers, the states behind it, and their kernel in closed form."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from mlipilot.runtime.encodings.memory import demand
from mlipilot.runtime.encodings.validation import Floats, States, validated


class Encoder(TransformerMixin, BaseEstimator):
    """An encoding: `transform` gives features, `states` unit vectors of the state space, `kernel` their overlaps.

    A subclass has the parameters `max_memory` (bytes that a result may take) and `n_jobs` (threads, as in
    scikit-learn). Constructors take keywords alone and only keep them.
    """

    max_memory: int
    n_jobs: int | None
    n_features_in_: int

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn what the map needs of the features, such as their ranges; `y` is not used."""
        self._learn(validated(self, X, reset=True))
        return self

    def transform(self, X: Any) -> Any:
        """Features of samples, shape (samples, dimension), in the precision of `X`.

        Raises `MemoryLimitError` where they would take more than `max_memory`.
        """
        check_is_fitted(self)
        given = validated(self, X, reset=False)
        self._demand(len(given), given.dtype, self.dimension_)
        return self._encode(given)

    @property
    def dimension_(self) -> int:
        """Features of a sample."""
        check_is_fitted(self)
        return self._dimension()

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the features, such as `x3_cos`; `input_features` are checked against those of `fit`."""
        from sklearn.utils.validation import _check_feature_names_in

        check_is_fitted(self)
        self._demand_names()
        return np.asarray(
            self._names([str(name) for name in _check_feature_names_in(self, input_features)]), dtype=object
        )

    def _demand(self, samples: int, dtype: Any, *width: int) -> None:
        demand((samples, *width), np.dtype(dtype).itemsize, self.max_memory, *self._demanded())

    def _demanded(self) -> tuple[str, str]:
        """What a transformation makes, and what to do where it is too large."""
        return f"the features of `{type(self).__name__}`", self._remedy()

    def _demand_names(self) -> None:
        what = f"names of the {self._dimension()} features"
        demand((1, self._dimension()), 64, self.max_memory, what, self._remedy())

    def _remedy(self) -> str:
        """What to do where a result is too large."""
        return "encode fewer samples at a time, or raise it"

    @abstractmethod
    def _learn(self, X: Floats) -> None: ...

    @abstractmethod
    def _encode(self, X: Floats) -> Any: ...

    @abstractmethod
    def _dimension(self) -> int: ...

    @abstractmethod
    def _names(self, features: list[str]) -> list[str]: ...

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def real_parts(states: States) -> Floats:
    """States as features: complex ones as their real parts, then their imaginary parts."""
    return np.concatenate([states.real, states.imag], axis=1) if np.iscomplexobj(states) else np.asarray(states)


def state_names(qubits: int, *, is_complex: bool) -> list[str]:
    """Names of those features, such as `state_0110_re`."""
    names = [f"state_{bits_of(state, qubits)}" for state in range(2**qubits)]
    return [f"{name}_{part}" for part in ("re", "im") for name in names] if is_complex else names


def bits_of(number: int, width: int) -> str:
    """A basis state as text, its most significant bit first: `0110`."""
    return format(number, f"0{width}b")


__all__ = ["Encoder", "bits_of", "real_parts", "state_names"]
