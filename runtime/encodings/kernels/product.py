"""Product states, qubit by qubit: the states themselves, and their overlaps without them."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlipilot.runtime.encodings.compiled import compiled, over_rows
from mlipilot.runtime.encodings.kernels.inner import demand_gram
from mlipilot.runtime.encodings.validation import States

_COLUMNS = 256
"""Pairs of a row that are worked on at once: with their features they stay in the nearest cache."""
_TILE = 32
"""Rows and columns that are mirrored at once."""


@compiled
def _expand(zero: Any, one: Any, states: Any, start: int, stop: int) -> None:
    """The last qubit first: each one doubles the part that is there, so that the first is the most significant."""
    qubits = zero.shape[1]
    for row in range(start, stop):
        state = states[row]
        state[0] = 1
        size = 1
        for qubit in range(qubits - 1, -1, -1):
            low, high = zero[row, qubit], one[row, qubit]
            for place in range(size):
                state[size + place] = state[place] * high
                state[place] *= low
            size *= 2


@compiled
def _multiply(
    first: Any, second: Any, thirds: Any, fourths: Any, gram: Any, above: bool, start: int, stop: int
) -> None:
    """`gram[i, j] = prod_k (first[i, k] thirds[k, j] + second[i, k] fourths[k, j])`; with `above` for j >= i alone."""
    qubits, columns = thirds.shape
    for left in range(0, columns, _COLUMNS):
        right = min(left + _COLUMNS, columns)
        for row in range(start, stop):
            begin = max(left, row) if above else left
            if begin >= right:
                continue
            values = gram[row, begin:right]
            values[:] = 1
            for qubit in range(qubits):
                low, high = first[row, qubit], second[row, qubit]
                lows, highs = thirds[qubit, begin:right], fourths[qubit, begin:right]
                for place in range(right - begin):
                    values[place] *= low * lows[place] + high * highs[place]


@compiled
def _mirror(gram: Any, start: int, stop: int) -> None:
    """Copy what is above the diagonal to below it, tile by tile."""
    for top in range(start, stop, _TILE):
        for left in range(0, top + _TILE, _TILE):
            for row in range(top, min(top + _TILE, stop)):
                for column in range(left, min(left + _TILE, row)):
                    gram[row, column] = np.conj(gram[column, row])


def product_states(zero: States, one: States, n_jobs: int | None = None) -> States:
    """States `kron_k (zero[k], one[k])`, shape (samples, 2**qubits), from amplitudes of shape (samples, qubits).

    The first qubit is the most significant; give the columns reversed for the other order.
    """
    samples, qubits = zero.shape
    states = np.empty((samples, 2**qubits), zero.dtype)
    over_rows(samples, 2**qubits, n_jobs, lambda start, stop: _expand(zero, one, states, start, stop))
    return states


def product_overlaps(
    zero: States,
    one: States,
    others: tuple[States, States] | None = None,
    *,
    limit: int,
    n_jobs: int | None = None,
) -> States:
    """Overlaps of product states, shape (samples, other samples), in `3 qubits` operations a pair.

    Amplitudes have the shape (samples, qubits); `others` are those of other samples, and None the same ones, of which
    half of the pairs are enough. Those of the first are conjugated. Raises `MemoryLimitError` where the matrix would
    take more than `limit` bytes.
    """
    zeros, ones = others or (zero, one)
    demand_gram(len(zero), len(zeros), zero.dtype.itemsize, limit)
    gram = np.empty((len(zero), len(zeros)), zero.dtype)
    lows, highs = np.ascontiguousarray(zeros.T), np.ascontiguousarray(ones.T)
    low, high = np.ascontiguousarray(zero.conj()), np.ascontiguousarray(one.conj())

    def multiply(start: int, stop: int) -> None:
        _multiply(low, high, lows, highs, gram, others is None, start, stop)

    over_rows(len(zero), len(zeros) * zero.shape[1], n_jobs, multiply)
    if others is None:
        over_rows(len(zero), len(zero), n_jobs, lambda start, stop: _mirror(gram, start, stop))
    return gram


__all__ = ["product_overlaps", "product_states"]
