"""The seed paper's three encodings, as it states them (arXiv:2605.24324, Quantum-Inspired Feature Encodings).

Each is a function of the rows that it is fitted on and the rows to encode, so that nothing is kept between calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPSILON = 1e-12
"""Added to a norm before dividing by it."""
BITS = 8

Encoding = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[Any]]
"""(rows to fit on, rows to encode), both of d columns, to the encoded rows."""


def amplitude(train: NDArray[np.float64], X: NDArray[np.float64]) -> NDArray[np.float64]:
    """`x / (|x| + 1e-12)`, then zeros up to the next power of two: (n, d) to (n, 2^ceil(log2 d)).

    The features are taken as they are: `train` is not looked at. A row of zeros stays one, which is not a state.
    """
    padded = np.zeros((len(X), 1 << (X.shape[1] - 1).bit_length()))
    padded[:, : X.shape[1]] = X / (np.linalg.norm(X, axis=1, keepdims=True) + EPSILON)
    return padded


def angle(train: NDArray[np.float64], X: NDArray[np.float64]) -> NDArray[np.float64]:
    """`cos(θ/2), sin(θ/2)` of each feature in turn, `θ = π x~` and `x~` in [-1, 1] over `train`: (n, d) to (n, 2d).

    Rows outside the range of `train` are not clipped.
    """
    half = 0.5 * np.pi * (2.0 * _unit(train, X) - 1.0)
    return np.stack([np.cos(half), np.sin(half)], axis=2).reshape(len(X), -1)


def basis(train: NDArray[np.float64], X: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The 8 bits of each feature's level in the range of `train`, highest bit first: (n, d) to (n, 8d), 0 or 1.

    Rows outside the range of `train` get its first or last level.
    """
    levels = np.round(np.clip(_unit(train, X), 0.0, 1.0) * (2**BITS - 1)).astype(np.uint8)
    return np.unpackbits(levels[:, :, None], axis=2).reshape(len(X), -1)


ENCODINGS: dict[str, Encoding] = {"amplitude": amplitude, "angle": angle, "basis": basis}
"""name -> map, in the paper's order."""


def dimensions(n_features: int) -> dict[str, int]:
    """Output dimension of each encoding of `n_features` features."""
    return {"amplitude": 1 << (n_features - 1).bit_length(), "angle": 2 * n_features, "basis": BITS * n_features}


def _unit(train: NDArray[np.float64], X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where rows lie in the range of `train`, 0 to 1 inside; a constant feature has the range 1."""
    low = train.min(axis=0)
    span = train.max(axis=0) - low
    return np.asarray((X - low) / np.where(span > 0.0, span, 1.0))
