"""Dense angle encoding: two features to a qubit, one as its angle and one as its phase."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlipilot.runtime.encodings.encoder import WITHOUT_STATES, Encoder, real_parts, state_names
from mlipilot.runtime.encodings.kernels.product import product_kernel, product_states
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT
from mlipilot.runtime.encodings.parameters import require_choices, require_number
from mlipilot.runtime.encodings.ranges import BEYOND, Beyond, Ranges, learn_ranges
from mlipilot.runtime.encodings.validation import Floats, States, require_precise, validated


class DenseAngleEncoder(Encoder):
    """The product state of `cos(a)|0> + exp(i f) sin(a)|1>` with `a = bandwidth pi x'_1`, `f = bandwidth 2 pi x'_2`.

    Features are the real parts of the state, then its imaginary parts: `2 * 2**ceil(n / 2)` of them. Where the number
    of features is odd, the last qubit has the phase 0.

    Parameters
    ----------
    bandwidth
        Share of the full turns that the interval spans.
    interval
        What the range of a feature is scaled to; None takes features as they are.
    beyond
        What becomes of values outside of the range: `clip`, `wrap` around or `extrapolate`.
    max_memory
        Bytes that a result may take.
    n_jobs
        Threads, as in scikit-learn.

    Attributes
    ----------
    ranges_ : Ranges
        Of the features in `fit`. A constant feature is scaled to the lower end of the interval.
    n_qubits_ : int
    n_features_in_ : int

    Notes
    -----
    LaRose and Coyle, arXiv:2003.01695. The first qubit is the most significant. At a bandwidth of 1 both ends of the
    range of an angle are the same state up to its sign.
    """

    def __init__(
        self,
        *,
        bandwidth: float = 1.0,
        interval: tuple[float, float] | None = (0.0, 1.0),
        beyond: Beyond = "clip",
        max_memory: int = DEFAULT_LIMIT,
        n_jobs: int | None = None,
    ) -> None:
        self.bandwidth = bandwidth
        self.interval = interval
        self.beyond = beyond
        self.max_memory = max_memory
        self.n_jobs = n_jobs

    def states(self, X: Any) -> States:
        """Product states, complex, shape (samples, 2**n_qubits_).

        Raises `MemoryLimitError` where they would take more than `max_memory`.
        """
        return self._states(validated(self, X, reset=False))

    def _states(self, given: Floats) -> States:
        self._demand(len(given), given.dtype, 2, 2**self.n_qubits_)
        return product_states(*self._amplitudes(given), self.n_jobs)

    def _kernel(self, X: Floats, Y: Floats | None, zeta: float) -> Floats:
        others = None if Y is None else self._amplitudes(Y)
        return product_kernel(*self._amplitudes(X), others, zeta=zeta, limit=self.max_memory, n_jobs=self.n_jobs)

    def _learn(self, X: Floats) -> None:
        require_choices(self, beyond=BEYOND)
        require_number("bandwidth", self.bandwidth, above=0)
        self.ranges_: Ranges = learn_ranges(X)
        self.n_qubits_ = -(-X.shape[1] // 2)

    def _amplitudes(self, X: Floats) -> tuple[States, States]:
        """Of each qubit, shape (samples, n_qubits_)."""
        scaled = X if self.interval is None else self.ranges_.scaled(X, self.interval, self.beyond)
        turned = np.zeros((len(X), 2 * self.n_qubits_), X.dtype)
        with np.errstate(over="ignore"):
            turned[:, : X.shape[1]] = scaled * X.dtype.type(np.pi * self.bandwidth)
        require_precise(turned)
        angles, phases = turned[:, 0::2], 2 * turned[:, 1::2]
        return np.cos(angles) + 0j, np.exp(1j * phases) * np.sin(angles)

    def _encode(self, X: Floats) -> Floats:
        return real_parts(self._states(X))

    def _dimension(self) -> int:
        return int(2 ** (self.n_qubits_ + 1))

    def _names(self, features: list[str]) -> list[str]:
        return state_names(self.n_qubits_, is_complex=True)

    def _remedy(self) -> str:
        return WITHOUT_STATES


__all__ = ["DenseAngleEncoder"]
