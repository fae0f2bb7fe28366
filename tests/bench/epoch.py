"""Seconds per epoch, ours against stock `mace_run_train`: `python tests/bench/epoch.py [--epochs 20] [--json]`.

Two processes train the same model on the same data from the same seed, an epoch of one and then an epoch of the
other, so that both see the same machine. An epoch is everything from one to the next: training, validation,
logging, checkpoint. Each round gives a ratio; printed is their median with a distribution-free 95 % interval.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TRAIN, VALID, ATOMS = 120, 30, 32
WARM_UP = 2
PARAMS: dict[str, Any] = {
    "model": {
        "r_max": 4.5,
        "channels": 8,
        "max_L": 0,
        "max_ell": 3,
        "correlation": 2,
        "interactions": 2,
        "radial_basis": 8,
        "cutoff_basis": 5,
        "radial_mlp": [64, 64, 64],
        "readout": 16,
        "pair_repulsion": False,
        "e0": {"kind": "average"},
        "scaling": "rms_forces",
        "precision": "float64",
    },
    "batch": 4,
    "valid_batch": 10,
    "ema": 0.99,
    "clip": 10.0,
    "weight_decay": 5e-7,
    "amsgrad": True,
    "patience": None,
    "seed": 1,
}
STAGE: dict[str, Any] = {
    "name": "forces",
    "lr": 0.01,
    "loss": {"kind": "weighted", "energy": 1, "forces": 100, "stress": 0},
    "scheduler": {"kind": "plateau", "factor": 0.8, "patience": 50},
}


class Gate:
    """A worker's side of the alternation: it waits for its turn and tells how long the turn took."""

    def __init__(self) -> None:
        self._channel = os.fdopen(os.dup(1), "w", buffering=1)
        # Whatever the training prints must not mix with the answers.
        os.dup2(2, 1)
        self._began: float | None = None

    def turn(self, loss: float | None = None) -> None:
        """End the turn that runs, if one does, and wait for the next."""
        answer = {} if self._began is None else {"seconds": time.perf_counter() - self._began, "loss": loss}
        self._channel.write(json.dumps(answer) + "\n")
        sys.stdin.readline()
        self._began = time.perf_counter()


def work_ours(folder: Path, epochs: int, threads: int) -> None:
    """Our train job, with a gate where it reports an epoch."""
    gate = Gate()
    from mlipilot.runtime.foundation.job_context import JobContext
    from mlipilot.runtime.training.job import run

    class Gated(JobContext):
        def progress(self, **event: Any) -> None:
            gate.turn(event.get("loss"))

    out, scratch = folder / "out", folder / "scratch"
    out.mkdir()
    scratch.mkdir()
    inputs = {"train": folder / "train.xyz", "valid": folder / "valid.xyz"}
    params = {**PARAMS, "stages": [{**STAGE, "epochs": epochs}]}
    run(Gated(params, inputs, out, scratch, threads=threads))


