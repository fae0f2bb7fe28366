"""How fast a data file is scanned, against ASE reading it, and the memory of a scan and of its search for leaks.

    python tests/bench/reading.py [--megabytes 1000] [--atoms 108] [--rounds 5] [--json]

The file holds frames of copper in motion, of 108 atoms or fewer, in runs at 20 volumes (with `--strained` each frame
has a cell of its own), with energy, forces, stress and the name of the run. Each reading is a fresh process, of which
only the reading is timed; they are run in turn, round after round, and ratios are of the same round. ASE only reads,
and less: a file of the first frames, 50 MB of them. The memory is the peak of the resident set above what it was before
the scan, for a scan and a search for near duplicates between the frames of both halves; the temporary file with most
rows and positions is not part of it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

MEGABYTE = 1e6
MOST_FOR_ASE = 50
"""Megabytes."""
EDGE = 10.77
"""Å, of 3 by 3 by 3 cells of copper."""
VOLUMES, RUN = 20, 100
"""Cells, and frames of a run."""
DRAWS = 200
"""Lines that each atom's is drawn from: to write so many numbers anew takes longer than to read them."""
READINGS = ("scan", "scan, r_max = 5 Å", "ase")


MOST_ATOMS = 108


class Frames(NamedTuple):
    """What frames are written."""

    atoms: int = MOST_ATOMS
    strained: bool = False
    """Whether each has a cell of its own."""


def frames(seed: int, of: Frames) -> Iterator[str]:
    """Frames without end, of which no two are alike."""
    rng = np.random.default_rng(seed)
    corner = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]) / 6
    cells = np.stack(np.meshgrid(*[np.arange(3) / 3] * 3), axis=-1).reshape(-1, 1, 3)
    sites = EDGE * (cells + corner).reshape(-1, 3)[: of.atoms]
    draws = np.arange(DRAWS)
    lines = [
        [
            f"Cu {x:16.8f}{y:16.8f}{z:16.8f}{u:16.8f}{v:16.8f}{w:16.8f}\n"
            for (x, y, z), (u, v, w) in zip(
                site + rng.normal(scale=0.1, size=(DRAWS, 3)), rng.normal(scale=0.8, size=(DRAWS, 3)), strict=True
            )
        ]
        for site in sites
    ]
    number = 0
    while True:
        edge = EDGE * (1 + 0.001 * (number // RUN % VOLUMES)) + (rng.random() / 100 if of.strained else 0)
        stress = " ".join(f"{x:.8f}" for x in rng.normal(scale=0.01, size=9))
        header = (
            f'Lattice="{edge:.6f} 0.0 0.0 0.0 {edge:.6f} 0.0 0.0 0.0 {edge:.6f}" '
            f"Properties=species:S:1:pos:R:3:forces:R:3 energy={rng.normal(-390, 1):.8f} "
            f'stress="{stress}" trajectory=run_{number // RUN} pbc="T T T"\n'
        )
        atoms = map(list.__getitem__, lines, rng.choice(draws, size=len(sites)).tolist())
        yield f"{len(sites)}\n{header}{''.join(atoms)}"
        number += 1


def write(path: Path, megabytes: float, of: Frames) -> None:
    """The first frames, until the file is so large."""
    with path.open("w") as file:
        size = 0
        for text in frames(1, of):
            size += file.write(text)
            if size >= megabytes * MEGABYTE:
                return


def resident(line: str) -> float:
    """MB of this process, by a line of its state: now or at its peak."""
    state = Path("/proc/self/status").read_text().splitlines()
    (kibibytes,) = (entry.split()[1] for entry in state if entry.startswith(f"{line}:"))
    return int(kibibytes) * 1024 / MEGABYTE


def read(name: str, path: Path) -> dict[str, float]:
    """One reading, in this process."""
    if name == "ase":
        import ase.io

        began = time.perf_counter()
        count = sum(1 for _ in ase.io.iread(path, index=":", format="extxyz"))
        return {"seconds": time.perf_counter() - began, "frames": count}
    from mlipilot import _core

    r_max = None if name == "scan" else 5.0
    before, began = resident("VmRSS"), time.perf_counter()
    found = _core.scan_extxyz(path, energy="energy", forces="forces", stress="stress", r_max=r_max)
    seconds = time.perf_counter() - began
    result = {"seconds": seconds, "frames": float(found.frames), "scan_mb": resident("VmHWM") - before}
    if name == "memory":
        began = time.perf_counter()
        half = np.arange(found.frames) < found.frames // 2
        assert _core.near_duplicates(found, found, rows_a=half, rows_b=~half) == []
        result |= {"search_seconds": time.perf_counter() - began, "peak_mb": resident("VmHWM") - before}
    return result


def alone(name: str, path: Path) -> dict[str, Any]:
    """One reading, in a process of its own."""
    command = [sys.executable, __file__, "--reading", name, "--path", str(path)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {**json.loads(output), "mb": path.stat().st_size / MEGABYTE}


def spread(values: list[float]) -> dict[str, float]:
    """Their median and range."""
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def measure(megabytes: float, rounds: int, of: Frames) -> dict[str, Any]:
    """All readings of files written for them."""
    with tempfile.TemporaryDirectory() as folder:
        whole, part = Path(folder) / "frames.xyz", Path(folder) / "part.xyz"
        write(whole, megabytes, of)
        write(part, min(megabytes, MOST_FOR_ASE), of)
        paths = [part if name == "ase" else whole for name in READINGS]
        found: dict[str, list[float]] = {name: [] for name in READINGS}
        for _ in range(rounds):
            for name, path in zip(READINGS, paths, strict=True):
                one = alone(name, path)
                found[name].append(one["mb"] / one["seconds"])
        memory = alone("memory", whole)
        result: dict[str, Any] = {
            "megabytes": memory["mb"],
            "megabytes_for_ase": part.stat().st_size / MEGABYTE,
            "rounds": rounds,
            "memory": memory,
        }
    for name in READINGS:
        ratios = [mine / theirs for mine, theirs in zip(found[name], found["ase"], strict=True)]
        result[name] = {"mb_a_second": spread(found[name]), "ratio": spread(ratios)}
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=1000)
    parser.add_argument("--atoms", type=int, choices=range(1, MOST_ATOMS + 1), default=MOST_ATOMS, metavar="N")
    parser.add_argument("--strained", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--reading", choices=[*READINGS, "memory"], help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reading:
        print(json.dumps(read(options.reading, options.path)))
        return
    result = measure(options.megabytes, options.rounds, Frames(options.atoms, options.strained))
    if options.json:
        print(json.dumps(result, indent=1))
        return
    memory = result["memory"]
    print(
        f"{result['megabytes']:.0f} MB of {memory['frames']:.0f} frames of {options.atoms} atoms, for ASE the first "
        f"{result['megabytes_for_ase']:.0f} MB; {result['rounds']} interleaved rounds, median (range)"
    )
    for name in READINGS:
        speed, ratio = (
            "{median:.3g} ({low:.3g} to {high:.3g})".format(**result[name][key]) for key in ("mb_a_second", "ratio")
        )
        print(f"  {name:18} {speed} MB/s, {ratio} times ASE")
    print(
        f"peak above the start: {memory['scan_mb']:.0f} MB after the scan, {memory['peak_mb']:.0f} MB after near "
        f"duplicates of two halves, which took {memory['search_seconds']:.1f} s"
    )


if __name__ == "__main__":
    main()
