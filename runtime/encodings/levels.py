"""Levels of features: their values rounded, uniformly over a range or by how many samples lie below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlipilot.runtime.encodings.ranges import Ranges, learn_ranges
from mlipilot.runtime.encodings.validation import Floats

Indices = NDArray[np.uint16]


class Levels(Protocol):
    """What `fit` learns: which level a value has, and what stands for a level."""

    def of(self, X: Floats) -> Indices:
        """The level of each value, shape (samples, features); beyond a range its first or last."""

    def values(self, levels: Indices) -> Floats:
        """What stands for levels, shape (samples, features)."""


@dataclass(frozen=True)
class UniformLevels:
    """`round(clip((x - low) / (high - low), 0, 1) * (count - 1))`."""

    ranges: Ranges
    count: int

    def of(self, X: Floats) -> Indices:
        """Levels; a half is rounded to the even one."""
        shares = np.clip(self.ranges.shares(X.astype(np.float64)), 0, 1)
        return np.rint(shares * (self.count - 1)).astype(np.uint16)

    def values(self, levels: Indices) -> Floats:
        """Evenly spaced from the smallest to the largest value."""
        return self.ranges.restored(levels / (self.count - 1), (0.0, 1.0))


@dataclass(frozen=True)
class QuantileLevels:
    """As many samples of `fit` in each level as ties allow."""

    edges: Floats
    """Between the levels, shape (count - 1, features): a value at an edge has the level above it."""
    centres: Floats
    """Quantiles in the middle of each level, shape (count, features)."""

    def of(self, X: Floats) -> Indices:
        """Levels by bisection."""
        found = np.empty(X.shape, np.uint16)
        for feature in range(X.shape[1]):
            found[:, feature] = np.searchsorted(self.edges[:, feature], X[:, feature], side="right")
        return found

    def values(self, levels: Indices) -> Floats:
        """Quantiles."""
        return np.take_along_axis(self.centres, levels.astype(np.intp), axis=0)


def _uniform(X: Floats, count: int) -> Levels:
    low, high = learn_ranges(X.astype(np.float64))
    return UniformLevels(Ranges(low, high), count)


def _quantile(X: Floats, count: int) -> Levels:
    ordered = np.sort(X.astype(np.float64), axis=0)
    edges = np.quantile(ordered, np.arange(1, count) / count, axis=0)
    centres = np.quantile(ordered, (np.arange(count) + 0.5) / count, axis=0)
    return QuantileLevels(edges, centres)


BINS: Mapping[str, Callable[[Floats, int], Levels]] = {"uniform": _uniform, "quantile": _quantile}

__all__ = ["BINS", "Indices", "Levels", "QuantileLevels", "UniformLevels"]
