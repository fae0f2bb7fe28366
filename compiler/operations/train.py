"""Training: labelled frames in, a model of each stage out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mlipilot.compiler.block_meaning import enabled_stages
from mlipilot.compiler.extent import Extents
from mlipilot.compiler.faults import place
from mlipilot.compiler.measured import START_SECONDS, Cost, Measured
from mlipilot.compiler.model_cost import (
    FIRST_EPOCH_SECONDS,
    SETUP_SECONDS,
    call_overhead,
    call_seconds,
    frame_seconds,
    speed_up,
    step_overhead,
    training_bytes,
    weight_bytes,
)
from mlipilot.compiler.operations.dataset import dataset_id
from mlipilot.compiler.operations.operation import TRACES_BYTES, Lowering, Operation, Role, seeds
from mlipilot.compiler.packages import TRAINING
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.compiler.source_map import SourceMap
from mlipilot.spec.values import Applied, BlockValue

VERSION = 1
_MODEL_BYTES = 100_000
"""Of a model's file, besides its weights."""
_CHECKPOINTS = 10
"""Times the weights that the checkpoint takes and the one that replaces it: each has moments and averages besides."""


class ModelParameters(NamedTuple):
    """Architecture of a model; names as in the spec, `r_max` in Å."""

    r_max: float
    channels: int
    max_L: int
    max_ell: int
    correlation: int
    interactions: int
    radial_basis: int
    cutoff_basis: int
    readout: int
    radial_mlp: tuple[int, ...]
    pair_repulsion: bool
    e0: Mapping[str, Any]
    """`{"kind": "average" | "isolated"}`, or `{"kind": "values", "values": {symbol: eV}}`."""
    scaling: str
    precision: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {**self._asdict(), "radial_mlp": list(self.radial_mlp), "e0": dict(self.e0)}

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> ModelParameters:
        """From JSON."""
        return cls(**{**params, "radial_mlp": tuple(params["radial_mlp"])})


class LossParameters(NamedTuple):
    """A loss and its weights, of each term: energy per atom, force component, stress component."""

    kind: str
    """`weighted` (mean squares), `huber`, `universal` or `l1l2`."""
    energy: float
    forces: float
    stress: float = 0.0
    delta: float = 0.01

    @property
    def needs_stress(self) -> bool:
        """Whether the stress is part of what is minimised."""
        return self.stress > 0.0


class SchedulerParameters(NamedTuple):
    """How the learning rate moves from epoch to epoch."""

    kind: str
    """`plateau`, `exponential` or `constant`."""
    factor: float = 0.8
    patience: int = 50
    gamma: float = 0.9993


class StageParameters(NamedTuple):
    """One stage: a number of epochs under one loss."""

    name: str
    epochs: int
    lr: float
    loss: LossParameters
    scheduler: SchedulerParameters = SchedulerParameters("plateau")

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> StageParameters:
        """From one entry of `stages`."""
        scheduler = {"scheduler": SchedulerParameters(**params["scheduler"])} if "scheduler" in params else {}
        return cls(params["name"], params["epochs"], params["lr"], LossParameters(**params["loss"]), **scheduler)


class TrainParameters(NamedTuple):
    """Parameters of the job."""

    model: ModelParameters
    stages: tuple[StageParameters, ...]
    batch: int
    valid_batch: int
    ema: float | None
    clip: float | None
    weight_decay: float
    amsgrad: bool
    patience: int | None
    """Epochs without a lower validation loss after which a stage ends; None: never."""
    seed: int

    @property
    def epochs(self) -> int:
        """Epochs of all stages together."""
        return sum(stage.epochs for stage in self.stages)

    @property
    def needs_stress(self) -> bool:
        """Whether any stage minimises a stress term."""
        return any(stage.loss.needs_stress for stage in self.stages)

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> TrainParameters:
        """From JSON."""
        stages = tuple(StageParameters.read(stage) for stage in params["stages"])
        return cls(**{**params, "model": ModelParameters.read(params["model"]), "stages": stages})


