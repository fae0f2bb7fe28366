"""What all encoders share: a feature map of finite numbers, the states behind it, and their kernel in closed form."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from mlipilot.runtime.encodings.memory import demand, demand_size
from mlipilot.runtime.encodings.parameters import require_jobs, require_memory, require_zeta
from mlipilot.runtime.encodings.validation import Floats, States, validated

WITHOUT_STATES = (
    'take the kernel, which needs no states (`kernel`, or `GramMatrix(kernel="encoder")` in a pipeline), or fewer '
    "features, or raise it"
)
"""What to do where states of a product map are too large."""


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
        require_memory(self.max_memory)
        require_jobs(self.n_jobs)
        self._learn(validated(self, X, reset=True))
        return self

    def transform(self, X: Any) -> Any:
        """Features of samples, shape (samples, dimension), in the precision of `X`.

        Raises `MemoryLimitError` where they would take more than `max_memory`.
        """
        given = validated(self, X, reset=False)
        self._demand(len(given), given.dtype, self.dimension_)
        return self._encode(given)

    def kernel(self, X: Any, Y: Any = None, *, zeta: float = 2.0) -> Any:
        """Overlaps of all pairs to the power zeta, shape (samples of X, samples of Y): fidelities at 2.

        Y is X where it is not given; the class says what an overlap is. Two vectors give one number, since
        `KernelRidge(kernel=…)` and `Nystroem(kernel=…)` call a kernel pair by pair; `GramMatrix` before a `precomputed`
        kernel is faster there, and fits the encoder in each fold. Real overlaps keep their sign under a whole power.
        Of complex ones, and under any other power, the size is taken first; only an even power is then sure to give a
        matrix without negative eigenvalues.

        Raises:
            MemoryLimitError: the matrix, or states that it needs, would take more than `max_memory`.
            ValueError: `zeta` is not a number above 0; samples as in `transform`.
        """
        require_zeta(zeta)
        if np.ndim(X) == 1:
            one = np.reshape(X, (1, -1))
            return float(self.kernel(one, one if Y is None else np.reshape(Y, (1, -1)), zeta=zeta)[0, 0])
        one = validated(self, X, reset=False)
        return self._kernel(one, None if Y is None else validated(self, Y, reset=False, name="Y"), zeta)

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

    def _require_own(self, given: Floats, restored: Floats) -> Floats:
        """Samples behind features, refused where they have other features than those."""
        own = self._encode(restored)
        apart = np.abs(own - given).max(axis=1)
        allowed = np.sqrt(np.finfo(given.dtype).eps) * 10 * np.maximum(1, np.abs(given).max(axis=1))
        wrong = ~(apart <= allowed)
        if wrong.any():
            raise ValueError(f"row {int(wrong.argmax())} of X has features that this encoder gives of no sample")
        return restored

    def _demand(self, samples: int, dtype: Any, *width: int) -> None:
        demand((samples, *width), np.dtype(dtype).itemsize, self.max_memory, *self._demanded())

    def _demanded(self) -> tuple[str, str]:
        """What a transformation makes, and what to do where it is too large."""
        return f"the features of `{type(self).__name__}`", self._remedy()

    def _demand_names(self) -> None:
        what = f"names of the {self._dimension()} features of `{type(self).__name__}`"
        demand_size(64 * self._dimension(), None, self.max_memory, what, "work without names, or raise it")

    def _remedy(self) -> str:
        """What to do where a result is too large."""
        return "encode fewer samples at a time, or raise it"

    @abstractmethod
    def _learn(self, X: Floats) -> None: ...

    @abstractmethod
    def _kernel(self, X: Floats, Y: Floats | None, zeta: float) -> Floats: ...

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


__all__ = ["WITHOUT_STATES", "Encoder", "bits_of", "real_parts", "state_names"]
