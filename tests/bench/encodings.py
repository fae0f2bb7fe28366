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
    wanted: float | None = None
    """The ratio that is asked for; None where a size is reported beside that of the request."""


def difference(one: Any, other: Any) -> float:
    return float(abs(one - other).max())


def difference_up_to_phase(one: Any, other: Any) -> float:
    overlap = (one.conj() * other).sum(axis=1)
    return difference(one * (overlap / abs(overlap))[:, None], other)


def races(samples: int, qubits: int, repeats: int) -> list[Race]:
    few = min(samples, 200)
    return [
        *of_product_states(samples, qubits, repeats, (100, 300)),
        of_qiskit_kernel(few, qubits, 5000),
        of_zz_states(samples, qubits, 30),
        *(race for other in (8, 10) for race in of_product_states(samples, other, repeats)),
        of_qiskit_kernel(few, 10),
        of_zz_states(few, 10),
    ]


def of_product_states(
    samples: int, qubits: int, repeats: int, wanted: tuple[float, float] | tuple[None, None] = (None, None)
) -> list[Race]:
    X = np.random.default_rng(0).random((samples, qubits))
    encoder = AngleEncoder(map="product", n_jobs=-1).fit(X)
    angles = encoder.angles(X)

    @qml.qnode(qml.device("default.qubit", wires=qubits))  # type: ignore[untyped-decorator]
    def circuit(x: Any) -> Any:
        qml.AngleEmbedding(x, wires=range(qubits), rotation="Y")
        return qml.state()

    def states() -> Any:
        return np.asarray(circuit(angles))

    def gram() -> Any:
        found = states()
        return abs(found @ found.conj().T) ** 2

    size = f"N = {samples}, n = {qubits}"
    product, matrix = f"product states, {size}, PennyLane (broadcast)", f"fidelity matrix, {size}, PennyLane (broadcast"
    return [
        Race(product, lambda: encoder.states(X), states, difference, repeats, wanted[0]),
        Race(f"{matrix}, matrix product)", lambda: encoder.kernel(X), gram, difference, repeats, wanted[1]),
    ]


def of_qiskit_kernel(samples: int, qubits: int, wanted: float | None = None) -> Race:
    X = np.random.default_rng(0).random((samples, qubits))
    encoder = AngleEncoder(map="product", interval=None, bandwidth=1 / np.pi, n_jobs=-1).fit(X)
    rotations = QuantumCircuit(qubits)
    for place, angle in enumerate(ParameterVector("x", qubits)):
        rotations.ry(angle, place)
    return Race(
        f"fidelity matrix, N = {samples}, n = {qubits}, Qiskit (state vector kernel)",
        lambda: encoder.kernel(X),
        lambda: FidelityStatevectorKernel(feature_map=rotations).evaluate(X),
        difference,
        3,
        wanted,
    )


def of_zz_states(samples: int, qubits: int, wanted: float | None = None) -> Race:
    X = np.random.default_rng(0).random((samples, qubits))
    encoder = IQPEncoder(bit_order="little", n_jobs=-1).fit(X)
    circuit = zz_feature_map(qubits, reps=2, entanglement="full")
    return Race(
        f"ZZ states, N = {samples}, n = {qubits}, 2 layers, Qiskit (a circuit a sample)",
        lambda: encoder.states(X),
        lambda: np.array([Statevector(circuit.assign_parameters(x)).data for x in X]),
        difference_up_to_phase,
        3,
        wanted,
    )


def without_states(samples: int, repeats: int) -> dict[int, float]:
    """Milliseconds of fidelity matrices of so many features that there is no state vector, and so no peer."""
    return {features: _matrix_alone(samples, features, repeats) for features in (20, 50, 100)}


def _matrix_alone(samples: int, features: int, repeats: int) -> float:
    X = np.random.default_rng(0).random((samples, features))
    encoder = AngleEncoder(map="product", n_jobs=-1).fit(X)
    encoder.kernel(X)
    return 1000 * statistics.median(timed(lambda: encoder.kernel(X)) for _ in range(repeats))


def timed(call: Callable[[], object], least: float = 0.2) -> float:
    """Seconds of a call: of as many as fill `least` seconds, the mean.

    The threads of a matrix product wait busily for the next one for a while; what is timed begins after them.
    """
    time.sleep(0.3)
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
            wanted = "" if race.wanted is None else f", wanted {race.wanted:g}"
            print(
                f"{race.name}\n  ours {one['ours_ms']:.3g} ms, theirs {one['theirs_ms']:.4g} ms, "
                f"ratio {one['ratio']:.4g} ({low:.4g} to {high:.4g}){wanted}; apart {apart:.1e}",
                flush=True,
            )
    alone = without_states(options.samples, options.repeats)
    if options.json:
        print(json.dumps({"import_s": loaded, "first_call_s": called, "races": found, "alone_ms": alone}, indent=1))
    else:
        for features, taken in alone.items():
            print(f"fidelity matrix, N = {options.samples}, n = {features}, no state vector\n  ours {taken:.3g} ms")
        print(f"import {loaded:.2g} s; first calls, compiled anew, {called:.2g} s")


if __name__ == "__main__":
    main()