class _Train(Operation):
    kind = "train"
    role = Role.TRAINING
    resources = "train"
    resumes = True

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """Steps over the training frames and a validation, an epoch."""
        params = TrainParameters.read(job.params)
        train = extents.of(job.inputs["train"].job, "train")
        frames, valid = train.frames, extents.of(job.inputs["valid"].job, "valid").frames
        model, faster = job.params["model"], speed_up(job.threads)
        work = frames * frame_seconds(model, train, faster) + valid * call_seconds(model, train, faster)
        steps, calls = math.ceil(frames / params.batch), math.ceil(valid / params.valid_batch)
        epoch = work + steps * step_overhead(model) + calls * call_overhead(model)
        return SETUP_SECONDS + FIRST_EPOCH_SECONDS * float(params.model.interactions) + epoch * params.epochs

    def bytes(self, plan: Plan, job: Job, extents: Extents) -> int | None:
        """By the largest training and validation steps."""
        params = TrainParameters.read(job.params)
        train, valid = (extents.of(job.inputs[split].job, split) for split in ("train", "valid"))
        batches = min(params.batch, train.frames), min(params.valid_batch, valid.frames)
        return training_bytes(job.params["model"], train, *batches)

    def room(self, plan: Plan, job: Job, extents: Extents) -> int:
        """The model of each stage and of the end, and checkpoints."""
        models, weights = len(TrainParameters.read(job.params).stages) + 1, weight_bytes(job.params["model"])
        return TRACES_BYTES + models * (_MODEL_BYTES + weights) + _CHECKPOINTS * weights

    def cost(self, plan: Plan, job: Job, measured: Measured, extents: Extents) -> Cost | None:
        """Graphs once; an epoch's steps, validation and checkpoint as often as there are epochs."""
        found = measured[job.id]
        train, valid = (extents.of(job.inputs[split].job, split) for split in ("train", "valid"))
        graphs = found.graph * (train.all_atoms + valid.all_atoms) / found.atoms
        around = valid.all_atoms * found.validation.median + found.checkpoint
        epochs = sum(
            stage.epochs * (train.all_atoms * step.median + around)
            for stage, step in zip(TrainParameters.read(job.params).stages, found.steps, strict=True)
        )
        return Cost(START_SECONDS + found.setup + graphs + epochs, found.train_bytes)

    def places(self, source_map: SourceMap, block: BlockValue, job: Job) -> dict[str, str]:
        """Parameters of the model and of the stages are written in blocks of their own."""
        own = [name for name in job.params if name not in ("model", "stages", "seed")]
        found = source_map.fields(block, own) | {"seed": source_map.at(block.source, place(block, "seeds"))}
        model = source_map.spec.block(block.reference("model").block)
        if model is not None:
            found |= {"model": source_map.head(model), **source_map.fields(model, job.params["model"], "model/")}
        for stage, params in zip(enabled_stages(block), job.params["stages"], strict=True):
            prefix = f"stages/{stage.name}"
            owner = f"{block.name}.{stage.name}"
            found |= {prefix: source_map.head(stage), **source_map.fields(stage, params, f"{prefix}/", owner=owner)}
        return found


def training_id(name: str, seed: int) -> str:
    """The id of a training's job for a seed."""
    return f"train/{name}/seed-{seed}"


def training_jobs(lowering: Lowering, block: BlockValue) -> Iterator[Job]:
    """The jobs that train a model from each seed."""
    model = lowering.block(block.reference("model").block)
    data = dataset_id(block.reference("data").block)
    params = {
        "model": _model(model).document(),
        "stages": [_stage(stage) for stage in enabled_stages(block)],
        "batch": block.integer("batch"),
        "valid_batch": block.integer("valid_batch"),
        "ema": float(block.number("ema")) if block.has("ema") else None,
        "clip": float(block.number("clip")),
        "weight_decay": float(block.number("weight_decay")),
        "amsgrad": block.flag("amsgrad"),
        "patience": block.integer("patience") if block.has("patience") else None,
    }
    for seed in seeds(block):
        yield Job(
            id=training_id(block.name, seed),
            kind="train",
            operation="train.mace",
            version=VERSION,
            params={**params, "seed": seed},
            inputs={
                "train": Input(data, "train.xyz"),
                "valid": Input(data, "valid.xyz"),
                "summary": Input(data, "summary.json"),
            },
            threads=lowering.threads,
            device=lowering.device,
            packages=TRAINING,
            block=block.name,
            seed=seed,
            backend=lowering.backend(block),
        )


def _model(block: BlockValue) -> ModelParameters:
    return ModelParameters(
        r_max=float(block.number("r_max")),
        channels=block.integer("channels"),
        max_L=block.integer("max_L"),
        max_ell=block.integer("max_ell"),
        correlation=block.integer("correlation"),
        interactions=block.integer("interactions"),
        radial_basis=block.integer("radial_basis"),
        cutoff_basis=block.integer("cutoff_basis"),
        readout=block.integer("readout"),
        radial_mlp=tuple(value.data for value in block.items("radial_mlp")),  # type: ignore[misc]
        pair_repulsion=block.flag("pair_repulsion"),
        e0=_e0(block.call("e0")),
        scaling=block.text("scaling"),
        precision=block.text("precision"),
    )


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
    """A call as JSON; arguments that it does not have stay out, so that a key depends on what is said alone."""
    return {
        "kind": call.name,
        **{n: v.data if isinstance(v.data, int) else float(v.data) for n, v in call.arguments.items()},  # type: ignore[arg-type]
    }


OPERATION = _Train()