def work_stock(folder: Path, epochs: int, threads: int) -> None:
    """Stock `run_train`, with a gate before each call of its own `train_one_epoch`."""
    gate = Gate()
    import torch
    from mace.cli.run_train import run
    from mace.tools import build_default_arg_parser

    # The package `mace.tools` hides this module behind its function `train`.
    loop: Any = importlib.import_module("mace.tools.train")
    plain, evaluate = loop.train_one_epoch, loop.evaluate
    losses: list[float] = []

    def gated(*args: Any, **kwargs: Any) -> None:
        gate.turn(losses[-1])
        plain(*args, **kwargs)

    def recorded(*args: Any, **kwargs: Any) -> Any:
        result = evaluate(*args, **kwargs)
        losses.append(result[0])
        return result

    loop.train_one_epoch, loop.evaluate = gated, recorded
    torch.set_num_threads(threads)
    model, weights = PARAMS["model"], STAGE["loss"]
    options = {
        "name": "stock",
        "work_dir": folder / "stock",
        "train_file": folder / "train.xyz",
        "valid_file": folder / "valid.xyz",
        "model": "MACE",
        "r_max": model["r_max"],
        "num_channels": model["channels"],
        "max_L": model["max_L"],
        "max_ell": model["max_ell"],
        "correlation": model["correlation"],
        "E0s": "average",
        "energy_weight": weights["energy"],
        "forces_weight": weights["forces"],
        "lr": STAGE["lr"],
        "batch_size": PARAMS["batch"],
        "valid_batch_size": PARAMS["valid_batch"],
        "ema_decay": PARAMS["ema"],
        "clip_grad": PARAMS["clip"],
        "weight_decay": PARAMS["weight_decay"],
        "max_num_epochs": epochs,
        "seed": PARAMS["seed"],
        "plot": False,
        "device": "cpu",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    run(build_default_arg_parser().parse_args([*words, "--ema"]))


def make_data(folder: Path) -> None:
    """Rattled and strained copper cells, labelled with ASE's EMT potential."""
    import ase.io
    import numpy as np
    from ase.build import bulk
    from ase.calculators.emt import EMT

    draw = np.random.default_rng(7)
    for name, count in (("train", TRAIN), ("valid", VALID)):
        frames = []
        for _ in range(count):
            atoms = bulk("Cu", "fcc", a=3.59 * (1 + draw.uniform(-0.04, 0.04)), cubic=True) * (2, 2, 2)
            atoms.positions += draw.normal(scale=0.12, size=atoms.positions.shape)
            atoms.calc = EMT()
            energy, forces = atoms.get_potential_energy(), atoms.get_forces()
            atoms.calc = None
            atoms.info["REF_energy"], atoms.arrays["REF_forces"] = float(energy), forces
            frames.append(atoms)
        ase.io.write(folder / f"{name}.xyz", frames, format="extxyz")


def alternate(folder: Path, epochs: int, threads: int) -> dict[str, list[dict[str, float]]]:
    """Run both workers turn by turn; what each answered, epoch by epoch."""
    workers = {}
    for name in ("ours", "stock"):
        command = [sys.executable, __file__, "--worker", name, "--folder", str(folder)]
        command += ["--epochs", str(epochs), "--threads", str(threads)]
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
        workers[name] = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
    answers: dict[str, list[dict[str, float]]] = {name: [] for name in workers}
    try:
        for worker in workers.values():
            _answer(worker)
        # A worker answers when its next epoch is due, so the last epoch has no answer.
        for number in range(epochs - 1):
            for name in sorted(workers, reverse=number % 2 == 1):
                worker = workers[name]
                assert worker.stdin is not None
                worker.stdin.write("go\n")
                worker.stdin.flush()
                answers[name].append(_answer(worker))
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()
    return answers


def _answer(worker: subprocess.Popen[str]) -> dict[str, float]:
    assert worker.stdout is not None
    line = worker.stdout.readline()
    if not line:
        raise SystemExit(f"a worker ended early, with exit code {worker.wait()}")
    answer: dict[str, float] = json.loads(line)
    return answer


def median_interval(values: list[float], confidence: float = 0.95) -> tuple[float, float]:
    """Distribution-free interval of the median, from order statistics (binomial, p = 1/2)."""
    ordered, n = sorted(values), len(values)
    tail, below = 0.0, 0
    while below < n // 2 and tail + math.comb(n, below) / 2**n <= (1 - confidence) / 2:
        tail += math.comb(n, below) / 2**n
        below += 1
    index = max(below - 1, 0)
    return ordered[index], ordered[n - 1 - index]


def measure(epochs: int, threads: int) -> dict[str, Any]:
    """The figures of one run; the first epochs, in which both still warm up, are left out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_data(folder)
        answers = alternate(folder, epochs + WARM_UP + 1, threads)
    seconds = {name: [a["seconds"] for a in turns[WARM_UP:]] for name, turns in answers.items()}
    ratios = [ours / stock for ours, stock in zip(seconds["ours"], seconds["stock"], strict=True)]
    pairs = zip(answers["ours"], answers["stock"], strict=True)
    return {
        "epochs": len(ratios),
        "threads": threads,
        "ratio_median": statistics.median(ratios),
        "ratio_interval_95": median_interval(ratios),
        "ratio_range": (min(ratios), max(ratios)),
        "seconds_median": {name: statistics.median(values) for name, values in seconds.items()},
        "seconds_range": {name: (min(values), max(values)) for name, values in seconds.items()},
        "loss_deviations": [abs(ours["loss"] / stock["loss"] - 1) for ours, stock in pairs],
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--epochs", type=int, default=20, help="measured epochs of each (default 20)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", choices=["ours", "stock"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker is not None:
        {"ours": work_ours, "stock": work_stock}[given.worker](given.folder, given.epochs, given.threads)
        return
    result = measure(given.epochs, given.threads)
    if given.json:
        print(json.dumps(result, indent=2))
        return
    low, high = result["ratio_interval_95"]
    print(f"{result['epochs']} epochs of each, alternating; {TRAIN} + {VALID} frames of {ATOMS} atoms, ", end="")
    print(f"float64, {given.threads} threads")
    print(f"ours / stock   median {result['ratio_median']:.3f}   95 % interval {low:.3f} to {high:.3f}")
    for name, median in result["seconds_median"].items():
        fastest, slowest = result["seconds_range"][name]
        print(f"{name:<5}   median {median:.2f} s   range {fastest:.2f} to {slowest:.2f} s")
    # Rounding grows along the optimiser's path, so only the first epochs say whether both do the same.
    first = ", ".join(f"{deviation:.0e}" for deviation in result["loss_deviations"][:4])
    print(f"validation losses differ, in the first epochs, by {first} (relative)")


if __name__ == "__main__":
    main()
