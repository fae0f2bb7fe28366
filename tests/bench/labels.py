"""How fast molecules are labelled by processes side by side, against a plain PySCF loop on one thread and on two.

    python tests/bench/labels.py [--molecules 12] [--rounds 3] [--workers 2] [--json]

Small closed-shell molecules of G2 by B3LYP/6-31G(d), fitted, with the gradient's grid response: energies and forces.
The loops are PySCF alone, one geometry after the other, with the same settings; they do not test whether the closed
shell is a ground state, which the spins of G2 leave out here too. Each is a fresh process; they are run in turn, round
after round, and ratios are of the same round. The start of our processes is timed, that of the loops is not. A second
labelling of the same set is timed once more, from the shelf.
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
from functools import partial
from pathlib import Path
from typing import Any

METHOD = {"functional": "b3lyp", "basis": "6-31g(d)", "cartesian": True, "fitting": "def2-universal-jkfit"}
HEAVY, ELEMENTS = (1, 3), {1, 6, 7, 8}


def molecules(number: int) -> list[dict[str, Any]]:
    """The largest first, of one to three heavy atoms."""
    from mlipilot.compiler.molecules import g2

    read = g2.read()
    assert isinstance(read, tuple), read
    found = [one for one in read if set(one.numbers) <= ELEMENTS and HEAVY[0] <= heavy(one.numbers) <= HEAVY[1]]
    found.sort(key=lambda one: (-len(one.numbers), one.name))
    return [{**one.params(), "multiplicity": 1} for one in found[:: max(1, len(found) // number)][:number]]


def heavy(numbers: tuple[int, ...]) -> int:
    """Atoms that are no hydrogen."""
    return sum(number > 1 for number in numbers)


def loop(given: list[dict[str, Any]]) -> float:
    """Seconds of a plain loop."""
    from pyscf import dft, gto

    started = time.perf_counter()
    for one in given:
        atoms = list(zip(one["numbers"], one["positions"], strict=True))
        molecule = gto.M(atom=atoms, unit="Angstrom", basis=METHOD["basis"], cart=True, verbose=0)
        field = dft.RKS(molecule, xc="b3lypg").density_fit(auxbasis=METHOD["fitting"])
        field.conv_tol, field.conv_tol_grad = 1e-10, 1e-6
        field.kernel()
        gradient = field.nuc_grad_method()
        gradient.grid_response = True
        gradient.kernel()
    return time.perf_counter() - started


def ours(given: list[dict[str, Any]], shelf: Path, workers: int) -> float:
    """Seconds of processes that label."""
    from mlipilot.runtime.datasets.pool import run_tasks
    from mlipilot.runtime.labels.geometry import Geometry
    from mlipilot.runtime.labels.labelling import Label
    from mlipilot.runtime.labels.tasks import Displace, Geometries, Labelling, work

    started = time.perf_counter()
    common = Labelling(shelf, METHOD, {"kind": "none"}, True, 0)
    tasks = [Displace(one["name"], Geometry.from_params(one)) for one in given]
    follow = lambda _, done: done.answer.tasks if isinstance(done.answer, Geometries) else ()  # noqa: E731
    found = [done.answer for _, done in run_tasks(partial(work, common), tasks, workers, lambda: False, follow)]
    assert sum(isinstance(done, Label) for done in found) == len(given), found
    return time.perf_counter() - started


def main() -> None:
    """Measure in turn and print, or do one measurement (`--one`) and print its seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--molecules", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", choices=("loop", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--shelf", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    given = molecules(options.molecules)
    if options.one:
        seconds = loop(given) if options.one == "loop" else ours(given, options.shelf, options.workers)
        print(json.dumps(seconds))
        return

    def once(kind: str, threads: int, shelf: Path) -> float:
        command = [sys.executable, __file__, "--one", kind, "--molecules", str(options.molecules)]
        command += ["--workers", str(options.workers), "--shelf", str(shelf)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": str(threads)}
        )
        return float(json.loads(done.stdout))

    rounds, second = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            shelf = Path(folder) / f"shelf-{number}"
            taken = {"ours": once("ours", 1, shelf), "one thread": once("loop", 1, shelf)}
            taken["two threads"] = once("loop", 2, shelf)
            rounds.append(taken)
            second.append(once("ours", 1, shelf))
    ratios = {name: [one[name] / one["ours"] for one in rounds] for name in ("one thread", "two threads")}
    if options.json:
        print(json.dumps({"rounds": rounds, "second": second, "ratios": ratios}, indent=2))
        return
    print(f"{len(given)} molecules, {options.workers} workers, {options.rounds} rounds in turn")
    for name, found in ratios.items():
        times = statistics.median(one[name] for one in rounds)
        print(
            f"  plain loop, {name:11s} {times:7.1f} s: {statistics.median(found):.2f} times as long "
            f"({min(found):.2f} to {max(found):.2f})"
        )
    print(f"  processes              {statistics.median(one['ours'] for one in rounds):7.1f} s")
    print(f"  a second labelling     {statistics.median(second):7.2f} s")


if __name__ == "__main__":
    main()
