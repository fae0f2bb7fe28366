"""Amplitude encoding: the features as the amplitudes of a state of as few qubits as hold them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from mlipilot.runtime.encodings.encoder import Encoder, bits_of
from mlipilot.runtime.encodings.kernels.inner import overlaps
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT
from mlipilot.runtime.encodings.parameters import require_choices, require_number
from mlipilot.runtime.encodings.validation import Floats, given_features, validated

Norm = Literal["drop", "append", "append_log"]
Zero = Literal["first", "uniform", "nan", "error"]


class AmplitudeEncoder(Encoder):
    """`pad(x) / |pad(x)|`, padded to the next power of two before it is normalised.

    Parameters
    ----------
    norm
        What becomes of the length of `x`, which the state has lost: `drop`; `append` it as one more feature; or
        `append_log`, its natural logarithm, of which a sample of zeros has that of the smallest normal number.
    pad
        What fills the places beyond the features. Other than 0, it keeps the length of `x` in the state: the padded
        amplitudes are `pad / |pad(x)|`. Where the features fill a power of two, a qubit is added to hold it.
    zero
        What becomes of a sample whose features are all 0 (with `pad = 0`), which has no direction: the `first` basis
        state, the `uniform` state, `nan`, or an `error` that names its row.
    max_memory
        Bytes that a result may take.
    n_jobs
        Not used: the work is one pass over the samples. Encoders have it alike.

    Attributes
    ----------
    n_qubits_ : int
        `max(1, ceil(log2(n_features)))`, one more where `pad` needs it.
    n_features_in_ : int

    Notes
    -----
    The kernel is `<x|y>**zeta`. The overlap of two states is the cosine of the angle between the samples, and its power
    zeta the kernel of SOAP and GAP (Bartók, Kondor and Csányi, Phys. Rev. B 87, 184115, equation 36).
    """

    def __init__(
        self,
        *,
        norm: Norm = "drop",
        pad: float = 0.0,
        zero: Zero = "first",
        max_memory: int = DEFAULT_LIMIT,
        n_jobs: int | None = None,
    ) -> None:
        self.norm = norm
        self.pad = pad
        self.zero = zero
        self.max_memory = max_memory
        self.n_jobs = n_jobs

    def states(self, X: Any) -> Floats:
        """Unit vectors, shape (samples, 2**n_qubits_), the most significant qubit first."""
        return self._unit_vectors(validated(self, X, reset=False))

    def _unit_vectors(self, given: Floats) -> Floats:
        self._demand(len(given), given.dtype, 2**self.n_qubits_)
        return self._states(given)[0]

    def _kernel(self, X: Floats, Y: Floats | None, zeta: float) -> Floats:
        one = self._unit_vectors(X)
        return overlaps(one, one if Y is None else self._unit_vectors(Y), zeta, self.max_memory)

    def _learn(self, X: Floats) -> None:
        require_choices(self, norm=_NORMS, zero=_ZEROS)
        require_number("pad", self.pad, example="1")
        features = X.shape[1] + (self.pad != 0)
        self.n_qubits_ = max(1, (features - 1).bit_length())

    def _dimension(self) -> int:
        return int(2**self.n_qubits_) + (self.norm != "drop")

    def _encode(self, X: Floats) -> Floats:
        states, largest, scaled = self._states(X)
        if self.norm == "drop":
            return states
        return np.column_stack([states, _NORMS[self.norm](largest, scaled).astype(X.dtype)])

    def _states(self, X: Floats) -> tuple[Floats, Floats, Floats]:
        """States; and the length of each sample as its largest entry times the length of what is left."""
        padded = np.full((len(X), 2**self.n_qubits_), self.pad, X.dtype)
        padded[:, : X.shape[1]] = X
        # Divided by the largest entry first, no square overflows or vanishes.
        largest = np.abs(padded).max(axis=1)
        divisor = np.where(largest > 0, largest, 1)
        padded /= divisor[:, None]
        lengths = np.linalg.norm(padded, axis=1)
        padded /= np.where(largest > 0, lengths, 1)[:, None]
        _ZEROS[self.zero](padded, np.flatnonzero(largest == 0))
        own = np.linalg.norm(X / divisor[:, None], axis=1)
        return padded, divisor, own

    def _names(self, features: list[str]) -> list[str]:
        names = [f"amp_{bits_of(state, self.n_qubits_)}" for state in range(2**self.n_qubits_)]
        return names if self.norm == "drop" else [*names, _NAMES[self.norm]]

    def inverse_transform(self, X: Any) -> Floats:
        """The samples behind features, shape (samples, n_features_in_).

        Raises ValueError where the length of a sample was dropped.
        """
        given = given_features(self, X, self.dimension_)
        states = given[:, : 2**self.n_qubits_]
        features = states[:, : self.n_features_in_]
        if self.pad != 0:
            with np.errstate(divide="ignore", invalid="ignore"):
                return self._require_own(given, np.nan_to_num(features * (self.pad / states[:, -1:])))
        if self.norm == "drop":
            raise ValueError(
                "the length of each sample was dropped: encode with `norm = 'append'`, or with a `pad` other than 0"
            )
        lengths = given[:, -1:] if self.norm == "append" else np.exp(given[:, -1:])
        return self._require_own(given, np.asarray(features * lengths))


def _log_length(largest: Floats, scaled: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        found: Floats = np.log(largest) + np.log(scaled)
    # A sample of length 0 has the smallest logarithm that its precision holds, so that features stay finite.
    return np.maximum(found, np.log(np.finfo(found.dtype).tiny))


def _first(states: Floats, rows: np.ndarray) -> None:
    states[rows, 0] = 1


def _uniform(states: Floats, rows: np.ndarray) -> None:
    states[rows] = states.shape[1] ** -0.5


def _nan(states: Floats, rows: np.ndarray) -> None:
    states[rows] = np.nan


def _error(states: Floats, rows: np.ndarray) -> None:
    if len(rows):
        raise ValueError(
            f"row {rows[0]} of X is all 0 ({len(rows)} such rows), and has no direction: leave it out, give a `pad` "
            "other than 0, or choose a state by `zero = 'first'` or `'uniform'`"
        )


_NORMS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "drop": lambda largest, scaled: largest * scaled,
    "append": lambda largest, scaled: largest * scaled,
    "append_log": _log_length,
}
_NAMES = {"append": "norm", "append_log": "log_norm"}
_ZEROS: dict[str, Callable[[Floats, np.ndarray], None]] = {
    "first": _first,
    "uniform": _uniform,
    "nan": _nan,
    "error": _error,
}

__all__ = ["AmplitudeEncoder"]
