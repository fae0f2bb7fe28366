"""What trainings take on this machine, over a seeded draw of the schema, and what the analytic estimate says of them.

    python tests/bench/calibration.py FILE [--runs 60] [--seed 1] [--threads 1] [--seconds 90]

Each run is a process of its own that trains three epochs and evaluates; a line of JSON a run is appended to FILE, and
runs that are there already are not repeated. One that takes longer than `--seconds` is stopped, and says so. At the
end a table compares the runs from `--seed` on with the estimate; the constants of `compiler/model_cost.py` were fitted
to the seeds 1 to 75.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

EPOCHS = 3
_MOLECULES = ["CH3CH2OH", "C6H6", "CH3COOH", "CH3CONH2", "isobutane", "trans-butane"]


def drawn(seed: int) -> dict[str, Any]:
    """Parameters of a training, and what its frames are like: `atoms` is the repeats of a cell, or 0 for molecules."""
    draw = random.Random(seed)
    width = draw.choice([8, 16, 32, 64])
    return {
        "seed": seed,
        "repeats": draw.choice([0, 0, 1, 2, 2, 3]),
        "frames": draw.choice([8, 16, 24]),
        "params": {
            "model": {
                "r_max": draw.choice([3.5, 4.0, 4.5, 5.0, 6.0]),
                "channels": draw.choice([4, 8, 8, 16, 16, 32, 64, 128]),
                "max_L": draw.choice([0, 0, 1, 1, 2]),
                "max_ell": draw.choice([2, 3, 3]),
                "correlation": draw.choice([1, 2, 2, 3, 3]),
                "interactions": draw.choice([1, 2, 2, 3]),
                "radial_basis": draw.choice([4, 8, 10]),
                "cutoff_basis": 5,
                "radial_mlp": [width] * draw.choice([1, 2, 3]),
                "readout": draw.choice([8, 16, 32]),
                "pair_repulsion": draw.random() < 0.2,
                "e0": {"kind": "average"},
                "scaling": "rms_forces",
                "precision": draw.choice(["float64", "float64", "float32"]),
            },
            "stages": [
                {
                    "name": "main",
                    "epochs": EPOCHS,
                    "lr": 0.001,
                    "loss": {"kind": "weighted", "energy": 1, "forces": 100, "stress": draw.choice([0, 0, 10])},
                    "scheduler": {"kind": "constant"},
                }
            ],
            "batch": draw.choice([1, 2, 4, 4, 8]),
            "valid_batch": draw.choice([2, 8]),
            "ema": draw.choice([None, 0.99]),
            "clip": 10.0,
            "weight_decay": 5e-7,
            "amsgrad": True,
            "patience": None,
            "seed": 1,
        },
    }


def make_frames(case: dict[str, Any]) -> list[Any]:
    """Rattled copper cells, or rattled molecules, labelled by effective medium theory."""
    import numpy as np
    from ase.build import bulk, molecule
    from ase.calculators.emt import EMT

    draw = np.random.default_rng(case["seed"])
    frames = []
    for _ in range(case["frames"] + 4):
        if case["repeats"]:
            atoms = bulk("Cu", "fcc", a=3.6, cubic=True) * ((case["repeats"],) * 3)
        else:
            atoms = molecule(draw.choice(_MOLECULES))
        atoms.positions += 0.05 * draw.standard_normal(atoms.positions.shape)
        atoms.calc = EMT()
        energy, forces = float(atoms.get_potential_energy()), atoms.get_forces()
        stress = atoms.get_stress() if case["repeats"] else None
        atoms.calc = None
        atoms.info["REF_energy"], atoms.arrays["REF_forces"] = energy, forces
        if stress is not None:
            atoms.info["REF_stress"] = stress
        frames.append(atoms)
    return frames


def work(case: dict[str, Any], threads: int) -> dict[str, Any]:
    """One run, in this process."""
    import ase.io
    import numpy as np

    from mlipilot import _core
    from mlipilot.runtime.backends import backend
    from mlipilot.runtime.foundation.job_context import JobContext
    from mlipilot.runtime.training.job import run

    params = case["params"]
    if not case["repeats"]:
        params["stages"][0]["loss"]["stress"] = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frames = make_frames(case)
        for split, images in (("train", frames[4:]), ("valid", frames[:4])):
            ase.io.write(folder / f"{split}.xyz", images, format="extxyz")
        marks: list[float] = []

        class Timed(JobContext):
            def progress(self, **event: Any) -> None:
                if event.get("unit") == "epoch":
                    marks.append(time.perf_counter())

        for part in ("out", "scratch"):
            (folder / part).mkdir()
        inputs = {split: folder / f"{split}.xyz" for split in ("train", "valid")}
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        run(Timed(params, inputs, folder / "out", folder / "scratch", threads=threads))
        ended = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        r_max = params["model"]["r_max"]
        scan = _core.scan_extxyz(inputs["train"], energy=None, forces=None, stress=None, r_max=r_max)
        potential = backend("mace").load(folder / "out" / "model.model", "cpu")
        list(potential.evaluate(frames[:4]))
        start = time.perf_counter()
        list(potential.evaluate(frames))
        evaluation = time.perf_counter() - start
    atoms = np.asarray(scan.atoms)
    return {
        "epochs": [b - a for a, b in itertools.pairwise(marks)],
        "whole": ended - began,
        "evaluation": evaluation / len(frames),
        "atoms": float(atoms.mean()),
        "neighbours": float(np.average(scan.neighbours, weights=atoms)),
        "train": case["frames"],
        "valid": 4,
        "imports_bytes": before * 1024,
        "peak_bytes": peak * 1024,
        "threads": threads,
    }


class _Counted:
    """The extents of the two splits of a run."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row

    def of(self, _: str, split: str) -> Any:
        from mlipilot.compiler.extent import Extent

        return Extent(self.row[split], self.row["atoms"], self.row["neighbours"])


