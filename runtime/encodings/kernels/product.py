"""Product states, qubit by qubit: the states themselves, and their overlaps without them."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlipilot.runtime.encodings.compiled import compiled, over_rows
from mlipilot.runtime.encodings.kernels.inner import demand_gram, powers
from mlipilot.runtime.encodings.validation import Floats, States

_COLUMNS = 128
"""Columns of a row that are worked on at once: with their qubits they stay in the nearest cache."""
_ROWS = 32
"""Rows that follow each other in the same columns, and are then mirrored together."""


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
    first: Any, second: Any, thirds: Any, fourths: Any, gram: Any, above: bool, squared: bool, start: int, stop: int
) -> None:
    """`gram[i, j] = prod_k (first[i, k] thirds[k, j] + second[i, k] fourths[k, j])`, or its square.

    With `above` the samples are the same: what is below the diagonal is copied from above it, while it is in the cache.
    Four qubits at a time, since one at a time waits for the loads and stores of the product.
    """
    qubits, columns = thirds.shape
    fours = qubits - qubits % 4
    for top in range(start, stop, _ROWS):
        bottom = min(top + _ROWS, stop)
        for left in range(top if above else 0, columns, _COLUMNS):
            right = min(left + _COLUMNS, columns)
            for row in range(top, bottom):
                low, high = first[row], second[row]
                values = gram[row, left:right]
                values[:] = 1
                for qubit in range(0, fours, 4):
                    a, b, c, d = low[qubit], low[qubit + 1], low[qubit + 2], low[qubit + 3]
                    e, f, g, h = high[qubit], high[qubit + 1], high[qubit + 2], high[qubit + 3]
                    # Rows by themselves, so that the compiler sees neighbours in memory.
                    a_, b_ = thirds[qubit, left:right], thirds[qubit + 1, left:right]
                    c_, d_ = thirds[qubit + 2, left:right], thirds[qubit + 3, left:right]
                    e_, f_ = fourths[qubit, left:right], fourths[qubit + 1, left:right]
                    g_, h_ = fourths[qubit + 2, left:right], fourths[qubit + 3, left:right]
                    for at in range(right - left):
                        one = (a * a_[at] + e * e_[at]) * (b * b_[at] + f * f_[at])
                        other = (c * c_[at] + g * g_[at]) * (d * d_[at] + h * h_[at])
                        values[at] *= one * other
                for qubit in range(fours, qubits):
                    a, e = low[qubit], high[qubit]
                    a_, e_ = thirds[qubit, left:right], fourths[qubit, left:right]
                    for at in range(right - left):
                        values[at] *= a * a_[at] + e * e_[at]
                if squared:
                    for at in range(right - left):
                        values[at] *= values[at]
            if above:
                for column in range(left, right):
                    for row in range(top, min(bottom, column)):
                        gram[column, row] = np.conj(gram[row, column])


def product_states(zero: States, one: States, n_jobs: int | None = None) -> States:
    """States `kron_k (zero[k], one[k])`, shape (samples, 2**qubits), from amplitudes of shape (samples, qubits).

    The first qubit is the most significant; give the columns reversed for the other order.
    """
    samples, qubits = zero.shape
    states = np.empty((samples, 2**qubits), zero.dtype)
    over_rows(samples, 2**qubits, n_jobs, lambda start, stop: _expand(zero, one, states, start, stop))
    return states


def product_kernel(
    zero: States,
    one: States,
    others: tuple[States, States] | None = None,
    *,
    zeta: float,
    limit: int,
    n_jobs: int | None = None,
) -> Floats:
    """Overlaps of product states to the power zeta by `powers`, in `3 qubits` operations a pair.

    Amplitudes have the shape (samples, qubits); `others` are those of other samples, and None the same ones, of which
    half of the pairs are enough. Returns the shape (samples, other samples). Raises `MemoryLimitError` where it would
    take more than `limit` bytes.
    """
    zeros, ones = others or (zero, one)
    demand_gram(len(zero), len(zeros), zero.dtype.itemsize, limit)
    gram = np.empty((len(zero), len(zeros)), zero.dtype)
    lows, highs = np.ascontiguousarray(zeros.T), np.ascontiguousarray(ones.T)
    low, high = np.ascontiguousarray(zero.conj()), np.ascontiguousarray(one.conj())
    squared = zeta == 2 and not np.iscomplexobj(gram)

    def multiply(start: int, stop: int) -> None:
        _multiply(low, high, lows, highs, gram, others is None, squared, start, stop)

    over_rows(len(zero), len(zeros) * zero.shape[1], n_jobs, multiply)
    return powers(gram, 1 if squared else zeta)


__all__ = ["product_kernel", "product_states"]
