"""What a probe measured of a training, and what the jobs of a plan cost by it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from mlipilot.compiler.extent import Extent, Extents
from mlipilot.compiler.plan import Job, Plan

START_SECONDS = 0.5
"""Of any job: its process, inputs and outputs."""
ROUND_SECONDS = 0.05
"""A round of a measurement of speed takes so long at least, for each of its two models."""


class Rate(NamedTuple):
    """Seconds an atom."""

    median: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """The factor from the middle of the range to its ends."""
        return math.sqrt(self.high / self.low)


class Motion(NamedTuple):
    """A step of molecular dynamics."""

    replicas: int
    step: Rate | None
    """None where no replica of the untrained model lived long enough to be timed."""
    bytes: int


class Speed(NamedTuple):
    """A call of a model and of the reference model on a cell; seconds."""

    repeats: list[int]
    ours: float
    reference: float
    warm_up: float
    bytes: int


class Measurement(NamedTuple):
    """Seconds and bytes that a probe found, on this machine."""

    atoms: float
    """Of a typical training frame."""
    setup: float
    """Of a training, before its graphs."""
    graph: float
    """Of reading a frame and building its graph."""
    steps: tuple[Rate, ...]
    """Of a training step, for each stage."""
    validation: Rate
    checkpoint: float
    evaluation: Rate
    first_call: float
    """Of a model that was just loaded, beyond what the call takes later."""
    dynamics: tuple[Motion, ...]
    speed: tuple[Speed, ...]
    making: tuple[float, float] | None
    """Of a step and of a labelled frame of a data set that is made."""
    train_bytes: int
    evaluate_bytes: int
    total_bytes: int | None
    """Memory of the device."""
    complete: bool
    """Nothing was left out for want of time."""

    @property
    def spread(self) -> float:
        """The largest spread of what was timed repeatedly."""
        moving = [motion.step for motion in self.dynamics if motion.step is not None]
        return max(rate.spread for rate in (*self.steps, self.validation, self.evaluation, *moving))


Measured = Mapping[str, Measurement]
"""By the id of the train job."""


class Cost(NamedTuple):
    """What a job takes."""

    seconds: float
    bytes: int | None


def read_measurement(answer: Mapping[str, Any]) -> Measurement | None:
    """A probe's answer; None where it has not the shape of one."""
    try:
        return Measurement(
            atoms=_number(answer["atoms"]),
            setup=_number(answer["setup"]),
            graph=_number(answer["graph"]),
            steps=tuple(_rate(rate) for rate in answer["steps"]),
            validation=_rate(answer["validation"]),
            checkpoint=_number(answer["checkpoint"]),
            evaluation=_rate(answer["evaluation"]),
            first_call=_number(answer["first_call"]),
            dynamics=tuple(
                Motion(part["replicas"], None if part["step"] is None else _rate(part["step"]), part["bytes"])
                for part in answer["dynamics"]
            ),
            speed=tuple(
                Speed(
                    list(part["repeats"]),
                    _number(part["ours"]),
                    _number(part["reference"]),
                    _number(part["warm_up"]),
                    part["bytes"],
                )
                for part in answer["speed"]
            ),
            making=(_number(answer["making_step"]), _number(answer["making_label"]))
            if "making_step" in answer
            else None,
            train_bytes=answer["train_bytes"],
            evaluate_bytes=answer["evaluate_bytes"],
            total_bytes=answer["total_bytes"],
            complete=bool(answer["complete"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _number(value: Any) -> float:
    number = float(value)
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(value)
    return number


def _rate(values: Any) -> Rate:
    median, low, high = (_number(value) for value in values)
    if not 0 < low <= median <= high:
        raise ValueError(values)
    return Rate(median, low, high)


def cost(plan: Plan, job: Job, measured: Measured, extents: Extents) -> Cost | None:
    """What a job takes by what was measured; None where nothing was."""
    if job.kind == "dataset":
        return _dataset(plan, job, measured)
    trained = job.id if job.kind == "train" else _trained(job)
    if trained is None:
        return None
    found = measured[trained]
    if job.kind == "train":
        return _training(job, found, extents)
    if job.kind == "evaluate":
        judged = extents.of(job.inputs["data"].job, job.params["split"])
        model = START_SECONDS + found.first_call + _atoms(judged) * found.evaluation.median
        return Cost(len(job.params["models"]) * model, found.evaluate_bytes)
    if job.kind == "dynamics":
        return _dynamics(job, found, extents)
    return _speed(job, found)


def _training(job: Job, found: Measurement, extents: Extents) -> Cost:
    train, valid = (extents.of(job.inputs[split].job, split) for split in ("train", "valid"))
    graphs = found.graph * (_atoms(train) + _atoms(valid)) / found.atoms
    around = _atoms(valid) * found.validation.median + found.checkpoint
    epochs = sum(
        stage["epochs"] * (_atoms(train) * step.median + around)
        for stage, step in zip(job.params["stages"], found.steps, strict=True)
    )
    return Cost(START_SECONDS + found.setup + graphs + epochs, found.train_bytes)


def _dynamics(job: Job, found: Measurement, extents: Extents) -> Cost | None:
    motion = next((motion for motion in found.dynamics if motion.replicas == job.params["replicas"]), None)
    if motion is None or motion.step is None:
        return None
    source = job.inputs["start"]
    moved = extents.of(source.job, source.file.removesuffix(".xyz"))
    step = job.params["replicas"] * moved.atoms * motion.step.median
    return Cost(START_SECONDS + found.first_call + job.params["steps"] * step, motion.bytes)


def _speed(job: Job, found: Measurement) -> Cost | None:
    speed = next((speed for speed in found.speed if speed.repeats == list(job.params["repeats"])), None)
    if speed is None:
        return None
    rounds = job.params["rounds"] * (max(ROUND_SECONDS, speed.ours) + max(ROUND_SECONDS, speed.reference))
    return Cost(START_SECONDS + speed.warm_up + rounds, speed.bytes)


def _dataset(plan: Plan, job: Job, measured: Measured) -> Cost | None:
    users = [trained for trained in measured if plan.job(trained).inputs["train"].job == job.id]
    making = measured[users[0]].making if users else None
    if making is None:
        return None
    params = job.params
    steps = (params["equilibration"] + params["frames"] * params["spacing"]) / params["timestep"]
    trajectory = steps * making[0] + params["frames"] * making[1]
    count = params["trajectories"] * len(params["temperatures"])
    return Cost(START_SECONDS + math.ceil(count / job.threads) * trajectory, None)


def _trained(job: Job) -> str | None:
    """The training whose model a job uses."""
    if job.kind == "verdict":
        return None
    return next(source.job for role, source in job.inputs.items() if role == "model" or role.startswith("model:"))


def _atoms(extent: Extent) -> float:
    return extent.frames * extent.atoms
