"""The seed paper's three encodings: ours, with the choices that it makes (arXiv:2605.24324, Feature Encodings)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot.runtime.encodings.amplitude import AmplitudeEncoder
from mlipilot.runtime.encodings.angle import AngleEncoder
from mlipilot.runtime.encodings.basis import BasisEncoder

BITS = 8

Encoding = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[Any]]
"""(rows to fit on, rows to encode), both of d columns, to the encoded rows."""


def amplitude(train: NDArray[np.float64], X: NDArray[np.float64]) -> NDArray[np.float64]:
    """`x / |x|`, then zeros up to the next power of two: (n, d) to (n, 2^ceil(log2 d)).

    The features are taken as they are. A row of zeros stays one, which is not a state. (The paper adds 1e-12 to the
    norm, which changes no digit that it prints.)
    """
    states = AmplitudeEncoder().fit(train).transform(X)
    states[~X.any(axis=1)] = 0
    return np.asarray(states[:, : dimensions(X.shape[1])["amplitude"]])


def angle(train: NDArray[np.float64], X: NDArray[np.float64]) -> NDArray[np.float64]:
    """`cos(θ/2), sin(θ/2)` of each feature in turn, `θ = π x~` and `x~` in [-1, 1] over `train`: (n, d) to (n, 2d).

    Rows outside the range of `train` are not clipped.
    """
    return np.asarray(AngleEncoder(interval=(-1.0, 1.0), beyond="extrapolate").fit(train).transform(X))


def basis(train: NDArray[np.float64], X: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The 8 bits of each feature's level in the range of `train`, highest bit first: (n, d) to (n, 8d), 0 or 1.

    Rows outside the range of `train` get its first or last level. The paper holds bits as bytes.
    """
    return np.asarray(BasisEncoder(bits=BITS).fit(train).transform(X), np.uint8)


ENCODINGS: dict[str, Encoding] = {"amplitude": amplitude, "angle": angle, "basis": basis}
"""name -> map, in the paper's order."""


def dimensions(n_features: int) -> dict[str, int]:
    """Output dimension of each encoding of `n_features` features."""
    return {"amplitude": 1 << (n_features - 1).bit_length(), "angle": 2 * n_features, "basis": BITS * n_features}
