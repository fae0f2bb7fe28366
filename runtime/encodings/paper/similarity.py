"""Similarities as the seed paper computes them (arXiv:2605.24324, Evaluation Protocol): Gram matrices, and biased CKA.

`geometry.cka` refuses a value outside of [0, 1], which an overflowed matrix can give; here it is what was published.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WRAP = 256
"""An unsigned byte counts modulo this."""


def gram(X: NDArray[Any], *, overflow: bool = False) -> NDArray[np.float64]:
    """`X Xᵀ` (n, n) in float64.

    A matrix of unsigned bytes holds bits. With `overflow`, it is multiplied as such, so that entries count modulo 256:
    the paper's Gram matrix of bits. Other types do not overflow.
    """
    if X.dtype != np.uint8:
        return np.asarray(X @ X.T, dtype=np.float64)
    bits = X.astype(np.float32)  # exact: sums of products of bits stay far below 2^24
    product = np.asarray(bits @ bits.T, dtype=np.float64)
    return product % WRAP if overflow else product


def quadratic_gram(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gram matrix (n, n) of all monomials of degree 1 and 2, without forming them.

    `x·y + ½ ((x·y)² + Σ x_i² y_i²)`, since `Σ_{i≤j} x_i x_j y_i y_j` counts the products of unequal pairs once.
    """
    linear, squares = X @ X.T, X**2
    return np.asarray(linear + 0.5 * (linear**2 + squares @ squares.T))


def linear_cka(K: NDArray[np.float64], L: NDArray[np.float64]) -> float:
    """Biased centred kernel alignment of two Gram matrices (n, n): Kornblith and others, arXiv:1905.00414, eq. 4.

    From 0 to 1 for matrices that are positive semi-definite; an overflowed one is not, and the value may be negative.
    Not a number where a matrix vanishes on centring.
    """
    return float(np.vdot(centred_direction(K), centred_direction(L)))


def centred_direction(K: NDArray[np.float64]) -> NDArray[np.float64]:
    """`H K H / |H K H|` with `H = I - 1 1ᵀ / n` and the Frobenius norm; the product of two of these is their CKA."""
    centred = K - K.mean(axis=0)
    centred -= centred.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred)
    return np.asarray(centred / norm if norm > 0.0 else np.full_like(centred, np.nan))
