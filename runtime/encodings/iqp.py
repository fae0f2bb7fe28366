"""IQP and ZZ maps: layers of Hadamard gates and of phases of single features and of pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from mlipilot.runtime.encodings.encoder import Encoder, real_parts, state_names
from mlipilot.runtime.encodings.kernels.diagonal import diagonal_states
from mlipilot.runtime.encodings.kernels.inner import overlaps
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT
from mlipilot.runtime.encodings.parameters import require_choices, require_number, require_whole
from mlipilot.runtime.encodings.ranges import BEYOND, Beyond, Ranges, learn_ranges
from mlipilot.runtime.encodings.validation import Floats, States, require_precise, validated


class IQPEncoder(Encoder):
    """`layers` times: a Hadamard gate on each qubit, then the phase `sum a(x_i) z_i + sum b(x_i, x_j) (z_i xor z_j)`.

    Features are the real parts of the state, then its imaginary parts: `2 * 2**n` of them.

    Parameters
    ----------
    form
        `zz`: `a = 2 x`, `b = 2 (pi - x)(pi - x')`, as Qiskit's `zz_feature_map`; `iqp`: `a = x`, `b = x x'`, as
        PennyLane's `IQPEmbedding`, up to a global phase.
    layers
        How often the gates are repeated.
    pairs
        `full`: all; `linear`: of neighbouring features; `circular`: those, and the last with the first.
    bandwidth
        What features are multiplied by before they become phases.
    interval
        What the range of a feature is scaled to; None takes features as they are.
    beyond
        What becomes of values outside of the range: `clip`, `wrap` around or `extrapolate`.
    bit_order
        `big`: the first feature is the most significant bit of a state, as in PennyLane; `little`: the least
        significant one, as in Qiskit.
    max_memory
        Bytes that a result may take. There is no closed form of these kernels: they need the states.
    n_jobs
        Threads, as in scikit-learn.

    Attributes
    ----------
    ranges_ : Ranges
        Of the features in `fit`.
    n_features_in_ : int

    Notes
    -----
    Havlíček and others, Nature 567, 209 (2019).
    """

    def __init__(
        self,
        *,
        form: Literal["zz", "iqp"] = "zz",
        layers: int = 2,
        pairs: Literal["full", "linear", "circular"] = "full",
        bandwidth: float = 1.0,
        interval: tuple[float, float] | None = None,
        beyond: Beyond = "clip",
        bit_order: Literal["big", "little"] = "big",
        max_memory: int = DEFAULT_LIMIT,
        n_jobs: int | None = None,
    ) -> None:
        self.form = form
        self.layers = layers
        self.pairs = pairs
        self.bandwidth = bandwidth
        self.interval = interval
        self.beyond = beyond
        self.bit_order = bit_order
        self.max_memory = max_memory
        self.n_jobs = n_jobs

    def states(self, X: Any) -> States:
        """States, complex, shape (samples, 2**features).

        Raises `MemoryLimitError` where they would take more than `max_memory`.
        """
        return self._states(validated(self, X, reset=False))

    def _states(self, given: Floats) -> States:
        self._demand(len(given), given.dtype, 2, 2**self.n_features_in_)
        scaled = given if self.interval is None else self.ranges_.scaled(given, self.interval, self.beyond)
        with np.errstate(over="ignore"):
            turned = np.asarray(scaled * given.dtype.type(self.bandwidth))
        form = _FORMS[self.form]
        with np.errstate(over="ignore", invalid="ignore"):
            singles = require_precise(form.single(turned))
            pairs = require_precise(form.pair(turned[:, :, None], turned[:, None, :]))
        pairs = pairs * _PAIRS[self.pairs](self.n_features_in_)
        if self.bit_order == "little":
            singles, pairs = singles[:, ::-1], pairs[:, ::-1, ::-1]
        # A pair is stored above the diagonal, whichever of its features comes first.
        upper = np.triu(pairs + np.swapaxes(pairs, 1, 2), 1)
        return diagonal_states(np.ascontiguousarray(singles), np.ascontiguousarray(upper), self.layers, self.n_jobs)

    def _kernel(self, X: Floats, Y: Floats | None, zeta: float) -> Floats:
        one = self._states(X)
        return overlaps(one, one if Y is None else self._states(Y), zeta, self.max_memory)

    def _learn(self, X: Floats) -> None:
        require_choices(self, form=_FORMS, pairs=_PAIRS, beyond=BEYOND, bit_order=("big", "little"))
        require_whole("layers", self.layers)
        require_number("bandwidth", self.bandwidth, above=0)
        self.ranges_: Ranges = learn_ranges(X)

    def _encode(self, X: Floats) -> Floats:
        return real_parts(self._states(X))

    def _dimension(self) -> int:
        return int(2 ** (self.n_features_in_ + 1))

    def _names(self, features: list[str]) -> list[str]:
        return state_names(len(features), is_complex=True)

    def _remedy(self) -> str:
        return "take fewer features or encode fewer samples at a time, or raise it"


class _Form(NamedTuple):
    """The phases of a map."""

    single: Callable[[Floats], Floats]
    pair: Callable[[Floats, Floats], Floats]


_FORMS: dict[str, _Form] = {
    "zz": _Form(lambda x: 2 * x, lambda x, y: 2 * (x.dtype.type(np.pi) - x) * (y.dtype.type(np.pi) - y)),
    "iqp": _Form(lambda x: x, lambda x, y: x * y),
}


def _linear(count: int) -> Floats:
    return np.eye(count, k=1)


def _circular(count: int) -> Floats:
    found = _linear(count)
    if count > 2:
        found[0, -1] = 1
    return found


_PAIRS: dict[str, Callable[[int], Floats]] = {
    "full": lambda count: np.triu(np.ones((count, count)), 1),
    "linear": _linear,
    "circular": _circular,
}
"""1 for each pair, above the diagonal."""

__all__ = ["IQPEncoder"]
