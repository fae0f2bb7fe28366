"""Centred kernels of the same samples and their inner products, by features or by matrices, whichever is cheaper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot.runtime.encodings.geometry.centring import centre_columns, centre_kernel
from mlipilot.runtime.encodings.geometry.representation import DOUBLE, Floats, Scaled

GATHER_COST = 40
"""What it costs to permute and multiply one entry of a matrix, in multiplications inside a matrix product."""
BLOCK = 64
"""Rows of a matrix that are permuted at a time, so that they stay in a core's cache."""


@dataclass(frozen=True)
class Gram:
    """A kernel of n samples, centred on both sides: given as a matrix, or as features whose linear kernel it is."""

    features: Floats | None
    """(n, D) centred columns; None where a matrix was given."""
    given: Floats | None
    """(n, n) the centred kernel; None where features were given."""
    scale: float
    """What the kernel was divided by; infinite or 0 where the square of the features' scale is not a number."""

    @classmethod
    def of_features(cls, matrix: Scaled) -> Gram:
        """The linear kernel of a representation."""
        centred = centre_columns(matrix)
        return cls(centred.values, None, centred.scale * centred.scale)

    @classmethod
    def of_kernel(cls, matrix: Scaled) -> Gram:
        """A kernel matrix."""
        centred = centre_kernel(matrix)
        return cls(None, centred.values, centred.scale)

    @property
    def samples(self) -> int:
        """n."""
        return len(self.diagonal)

    @property
    def width(self) -> float:
        """Columns of the features; infinity where there are none."""
        return inf if self.features is None else self.features.shape[1]

    @cached_property
    def matrix(self) -> Floats:
        """(n, n) the centred kernel."""
        if self.given is not None:
            return self.given
        features = self._columns()
        return np.asarray(features @ features.T)

    @cached_property
    def diagonal(self) -> Floats:
        """(n,) the centred kernel's diagonal."""
        if self.given is not None:
            return np.ascontiguousarray(self.given.diagonal())
        features = self._columns()
        return np.asarray(np.einsum("ij,ij->i", features, features))

    @cached_property
    def norm(self) -> float:
        """sum_st K_st^2."""
        return inner(self, self)

    def of_rows(self, rows: NDArray[np.intp]) -> Gram:
        """The kernel of some of the samples, centred again."""
        if self.given is None:
            return Gram.of_features(Scaled(self._columns()[rows], 1.0, DOUBLE))
        return Gram.of_kernel(Scaled(self.given[np.ix_(rows, rows)], 1.0, DOUBLE))

    def _columns(self) -> Floats:
        """The features of a kernel that has them."""
        if self.features is None:
            raise AssertionError("a kernel given as a matrix has no features")
        return self.features


def inner(a: Gram, b: Gram) -> float:
    """sum_st K_st L_st of two centred kernels."""
    return next(permuted_inner(a, b, [np.arange(a.samples)], 1))


def permuted_inner(a: Gram, b: Gram, orders: Any, count: int) -> Iterator[float]:
    """The inner products of a kernel with another whose samples are put in each of `count` orders."""
    route = _cheapest(a, b, count)
    for order in orders:
        yield route(a, b, order)


def _of_features(a: Gram, b: Gram, order: NDArray[np.intp]) -> float:
    """||X'Y||^2, O(n D D')."""
    product = a._columns().T @ b._columns()[order]
    return float(np.vdot(product, product))


def _of_matrix_and_features(a: Gram, b: Gram, order: NDArray[np.intp]) -> float:
    """tr Y'KY, O(n^2 D')."""
    columns = b._columns()[order]
    return float(np.vdot(a.matrix @ columns, columns))


def _of_features_and_matrix(a: Gram, b: Gram, order: NDArray[np.intp]) -> float:
    """The same with the sides exchanged, and so the order inverted."""
    return _of_matrix_and_features(b, a, np.argsort(order))


def _of_matrices(a: Gram, b: Gram, order: NDArray[np.intp]) -> float:
    """The sum itself, O(n^2)."""
    total = 0.0
    for start in range(0, a.samples, BLOCK):
        rows = b.matrix[order[start : start + BLOCK]]
        # `clip` skips the check of bounds, which costs more than the copy.
        total += float(np.vdot(a.matrix[start : start + BLOCK], np.take(rows, order, axis=1, mode="clip")))
    return total


def _cheapest(a: Gram, b: Gram, count: int) -> Callable[[Gram, Gram, NDArray[np.intp]], float]:
    """The route of fewest operations over `count` products, with the building of the matrices that it needs."""
    square = float(a.samples) ** 2
    build_a, build_b = (square * kernel.width if kernel.given is None else 0.0 for kernel in (a, b))
    costs = {
        _of_features: count * a.samples * a.width * b.width,
        _of_matrix_and_features: build_a + count * square * b.width,
        _of_features_and_matrix: build_b + count * square * a.width,
        _of_matrices: build_a + build_b + count * square * GATHER_COST,
    }
    return min(costs, key=lambda route: costs[route])


def as_order(generator: np.random.RandomState, n: int) -> NDArray[np.intp]:
    """A random order of n samples."""
    return np.asarray(generator.permutation(n), dtype=np.intp)
