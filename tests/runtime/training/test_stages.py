"""Stages: their order, their choice of an epoch, their early end; and what a finished job leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ase.io
import polars as pl
import pytest
import torch

from mlipilot.compiler.operations.train import LossParameters
from mlipilot.runtime.backends.mace.frames import read_split
from mlipilot.runtime.backends.mace.graphs import build_graphs, collate
from mlipilot.runtime.backends.mace.loss import build_loss
from mlipilot.runtime.backends.mace.model import load_model
from mlipilot.runtime.backends.mace.validation import validate
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.training.job import run
from mlipilot.runtime.training.order import Order

LOSSES = [
    {"kind": "weighted", "energy": 1, "forces": 100, "stress": 0},
    {"kind": "weighted", "energy": 1, "forces": 100, "stress": 10},
    {"kind": "huber", "energy": 1, "forces": 100, "stress": 0, "delta": 0.01},
    {"kind": "universal", "energy": 1, "forces": 100, "stress": 1, "delta": 0.01},
    {"kind": "l1l2", "energy": 10, "forces": 10},
]


def test_every_loss_in_a_stage_of_its_own(
    params: dict[str, Any], make_job: Callable[..., JobContext], data: dict[str, Path]
) -> None:
    schedulers = [{"kind": "plateau", "factor": 0.5, "patience": 1}, {"kind": "exponential", "gamma": 0.5}]
    params["stages"] = [
        {"name": f"s{i}", "epochs": 2, "lr": 1e-3, "loss": loss, "scheduler": schedulers[i % 2]}
        for i, loss in enumerate(LOSSES)
    ]
    job = make_job(params)
    run(job)
    history = pl.read_parquet(job.out / "history.parquet")
    assert history["stage"].to_list() == [f"s{i}" for i in range(len(LOSSES)) for _ in range(2)]
    assert history["epoch"].to_list() == list(range(1, 11))
    assert history["stage_epoch"].to_list() == [1, 2] * 5
    assert history.filter("selected")["stage"].to_list() == [f"s{i}" for i in range(len(LOSSES))]
    assert history["lr"].to_list()[2:4] == [1e-3, 5e-4]

    summary = json.loads((job.out / "training.json").read_text())
    assert [stage["ended"] for stage in summary["stages"]] == ["epochs"] * 5
    assert summary["parameters"] == sum(p.numel() for p in load_model(job.out / "model.model").parameters())
    events = [json.loads(line) for line in job.progress_file.read_text().splitlines()] if job.progress_file else []
    assert [(e["phase"], e["done"], e["total"]) for e in events[1:3]] == [("s0", 1, 10), ("s0", 2, 10)]

    # Each saved stage model reproduces the figures of the epoch that the history says was selected.
    split = read_split("valid", data["valid"], needs_stress=True, r_max=4.0)
    batch = collate(build_graphs(split, [29], 4.5))
    for i, loss in enumerate(LOSSES):
        settings = LossParameters(**loss)
        model = load_model(job.out / "stages" / f"s{i}.model")
        value = validate(model, build_loss(settings, torch.device("cpu")), [batch], stress=settings.needs_stress)
        row = history.filter(selected=True, stage=f"s{i}").row(0, named=True)
        assert value.loss == pytest.approx(row["valid_loss"], rel=1e-9)
        assert value.force_rmse == pytest.approx(row["valid_force_rmse"], rel=1e-9)


def test_patience_ends_a_stage_and_the_next_begins(params: dict[str, Any], make_job: Callable[..., JobContext]) -> None:
    # With a learning rate of zero no epoch after the first improves.
    params["stages"] = [{**params["stages"][0], "name": name, "epochs": 9, "lr": 0.0} for name in ("still", "next")]
    params["patience"] = 2
    job = make_job(params)
    run(job)
    history = pl.read_parquet(job.out / "history.parquet")
    assert history["stage"].to_list() == ["still"] * 3 + ["next"] * 3
    assert history.filter("selected")["stage_epoch"].to_list() == [1, 1]
    stages = json.loads((job.out / "training.json").read_text())["stages"]
    assert [stage["ended"] for stage in stages] == ["patience", "patience"]


def test_without_ema_and_clip_in_float32(params: dict[str, Any], make_job: Callable[..., JobContext]) -> None:
    params.update(ema=None, clip=None)
    params["model"].update(precision="float32", scaling="std_energy", max_L=1, pair_repulsion=True)
    params["stages"][0]["scheduler"] = {"kind": "constant"}
    job = make_job(params)
    run(job)
    history = pl.read_parquet(job.out / "history.parquet")
    assert history["valid_loss"][-1] < history["valid_loss"][0]
    dtypes = {p.dtype for p in load_model(job.out / "model.model").parameters()}
    assert dtypes == {torch.float32}


def test_no_frame_is_dropped() -> None:
    batches = Order(10, 4, seed=3).epoch()
    assert [len(batch) for batch in batches] == [4, 4, 2]
    assert sorted(index for batch in batches for index in batch) == list(range(10))


def test_isolated_atoms_are_references(
    tmp_path: Path, data: dict[str, Path], params: dict[str, Any], make_job: Callable[..., JobContext]
) -> None:
    frames = ase.io.read(data["train"], index=":")
    atom = ase.Atoms("Cu", info={"REF_energy": 3.51, "config_type": "IsolatedAtom"})
    path = tmp_path / "isolated.xyz"
    ase.io.write(path, [atom, *frames], format="extxyz")
    params["stages"][0]["epochs"] = 1
    params["model"]["e0"] = {"kind": "isolated"}
    job = make_job(params, inputs={"train": path})
    run(job)
    assert json.loads((job.out / "training.json").read_text())["e0"] == {"Cu": 3.51}
