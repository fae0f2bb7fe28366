"""States of circuits whose gates are diagonal but for Hadamard gates on all qubits: ZZ and IQP maps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot.runtime.encodings.compiled import compiled, over_rows
from mlipilot.runtime.encodings.validation import Floats, States


@compiled
def _phase(single: Any, pair: Any, phases: Any, ones: Any) -> None:
    """`phases[z] = exp(i (sum_k single[k] z_k + sum_{k<l} pair[k, l] (z_k xor z_l)))`, the first bit most significant.

    A new bit k doubles what is there. While it is 0, the pairs add `pair[k, l] z_l`, which is built in `ones` by
    doubling too; while it is 1, they add `pair[k, l] (1 - z_l)`, which is the same for the complement of z.
    """
    qubits = len(single)
    phases[0] = 1
    size = 1
    for qubit in range(qubits - 1, -1, -1):
        ones[0] = 1
        width = 1
        for other in range(qubits - 1, qubit, -1):
            turn = np.exp(1j * pair[qubit, other])
            for place in range(width):
                ones[width + place] = ones[place] * turn
            width *= 2
        turn = np.exp(1j * single[qubit])
        for place in range(size):
            phases[size + place] = phases[place] * turn * ones[size - 1 - place]
        for place in range(size):
            phases[place] *= ones[place]
        size *= 2


@compiled
def _hadamard(state: Any) -> None:
    """A Hadamard gate on every qubit but for the factor `2**(-qubits / 2)`: the fast Walsh-Hadamard transform."""
    half = 1
    while half < len(state):
        for left in range(0, len(state), 2 * half):
            for place in range(left, left + half):
                one, other = state[place], state[place + half]
                state[place] = one + other
                state[place + half] = one - other
        half *= 2


@compiled
def _layers(singles: Any, pairs: Any, states: Any, layers: int, start: int, stop: int) -> None:
    phases, ones = np.empty_like(states[0]), np.empty_like(states[0])
    scale = 1 / np.sqrt(states.shape[1])
    for row in range(start, stop):
        state = states[row]
        _phase(singles[row], pairs[row], phases, ones)
        for place in range(len(state)):
            state[place] = phases[place] * scale
        for _ in range(layers - 1):
            _hadamard(state)
            for place in range(len(state)):
                state[place] *= phases[place] * scale


def diagonal_states(singles: Floats, pairs: Floats, layers: int, n_jobs: int | None = None) -> States:
    """States of `layers` times a Hadamard gate on each qubit and then the phases of `_phase`.

    `singles` has the shape (samples, qubits), `pairs` (samples, qubits, qubits) with its upper triangle used. Returns
    complex states, shape (samples, 2**qubits). A state takes `2**qubits (3 + layers qubits)` operations, and no more
    sines than it has pairs.
    """
    samples, qubits = singles.shape
    kind = np.result_type(singles.dtype, np.complex64)
    states: NDArray[Any] = np.empty((samples, 2**qubits), kind)
    work = 2**qubits * (3 + layers * qubits)
    over_rows(samples, work, n_jobs, lambda start, stop: _layers(singles, pairs, states, layers, start, stop))
    return states


__all__ = ["diagonal_states"]
