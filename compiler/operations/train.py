"""`model` and `training` blocks to jobs, one for each seed."""

from __future__ import annotations

from typing import Any

from mlipilot.compiler.check.training import enabled_stages
from mlipilot.compiler.operations.dataset import dataset_id
from mlipilot.compiler.packages import TRAINING
from mlipilot.compiler.plan import Input, Job
from mlipilot.spec.values import Applied, BlockValue, Spec

VERSION = 1


def seeds(training: BlockValue) -> list[int]:
    """The seeds of a training, each of which makes one model."""
    return [value.data for value in training.items("seeds") if isinstance(value.data, int)]


def training_id(name: str, seed: int) -> str:
    """The id of a training's job for a seed."""
    return f"train/{name}/seed-{seed}"


def training_jobs(spec: Spec, block: BlockValue, threads: int, device: str) -> list[Job]:
    """The jobs that train a model from each seed."""
    model = spec.block(block.reference("model").block)
    assert model is not None
    data = dataset_id(block.reference("data").block)
    params = {
        "model": _model(model),
        "stages": [_stage(stage) for stage in enabled_stages(block)],
        "batch": block.integer("batch"),
        "valid_batch": block.integer("valid_batch"),
        "ema": float(block.number("ema")) if block.has("ema") else None,
        "clip": float(block.number("clip")),
        "weight_decay": float(block.number("weight_decay")),
        "amsgrad": block.flag("amsgrad"),
        "patience": block.integer("patience") if block.has("patience") else None,
    }
    inputs = {
        "train": Input(data, "train.xyz"),
        "valid": Input(data, "valid.xyz"),
        "summary": Input(data, "summary.json"),
    }
    return [
        Job(
            id=training_id(block.name, seed),
            kind="train",
            operation="train.mace",
            version=VERSION,
            params={**params, "seed": seed},
            inputs=inputs,
            threads=threads,
            device=device,
            packages=TRAINING,
        )
        for seed in seeds(block)
    ]


def _model(block: BlockValue) -> dict[str, Any]:
    integers = (
        "channels",
        "max_L",
        "max_ell",
        "correlation",
        "interactions",
        "radial_basis",
        "cutoff_basis",
        "readout",
    )
    return {
        "r_max": float(block.number("r_max")),
        **{name: block.integer(name) for name in integers},
        "radial_mlp": [value.data for value in block.items("radial_mlp")],
        "pair_repulsion": block.flag("pair_repulsion"),
        "e0": _e0(block.call("e0")),
        "scaling": block.text("scaling"),
        "precision": block.text("precision"),
    }


def _e0(call: Applied) -> dict[str, Any]:
    if call.name != "values":
        return {"kind": call.name}
    return {"kind": "values", "values": {name: float(v.data) for name, v in call.arguments.items()}}  # type: ignore[arg-type]


def _stage(block: BlockValue) -> dict[str, Any]:
    return {
        "name": block.name,
        "epochs": block.integer("epochs"),
        "lr": float(block.number("lr")),
        "loss": _call(block.call("loss")),
        "scheduler": _call(block.call("scheduler")),
    }


def _call(call: Applied) -> dict[str, Any]:
    return {
        "kind": call.name,
        **{n: v.data if isinstance(v.data, int) else float(v.data) for n, v in call.arguments.items()},  # type: ignore[arg-type]
    }
