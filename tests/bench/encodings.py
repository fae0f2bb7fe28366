"""Encodings against PennyLane and Qiskit: states and kernel matrices of the same samples, equality first.

    python tests/bench/encodings.py [--samples 1000] [--qubits 12] [--repeats 5] [--json]

Ours and the peer's are timed in turn. Where a peer can be called in a slow and a fast way, the fast one is taken: one
broadcast circuit of PennyLane and a matrix product, and Qiskit's kernel of state vectors, which keeps the states of
samples. Compilation of our loops is timed by itself, in a process with an empty cache. Peers have all cores, and so
have we.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from qiskit.circuit import ParameterVector, QuantumCircuit
from qiskit.circuit.library import zz_feature_map
from qiskit.quantum_info import Statevector
from qiskit_machine_learning.kernels import FidelityStatevectorKernel

from mlipilot.encodings import AngleEncoder, IQPEncoder

EQUAL = 1e-12
_FIRST_CALL = """
import time
began = time.perf_counter()
import numpy as np
from mlipilot.encodings import AngleEncoder, IQPEncoder
X = np.random.default_rng(0).random((4, 3))
loaded = time.perf_counter()
AngleEncoder(map="product").fit(X).kernel(X)
IQPEncoder().fit(X).states(X)
print(loaded - began, time.perf_counter() - loaded)
"""


@dataclass(frozen=True)
class Race:
    """Two ways to the same array."""

    name: str
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    apart: Callable[[Any, Any], float]
    repeats: int
    wanted: float
    """The ratio that is asked for."""


def difference(one: Any, other: Any) -> float:
    return float(abs(one - other).max())


def difference_up_to_phase(one: Any, other: Any) -> float:
    overlap = (one.conj() * other).sum(axis=1)
    return difference(one * (overlap / abs(overlap))[:, None], other)


def races(samples: int, qubits: int, repeats: int) -> list[Race]:
    X = np.random.default_rng(0).random((samples, qubits))
    few, fewer = X[:200], X[:200, :10]
    encoder = AngleEncoder(map="product", n_jobs=-1).fit(X)
    of_few = AngleEncoder(map="product", interval=None, bandwidth=1 / np.pi, n_jobs=-1).fit(fewer)
    zz = IQPEncoder(bit_order="little", n_jobs=-1).fit(X)
    angles = encoder.angles(X)

    @qml.qnode(qml.device("default.qubit", wires=qubits))  # type: ignore[untyped-decorator]
    def circuit(x: Any) -> Any:
        qml.AngleEmbedding(x, wires=range(qubits), rotation="Y")
        return qml.state()

    def gram() -> Any:
        states = np.asarray(circuit(angles))
        return abs(states @ states.conj().T) ** 2

    rotations = QuantumCircuit(fewer.shape[1])
    for place, angle in enumerate(ParameterVector("x", fewer.shape[1])):
        rotations.ry(angle, place)
    feature_map = zz_feature_map(qubits, reps=2, entanglement="full")
    return [
        Race(
            f"product states, N = {samples}, n = {qubits}, PennyLane (broadcast)",
            lambda: encoder.states(X),
            lambda: np.asarray(circuit(angles)),
            difference,
            repeats,
            100,
        ),
        Race(
            f"fidelity matrix, N = {samples}, n = {qubits}, PennyLane (broadcast, matrix product)",
            lambda: encoder.kernel(X),
            gram,
            difference,
            repeats,
            300,
        ),
        Race(
            f"fidelity matrix, N = {len(few)}, n = {fewer.shape[1]}, Qiskit (state vector kernel)",
            lambda: of_few.kernel(fewer),
            lambda: FidelityStatevectorKernel(feature_map=rotations).evaluate(fewer),
            difference,
            3,
            5000,
        ),
        Race(
            f"ZZ states, N = {samples}, n = {qubits}, 2 layers, Qiskit (a circuit a sample)",
            lambda: zz.states(X),
            lambda: np.array([Statevector(feature_map.assign_parameters(x)).data for x in X]),
            difference_up_to_phase,
            min(repeats, 3),
            30,
        ),
    ]


def timed(call: Callable[[], object], least: float = 0.05) -> float:
    """Seconds of a call: of as many as fill `least` seconds, the mean."""
    began, calls = time.perf_counter(), 0
    while True:
        call()
        calls += 1
        taken = time.perf_counter() - began
        if taken >= least:
            return taken / calls


def first_call() -> tuple[float, float]:
    """Seconds of the import and of the first calls, where nothing is compiled yet."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        line = [sys.executable, "-c", _FIRST_CALL]
        done = subprocess.run(line, capture_output=True, text=True, env=environment, check=True)
    loaded, called = (float(word) for word in done.stdout.split())
    return loaded, called


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--qubits", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    loaded, called = first_call()
    found: list[dict[str, Any]] = []
    for race in races(options.samples, options.qubits, options.repeats):
        apart = race.apart(race.ours(), race.theirs())
        assert apart < EQUAL, f"{race.name}: {apart}"
        pairs = [(timed(race.ours), timed(race.theirs, 0.0)) for _ in range(race.repeats)]
        ratios = [theirs / ours for ours, theirs in pairs]
        found.append(
            {
                "race": race.name,
                "apart": apart,
                "ours_ms": 1000 * statistics.median(ours for ours, _ in pairs),
                "theirs_ms": 1000 * statistics.median(theirs for _, theirs in pairs),
                "ratio": statistics.median(ratios),
                "range": [min(ratios), max(ratios)],
                "wanted": race.wanted,
            }
        )
        if not options.json:
            one = found[-1]
            low, high = min(ratios), max(ratios)
            print(
                f"{race.name}\n  ours {one['ours_ms']:.3g} ms, theirs {one['theirs_ms']:.4g} ms, "
                f"ratio {one['ratio']:.4g} ({low:.4g} to {high:.4g}), wanted {race.wanted:g}; apart {apart:.1e}",
                flush=True,
            )
    if options.json:
        print(json.dumps({"import_s": loaded, "first_call_s": called, "races": found}, indent=1))
    else:
        print(f"import {loaded:.2g} s; first calls, compiled anew, {called:.2g} s")


if __name__ == "__main__":
    main()
