"""Angle encoding: each feature as the angle of a rotation of one qubit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from mlipilot.runtime.encodings.encoder import WITHOUT_STATES, Encoder, real_parts, state_names
from mlipilot.runtime.encodings.kernels.inner import demand_gram, powers
from mlipilot.runtime.encodings.kernels.product import product_kernel, product_states
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT
from mlipilot.runtime.encodings.parameters import require_choices, require_number
from mlipilot.runtime.encodings.ranges import BEYOND, Beyond, Ranges, learn_ranges
from mlipilot.runtime.encodings.validation import Floats, States, given_features, require_precise, validated

Map = Literal["additive", "product", "projected"]
Axis = Literal["x", "y", "z"]


class AngleEncoder(Encoder):
    """Rotations by `t = bandwidth * pi * x'`, where `x'` is a feature scaled to `interval` by its range in `fit`.

    Parameters
    ----------
    map
        `additive`: `cos(t/2), sin(t/2)` of each feature, 2 n features, whose kernel is a sum over features and knows no
        interactions. `product`: the state of all qubits together, 2**n features. `projected`: `cos(t), sin(t)` of each
        feature, the expectations of two Pauli operators.
    axis
        Of the rotation: `y` gives `(cos(t/2), sin(t/2))`; `x` `(cos(t/2), -i sin(t/2))`; `z`, after a Hadamard gate,
        `(exp(-i t/2), exp(i t/2)) / sqrt(2)`. All three have the same fidelities. Features of a product state on `x` or
        `z` are its real parts, then its imaginary parts.
    bandwidth
        Share of pi that the interval spans: below 1, states are more alike. At small bandwidths the fidelity is
        `exp(-sum (t - t')**2 / 4)`, a Gaussian.
    interval
        What the range of a feature is scaled to; None takes features as they are. With the ends -1 and 1 and a
        bandwidth of 1, both ends of a range are the same state up to its sign, and have the fidelity 1.
    beyond
        What becomes of values outside of the range: `clip`, `wrap` around or `extrapolate`.
    bit_order
        `big`: the first feature is the most significant bit of a product state, as in PennyLane; `little`: the least
        significant one, as in Qiskit.
    max_memory
        Bytes that a result may take.
    n_jobs
        Threads, as in scikit-learn.

    Attributes
    ----------
    ranges_ : Ranges
        Of the features in `fit`. A constant feature is scaled to the lower end of the interval.
    n_features_in_ : int

    Notes
    -----
    The kernel of a product map is `|<x|y>|**zeta`, for any number of features and without state vectors: at 2 the
    fidelity `prod_i cos((t_i - t'_i)/2)**2` (Schuld, arXiv:2101.11020). That of the other maps is the inner product of
    their features over the number of features, with its sign, to the power zeta: at 2 the square of a mean cosine.
    Half angles are the convention of PennyLane and Qiskit.
    """

    def __init__(
        self,
        *,
        map: Map = "additive",
        axis: Axis = "y",
        bandwidth: float = 1.0,
        interval: tuple[float, float] | None = (0.0, 1.0),
        beyond: Beyond = "clip",
        bit_order: Literal["big", "little"] = "big",
        max_memory: int = DEFAULT_LIMIT,
        n_jobs: int | None = None,
    ) -> None:
        self.map = map
        self.axis = axis
        self.bandwidth = bandwidth
        self.interval = interval
        self.beyond = beyond
        self.bit_order = bit_order
        self.max_memory = max_memory
        self.n_jobs = n_jobs

    def angles(self, X: Any) -> Floats:
        """Angles `t` in radians, shape (samples, features)."""
        return self._angles(validated(self, X, reset=False))

    def states(self, X: Any) -> States:
        """Product states, shape (samples, 2**features), complex on the axes `x` and `z`.

        Raises `MemoryLimitError` where they would take more than `max_memory`.
        """
        return self._states(validated(self, X, reset=False))

    def _states(self, given: Floats) -> States:
        amplitudes = _AXES[self.axis]
        self._demand(len(given), given.dtype, 1 + amplitudes.is_complex, 2**self.n_features_in_)
        angles = self._angles(given)
        if self.bit_order == "little":
            angles = angles[:, ::-1]
        zero, one = amplitudes.of(angles / 2)
        found: States = product_states(np.ascontiguousarray(zero), np.ascontiguousarray(one), self.n_jobs)
        return found

    def _kernel(self, X: Floats, Y: Floats | None, zeta: float) -> Floats:
        return _MAPS[self.map].kernel(self, self._angles(X), None if Y is None else self._angles(Y), zeta)

    def _learn(self, X: Floats) -> None:
        require_choices(self, map=_MAPS, axis=_AXES, beyond=BEYOND, bit_order=("big", "little"))
        require_number("bandwidth", self.bandwidth, above=0)
        self.ranges_: Ranges = learn_ranges(X)

    def _angles(self, X: Floats) -> Floats:
        scaled = X if self.interval is None else self.ranges_.scaled(X, self.interval, self.beyond)
        with np.errstate(over="ignore"):
            return require_precise(scaled * X.dtype.type(np.pi * self.bandwidth))

    def _encode(self, X: Floats) -> Floats:
        return _MAPS[self.map].features(self, X)

    def _dimension(self) -> int:
        return _MAPS[self.map].dimension(self)

    def _names(self, features: list[str]) -> list[str]:
        return _MAPS[self.map].names(self, features)

    def inverse_transform(self, X: Any) -> Floats:
        """The samples behind features, shape (samples, n_features_in_); what was clipped comes back clipped.

        Raises ValueError where two angles of the range have the same features, or features are those of no sample in
        the range.
        """
        given = given_features(self, X, self.dimension_)
        kind = _MAPS[self.map]
        if self.interval is None:
            raise ValueError("without an `interval` the range of the angles is not known: angles are known up to turns")
        lowest, highest = (np.pi * self.bandwidth * end for end in self.interval)
        if lowest < 0 or highest > kind.injective_to:
            raise ValueError(
                f"`map = {self.map!r}` does not tell all angles from {lowest:.3g} to {highest:.3g} apart: keep them "
                f"from 0 to {kind.injective_to:.3g} by `interval` and `bandwidth`"
            )
        angles = kind.angles(self, given)
        slack = 10 * np.sqrt(np.finfo(given.dtype).eps)
        outside = (angles < lowest - slack) | (angles > highest + slack)
        if outside.any():
            row, column = np.argwhere(outside)[0]
            raise ValueError(
                f"row {row} of X has features of a value of feature {column} outside of its range in `fit`, which are "
                "not turned back"
            )
        scaled = np.asarray(angles / (np.pi * self.bandwidth), given.dtype)
        return self._require_own(given, self.ranges_.restored(scaled, self.interval))

    def _remedy(self) -> str:
        is_state = self.map == "product"
        return f"write `map = 'additive'`, {WITHOUT_STATES}" if is_state else super()._remedy()


class _Amplitudes(NamedTuple):
    """Of one qubit, by half its angle."""

    of: Callable[[Floats], tuple[States, States]]
    is_complex: bool


def _x(half: Floats) -> tuple[States, States]:
    return np.cos(half) + 0j, -1j * np.sin(half)


def _y(half: Floats) -> tuple[States, States]:
    return np.cos(half), np.sin(half)


def _z(half: Floats) -> tuple[States, States]:
    turned = np.exp(1j * half) / half.dtype.type(np.sqrt(2))
    return turned.conj(), turned


_AXES: dict[str, _Amplitudes] = {"x": _Amplitudes(_x, True), "y": _Amplitudes(_y, False), "z": _Amplitudes(_z, True)}


class _Map(NamedTuple):
    """What a kind of map gives."""

    features: Callable[[AngleEncoder, Floats], Floats]
    dimension: Callable[[AngleEncoder], int]
    names: Callable[[AngleEncoder, list[str]], list[str]]
    kernel: Callable[[AngleEncoder, Floats, Floats | None, float], Floats]
    """Of angles, and of others or the same, to a power."""
    angles: Callable[[AngleEncoder, Floats], Floats]
    """Of features."""
    injective_to: float
    """Radians, from 0 on."""


def _paired(turns: float) -> _Map:
    """`cos, sin` of each angle over `turns`."""

    def features(encoder: AngleEncoder, X: Floats) -> Floats:
        angles = encoder._angles(X) / X.dtype.type(turns)
        found = np.empty((len(X), 2 * X.shape[1]), X.dtype)
        found[:, 0::2], found[:, 1::2] = np.cos(angles), np.sin(angles)
        return found

    def names(encoder: AngleEncoder, features: list[str]) -> list[str]:
        return [f"{feature}_{part}" for feature in features for part in ("cos", "sin")]

    def kernel(encoder: AngleEncoder, one: Floats, other: Floats | None, zeta: float) -> Floats:
        other = one if other is None else other
        demand_gram(len(one), len(other), one.dtype.itemsize, encoder.max_memory)
        one, other = one / one.dtype.type(turns), other / other.dtype.type(turns)
        total = np.cos(one) @ np.cos(other).T + np.sin(one) @ np.sin(other).T
        return powers(total / one.dtype.type(one.shape[1]), zeta)

    def angles(encoder: AngleEncoder, given: Floats) -> Floats:
        found = np.arctan2(given[:, 1::2], given[:, 0::2])
        return np.asarray(turns * np.where(found < -_ROUNDING, found + 2 * np.pi, np.maximum(found, 0)))

    return _Map(features, lambda encoder: 2 * encoder.n_features_in_, names, kernel, angles, np.pi * turns)


_ROUNDING = 1e-5
"""Radians below 0 that an angle of 0 may have become."""


def _product_features(encoder: AngleEncoder, X: Floats) -> Floats:
    return real_parts(encoder._states(X))


def _product_dimension(encoder: AngleEncoder) -> int:
    return int(2 ** (encoder.n_features_in_ + _AXES[encoder.axis].is_complex))


def _product_names(encoder: AngleEncoder, features: list[str]) -> list[str]:
    return state_names(len(features), is_complex=_AXES[encoder.axis].is_complex)


def _product_kernel(encoder: AngleEncoder, one: Floats, other: Floats | None, zeta: float) -> Floats:
    others = None if other is None else _y(other / 2)
    return product_kernel(*_y(one / 2), others, zeta=zeta, limit=encoder.max_memory, n_jobs=encoder.n_jobs)


def _product_angles(encoder: AngleEncoder, given: Floats) -> Floats:
    """By the weight of each qubit's 1, which is `sin(t/2)**2`; on the axis `z` all weights are alike."""
    count = encoder.n_features_in_
    if encoder.axis == "z":
        raise ValueError("features of a product state on the axis 'z' are not turned back: choose 'y' or 'x'")
    parts = given.reshape(len(given), -1, 2**count)
    weights = (parts**2).sum(axis=1).reshape(len(given), *[2] * count)
    found = np.empty((len(given), count), given.dtype)
    for qubit in range(count):
        ones = np.moveaxis(weights, 1 + qubit, 1)[:, 1].reshape(len(given), -1).sum(axis=1)
        zeros = np.moveaxis(weights, 1 + qubit, 1)[:, 0].reshape(len(given), -1).sum(axis=1)
        found[:, qubit] = 2 * np.arctan2(np.sqrt(ones), np.sqrt(zeros))
    return found if encoder.bit_order == "big" else found[:, ::-1]


_MAPS: dict[str, _Map] = {
    "additive": _paired(2.0),
    "product": _Map(_product_features, _product_dimension, _product_names, _product_kernel, _product_angles, np.pi),
    "projected": _paired(1.0),
}


__all__ = ["AngleEncoder"]
