"""What a plan will cost, before anything is measured: an analytic model, and how far it may be trusted.

The work of a MACE step grows with the edges of its graphs and the width of their features. The constants were
fitted to runs on two CPU cores (2026-11, torch 2.15, mace-torch 0.3.16); a machine, a device or a model far from
those is off by the factor that the estimate states.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mlipilot.compiler.lower.dataset import dataset_id
from mlipilot.compiler.plan import Compiled, Job, Plan
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.values import Spec

if TYPE_CHECKING:
    from mlipilot.compiler.data.answers import Size

UNCERTAINTY = 3.0
"""Factor either way that the estimate may be off by on a CPU."""
UNCERTAINTY_UNCOUNTED = 20.0
"""The same where frames of data files are not counted, but assumed."""
_EMT_SECONDS_PER_ATOM_STEP = 1.2e-5
_EDGE_SECONDS = 1.1e-6
"""Of one evaluation of energy and forces: a layer, an edge, 8 channels, L = 0, one thread."""
_CALL_SECONDS = 0.006
"""Overhead of one evaluation, whatever its size."""
_TRAINING_FACTOR = 3.0
"""A training step (forces, loss, gradients of the parameters) over an evaluation."""
_ATOM_DENSITY = 0.0865
"""Atoms per Å³ of copper; other dense metals are near."""


class Extent(NamedTuple):
    """How large the frames of a split are."""

    frames: int
    atoms: float
    """Of a frame."""
    neighbours: float | None = None
    """Of an atom within the model's cutoff; None where the metal's density must do."""


_ASSUMED = Extent(1000, 30)
"""Of a data set whose files the compiler did not count."""
Counted = Mapping[str, Mapping[str, "Size"]]
"""Splits of each data set of files, by its name, as a scan counted them."""
Extents = Mapping[str, Mapping[str, Extent]]
"""The same, by the data set's job."""


def estimate(plan: Plan, files: Counted | None = None) -> dict[str, Any]:
    """Seconds of each job on its device, their sum, and the factor that they may be off by.

    `files` are counted frames of data sets of files: they move the estimate, and no key.
    """
    extents = {
        dataset_id(name): {split: Extent(size.frames, size.atoms, size.neighbours) for split, size in splits.items()}
        for name, splits in (files or {}).items()
        if splits
    }
    jobs = {job.id: round(_seconds(plan, job, extents), 1) for job in plan.jobs}
    workers = max(1, int(plan.engine["workers"]))
    total = sum(jobs.values())
    counted = all(
        job.params["op"] == "emt_supercells" or job.id in extents for job in plan.jobs if job.kind == "dataset"
    )
    return {
        "kind": "analytic",
        "seconds": jobs,
        "device_seconds": round(total, 1),
        "wall_seconds": round(max(_critical_path(plan, jobs), total / workers), 1),
        "factor": UNCERTAINTY if counted else UNCERTAINTY_UNCOUNTED,
    }


def _critical_path(plan: Plan, seconds: Mapping[str, float]) -> float:
    finish: dict[str, float] = {}
    for job in plan.jobs:
        start = max((finish[source.job] for source in job.inputs.values()), default=0.0)
        finish[job.id] = start + seconds[job.id]
    return max(finish.values(), default=0.0)


def _seconds(plan: Plan, job: Job, files: Extents) -> float:
    speed_up = float(job.threads**0.7)
    if job.kind == "dataset":
        return _dataset_seconds(job) / speed_up
    if job.kind == "train":
        train = _extent(plan, job.inputs["train"].job, "train", files)
        frames, valid = train.frames, _extent(plan, job.inputs["valid"].job, "valid", files).frames
        step = _evaluation(job.params["model"], train, speed_up)
        epochs = sum(stage["epochs"] for stage in job.params["stages"])
        overhead = _CALL_SECONDS * (frames / job.params["batch"] + valid / job.params["valid_batch"])
        return float(epochs * (step * (_TRAINING_FACTOR * frames + valid) + overhead * _TRAINING_FACTOR))
    if job.kind == "verdict":
        return 2.0
    trained = plan.job(job.inputs[_model_role(job)].job)
    model = trained.params["model"]
    data = trained.inputs["train"].job
    if job.kind == "evaluate":
        judged = _extent(plan, job.inputs["data"].job, job.params["split"], files)
        return float(len(job.params["models"]) * judged.frames * _evaluation(model, judged, speed_up))
    if job.kind == "dynamics":
        replicas = job.params["replicas"]
        moved = _extent(plan, data, "train", files)
        step = _CALL_SECONDS + replicas * (_evaluation(model, moved, speed_up) + 5e-4)
        return float(job.params["steps"] * step)
    cell = Extent(1, 4 * math.prod(job.params["repeats"]))
    ours = _evaluation(model, cell, speed_up)
    other = _evaluation(job.params["reference"], cell, speed_up)
    return float((job.params["rounds"] + 5) * (max(ours, 0.05) + max(other, 0.05)))


def _model_role(job: Job) -> str:
    return next(role for role in job.inputs if role == "model" or role.startswith("model:"))


def _dataset_seconds(job: Job) -> float:
    params = job.params
    if params["op"] != "emt_supercells":
        return 2.0
    duration = params["equilibration"] + params["frames"] * params["spacing"]
    steps = duration / params["timestep"] * params["trajectories"] * len(params["temperatures"])
    atoms = 4 * math.prod(params["repeats"])
    return float(steps * (atoms * _EMT_SECONDS_PER_ATOM_STEP + 2e-4))


def _extent(plan: Plan, dataset: str, split: str, files: Extents) -> Extent:
    params = plan.job(dataset).params
    if params["op"] != "emt_supercells":
        return files.get(dataset, {}).get(split, _ASSUMED)
    frames = params["split"][split] * len(params["temperatures"]) * params["frames"]
    return Extent(frames, 4 * math.prod(params["repeats"]))


def _evaluation(model: Mapping[str, Any], extent: Extent, speed_up: float) -> float:
    """Seconds of energy and forces of one configuration."""
    neighbours = extent.neighbours
    if neighbours is None:
        neighbours = 4 / 3 * math.pi * model["r_max"] ** 3 * _ATOM_DENSITY
    edges = extent.atoms * neighbours
    width = model["channels"] / 8 * (model["max_L"] + 1) ** 2
    body = 1 + 0.5 * (model["correlation"] - 2)
    precision = 0.6 if model.get("precision") == "float32" else 1.0
    return float(edges * model["interactions"] * width**0.8 * body * precision * _EDGE_SECONDS * 4 / speed_up)


def in_words(seconds: float) -> str:
    """A duration as a person says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86400:.1f} d"


def budget_warnings(spec: Spec, compiled: Compiled) -> list[Diagnostic]:
    """A warning for each limit of the budget that the estimate passes."""
    block = spec.only("budget")
    if block is None:
        return []
    found = []
    for limit, figure in (("device_time", "device_seconds"), ("wall", "wall_seconds")):
        budget, expected = compiled.plan.budget.get(limit), compiled.estimate[figure]
        if budget is None or expected <= budget:
            continue
        span = block.fields[limit].span or block.span
        found.append(
            Diagnostic(
                "MLP0601",
                f"the estimate of {in_words(expected)} exceeds the budget of {in_words(budget)}",
                spec.source,
                Annotation(span, f"`{limit}`"),
                help=f"the estimate is analytic, good to a factor of {compiled.estimate['factor']:g}; "
                "`execute` stops where the budget is spent",
            )
        )
    return found
