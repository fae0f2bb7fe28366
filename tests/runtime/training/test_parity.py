"""One stage trained by stock `mace_run_train` and by us, from the same seed: the same numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import polars as pl
import pytest
from mace.calculators import MACECalculator

from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.training.job import run

EPOCHS = 6
LOSSES = {"weighted": "weighted", "huber": "huber", "l1l2": "l1l2energyforces"}


def stock(folder: Path, data: dict[str, Path], params: dict[str, Any]) -> tuple[list[dict[str, Any]], Path]:
    """Validation records of a stock training with the same settings, and its model file."""
    model, stage = params["model"], params["stages"][0]
    options = {
        "name": "stock",
        "work_dir": folder,
        "train_file": data["train"],
        "valid_file": data["valid"],
        "model": "MACE",
        "r_max": model["r_max"],
        "num_channels": model["channels"],
        "max_L": model["max_L"],
        "max_ell": model["max_ell"],
        "correlation": model["correlation"],
        "num_interactions": model["interactions"],
        "num_radial_basis": model["radial_basis"],
        "num_cutoff_basis": model["cutoff_basis"],
        "E0s": "average",
        "scaling": {"rms_forces": "rms_forces_scaling", "std_energy": "std_scaling", "none": "no_scaling"}[
            model["scaling"]
        ],
        "default_dtype": model["precision"],
        "loss": LOSSES[stage["loss"]["kind"]],
        "energy_weight": stage["loss"]["energy"],
        "forces_weight": stage["loss"]["forces"],
        "stress_weight": stage["loss"]["stress"],
        "lr": stage["lr"],
        "scheduler_patience": stage["scheduler"].get("patience", 50),
        "batch_size": params["batch"],
        "valid_batch_size": params["valid_batch"],
        "ema_decay": params["ema"],
        "clip_grad": params["clip"],
        "weight_decay": params["weight_decay"],
        "max_num_epochs": stage["epochs"],
        "seed": params["seed"],
        "plot": False,
        "device": "cpu",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    subprocess.run(
        [sys.executable, "-m", "mace.cli.run_train", *arguments, "--ema"],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    lines = (folder / "results" / "stock_run-1_train.txt").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    return [r for r in records if r["mode"] == "eval" and r["epoch"] is not None], folder / "stock.model"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("loss", "scaling"),
    [
        ({"kind": "weighted", "energy": 1, "forces": 100, "stress": 0}, "rms_forces"),
        ({"kind": "huber", "energy": 1, "forces": 100, "stress": 10, "delta": 0.01}, "none"),
    ],
    ids=["weighted", "huber with stress"],
)
def test_same_curve_as_stock_mace(
    data: dict[str, Path],
    params: dict[str, Any],
    make_job: Callable[..., JobContext],
    loss: dict[str, Any],
    scaling: str,
) -> None:
    params["stages"][0].update(epochs=EPOCHS, loss=loss)
    params["stages"][0]["scheduler"]["patience"] = 1
    params["model"]["scaling"] = scaling
    job = make_job(params)
    run(job)
    ours = pl.read_parquet(job.out / "history.parquet")
    theirs, stock_model = stock(job.out.parent, data, params)

    assert len(ours) == len(theirs) == EPOCHS
    for column, key in (
        ("valid_loss", "loss"),
        ("valid_energy_rmse", "rmse_e_per_atom"),
        ("valid_force_rmse", "rmse_f"),
    ):
        np.testing.assert_allclose(ours[column], [r[key] for r in theirs], rtol=1e-6, err_msg=column)

    frame = ase.io.read(data["valid"], index=0)
    results = []
    for path in (job.out / "model.model", stock_model):
        calculator = MACECalculator(model_paths=str(path), device="cpu", default_dtype="float64")
        frame.calc = calculator
        results.append((frame.get_potential_energy(), frame.get_forces(), frame.get_stress()))
    for mine, stocks in zip(*results, strict=True):
        np.testing.assert_allclose(mine, stocks, rtol=1e-6, atol=1e-9)
