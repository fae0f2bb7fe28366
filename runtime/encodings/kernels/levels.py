"""Kernels of levels, counted in whole numbers: nothing is written out in bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot.runtime.encodings.compiled import compiled, over_rows

Indices = NDArray[np.uint16]


@compiled
def _ones(one: Any, others: Any, counts: Any, start: int, stop: int) -> None:
    """Bits that both words have, summed; four levels to a word."""
    words, columns = others.shape
    for row in range(start, stop):
        found = counts[row]
        found[:] = 0
        for word in range(words):
            mine = one[row, word]
            theirs = others[word]
            for column in range(columns):
                both = mine & theirs[column]
                both -= (both >> np.uint64(1)) & np.uint64(0x5555555555555555)
                both = (both & np.uint64(0x3333333333333333)) + ((both >> np.uint64(2)) & np.uint64(0x3333333333333333))
                both = (both + (both >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
                found[column] += (both * np.uint64(0x0101010101010101)) >> np.uint64(56)


@compiled
def _steps(one: Any, others: Any, counts: Any, start: int, stop: int) -> None:
    features, columns = others.shape
    for row in range(start, stop):
        found = counts[row]
        found[:] = 0
        for feature in range(features):
            mine = one[row, feature]
            theirs = others[feature]
            for column in range(columns):
                found[column] += min(mine, theirs[column])


@compiled
def _equal(one: Any, others: Any, counts: Any, start: int, stop: int) -> None:
    features, columns = others.shape
    for row in range(start, stop):
        found = counts[row]
        found[:] = 0
        for feature in range(features):
            mine = one[row, feature]
            theirs = others[feature]
            for column in range(columns):
                found[column] += mine == theirs[column]


def shared_ones(one: Indices, other: Indices, n_jobs: int | None = None) -> NDArray[np.int64]:
    """Bits that are 1 in both of a pair's levels, summed over features, shape (samples, other samples)."""
    return _counted(_ones, _words(one), _words(other), n_jobs)


def shared_steps(one: Indices, other: Indices, n_jobs: int | None = None) -> NDArray[np.int64]:
    """The smaller level of each feature, summed: the inner product of thermometer codes."""
    return _counted(_steps, one.astype(np.int64), other.astype(np.int64), n_jobs)


def equal_levels(one: Indices, other: Indices, n_jobs: int | None = None) -> NDArray[np.int64]:
    """Features with one level in both of a pair."""
    return _counted(_equal, one, other, n_jobs)


def _counted(loop: Any, one: NDArray[Any], other: NDArray[Any], n_jobs: int | None) -> NDArray[np.int64]:
    counts = np.empty((len(one), len(other)), np.int64)
    others = np.ascontiguousarray(other.T)
    over_rows(len(one), others.size, n_jobs, lambda start, stop: loop(one, others, counts, start, stop))
    return counts


def _words(levels: Indices) -> NDArray[np.uint64]:
    """Four levels to a word, shape (samples, ceil(features / 4))."""
    padded = np.zeros((len(levels), -(-levels.shape[1] // 4) * 4), np.uint16)
    padded[:, : levels.shape[1]] = levels
    return padded.view(np.uint64)


__all__ = ["equal_levels", "shared_ones", "shared_steps"]