def estimated(row: dict[str, Any]) -> float:
    """Seconds that `compile` would state of the training of a run."""
    from mlipilot.compiler.operations import OPERATIONS
    from mlipilot.compiler.plan import Input, Job

    inputs = {split: Input("dataset/d", f"{split}.xyz") for split in ("train", "valid")}
    job = Job("train/fit", "train", "train.mace", 1, row["params"], inputs, row["threads"], "cpu")
    return OPERATIONS["train"].seconds(None, job, _Counted(row))  # type: ignore[arg-type]


def table(rows: list[dict[str, Any]]) -> str:
    """A line of Markdown a run: the model, what is trained on, seconds estimated and taken, and their ratio."""
    lines = [
        "| model | precision | atoms | neighbours | batch | estimated | taken | ratio |",
        "| :-- | :-- | --: | --: | --: | --: | --: | --: |",
    ]
    for row in rows:
        model, said = row["params"]["model"], estimated(row)
        shape = (
            f"{model['channels']} channels, L {model['max_L']}, ell {model['max_ell']}, "
            f"correlation {model['correlation']}, {model['interactions']} layers, r_max {model['r_max']:g}"
        )
        cells = (row["atoms"], row["neighbours"], row["params"]["batch"])
        numbers = " | ".join(f"{number:.0f}" for number in cells)
        taken = row["whole"]
        ratio = f"{said / taken:.2f}"
        lines.append(f"| {shape} | {model['precision']} | {numbers} | {said:.1f} s | {taken:.1f} s | {ratio} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(work(drawn(options.one), options.threads)))
        return
    known = [json.loads(line) for line in options.file.read_text().splitlines()] if options.file.exists() else []
    done = {row["seed"] for row in known}
    for seed in range(options.seed, options.seed + options.runs):
        if seed in done:
            continue
        command = [sys.executable, __file__, str(options.file), "--one", str(seed), "--threads", str(options.threads)]
        environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads)}
        row: dict[str, Any] = {**drawn(seed)}
        try:
            found = subprocess.run(
                command, capture_output=True, text=True, env=environment, timeout=options.seconds, check=True
            )
            row |= json.loads(found.stdout.splitlines()[-1])
        except subprocess.TimeoutExpired:
            row["stopped"] = options.seconds
        except subprocess.CalledProcessError as error:
            row["failed"] = error.stderr.strip().splitlines()[-1]
        with options.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        shown = row.get("epochs") or row.get("failed") or "stopped"
        print(seed, shown, flush=True)
    every = [json.loads(line) for line in options.file.read_text().splitlines()]
    last = options.seed + options.runs
    print(table([row for row in every if "whole" in row and options.seed <= row["seed"] < last]))


if __name__ == "__main__":
    main()
