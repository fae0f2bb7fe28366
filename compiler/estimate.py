"""What a plan will cost, and how far that may be trusted: by what a probe measured, or else by an analytic model.

The work of a MACE step grows with the edges of its graphs and the width of their features. The constants were
fitted to runs on two CPU cores (2026-11, torch 2.15, mace-torch 0.3.16); a machine, a device or a model far from
those is off by the factor that the estimate states.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from heapq import heappop, heappush
from typing import Any

from mlipilot.compiler.extent import Counted, Extent, Extents
from mlipilot.compiler.measured import Measured, cost
from mlipilot.compiler.plan import Compiled, Job, Plan
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.source import Span
from mlipilot.spec.values import Spec

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
PROBED_FLOOR = 1.3
"""Factor that a probed estimate may be off by though every step took the same time.

Measured on the copper example with 3 + 3 epochs and short simulations, two workers of one thread on two cores, seconds
after estimate: training 29.8 after 28, evaluation 1.8 and 2.3 after 2.3 and 3, simulations 5.2 and 11.8 after 4.2 and
11, speed 11.8 after 9. What works beside a job slows it more than it slowed the probe, which was alone.
"""


def estimate(plan: Plan, files: Counted | None = None, measured: Measured | None = None) -> dict[str, Any]:
    """Seconds of each job on its device, their sum, and the factor that they may be off by.

    `files` are counted frames of data sets of files, `measured` what a probe found of each training: they move the
    estimate, and no key. With `measured` there is also `memory_bytes`, the peak of each job of which it is known; of a
    campaign there is `campaign`, a `CampaignCost`: the jobs are its baseline's.
    """
    extents = Extents(plan, files)
    costs = {job.id: cost(plan, job, measured, extents) for job in plan.jobs} if measured else {}
    known = {job: found for job, found in costs.items() if found is not None}
    seconds = {
        job.id: round(known[job.id].seconds if job.id in known else _seconds(plan, job, extents), 1)
        for job in plan.jobs
    }
    total = sum(seconds.values())
    factor = UNCERTAINTY if extents.counted else UNCERTAINTY_UNCOUNTED
    beside: dict[str, Any] = {}
    if measured:
        spread = max(measurement.spread for measurement in measured.values())
        probed = sum(seconds[job] for job in known)
        # What was not measured is as uncertain as ever.
        factor = round((PROBED_FLOOR * spread * probed + factor * (total - probed)) / total, 1)
        # A peak that stayed below what the imports had taken is not known, and is not zero.
        beside = {"memory_bytes": {job: found.bytes for job, found in known.items() if found.bytes}}
    if plan.campaign is not None:
        from mlipilot.compiler.campaign_cost import campaign_cost

        beside["campaign"] = campaign_cost(plan, seconds).document()
    return {
        "kind": "probed" if measured else "analytic",
        "seconds": seconds,
        "device_seconds": round(total, 1),
        "wall_seconds": round(wall_seconds(plan, seconds), 1),
        "factor": factor,
        **beside,
    }


def wall_seconds(plan: Plan, seconds: Mapping[str, float]) -> float:
    """Seconds until all jobs are done, each begun by the first free worker once its inputs are there."""
    free = [0.0] * max(1, int(plan.engine["workers"]))
    finish: dict[str, float] = {}
    for job in plan.jobs:
        ready = max((finish[source.job] for source in job.inputs.values()), default=0.0)
        begin = max(ready, heappop(free))
        finish[job.id] = begin + seconds[job.id]
        heappush(free, finish[job.id])
    return max(finish.values(), default=0.0)


def _seconds(plan: Plan, job: Job, extents: Extents) -> float:
    speed_up = float(job.threads**0.7)
    if job.kind == "dataset":
        return _dataset_seconds(job) / speed_up
    if job.kind == "train":
        train = extents.of(job.inputs["train"].job, "train")
        frames, valid = train.frames, extents.of(job.inputs["valid"].job, "valid").frames
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
        judged = extents.of(job.inputs["data"].job, job.params["split"])
        return float(len(job.params["models"]) * judged.frames * _evaluation(model, judged, speed_up))
    if job.kind == "dynamics":
        replicas = job.params["replicas"]
        moved = extents.of(data, "train")
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


def in_bytes(count: int) -> str:
    """An amount of memory as a person says it."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6))} MB"


def memory_errors(spec: Spec, compiled: Compiled, measured: Measured) -> list[Diagnostic]:
    """An error for each kind of job whose memory, at so many workers, is more than the device has.

    Jobs of one kind never wait for each other, so as many as there are workers do run at once.
    """
    plan, peaks = compiled.plan, compiled.estimate["memory_bytes"]
    totals = [measurement.total_bytes for measurement in measured.values() if measurement.total_bytes is not None]
    found = []
    for kind in dict.fromkeys(job.kind for job in plan.jobs):
        jobs = sorted(
            (job for job in plan.jobs if job.kind == kind and job.id in peaks), key=lambda job: -peaks[job.id]
        )
        together = jobs[: max(1, int(plan.engine["workers"]))]
        needed = sum(peaks[job.id] for job in together)
        block = spec.block(together[0].id.split("/")[1]) if together else None
        if block is None or not totals or needed <= min(totals):
            continue
        one = len(together) == 1
        who = f"`{together[0].id}` needs" if one else f"{len(together)} jobs like `{together[0].id}` need"
        found.append(
            Diagnostic(
                "MLP0823",
                f"{who} {in_bytes(needed)} of memory, and the device has {in_bytes(min(totals))}",
                block.source,
                Annotation(block.span, "measured by a dry run"),
                help=f"use {'' if one else 'fewer workers, '}a smaller `batch`, fewer `channels` or `replicas`, "
                "or `precision = float32`",
            )
        )
    return found


def budget_warnings(spec: Spec, compiled: Compiled) -> list[Diagnostic]:
    """A warning for each limit of the budget that the estimate passes, or that leaves a campaign no trial."""
    block = spec.only("budget")
    if block is None:
        return []
    found = []
    for limit, figure in (("device_time", "device_seconds"), ("wall", "wall_seconds")):
        budget, expected = compiled.plan.budget.get(limit), compiled.estimate[figure]
        if budget is None:
            continue
        span = block.fields[limit].span or block.span
        if limit == "device_time" and compiled.plan.campaign is not None:
            short = _no_trial(spec, compiled, budget, span)
            if short is not None:
                found.append(short)
                continue
        if expected <= budget:
            continue
        found.append(
            Diagnostic(
                "MLP0601",
                f"the estimate of {in_words(expected)} exceeds the budget of {in_words(budget)}",
                spec.source,
                Annotation(span, f"`{limit}`"),
                help=f"the estimate is {compiled.estimate['kind']}, "
                f"good to a factor of {compiled.estimate['factor']:g}; "
                "`execute` stops where the budget is spent",
            )
        )
    return found


def _no_trial(spec: Spec, compiled: Compiled, budget: float, span: Span) -> Diagnostic | None:
    """A warning where by the estimate an arm has no device time for a trial."""
    from mlipilot.compiler.campaign_cost import least, read_cost

    cost = read_cost(compiled.estimate["campaign"])
    if cost.fewest is None or cost.share is None or cost.share >= cost.confirmed:
        return None
    assert compiled.plan.campaign is not None
    needed = least(cost)
    return Diagnostic(
        "MLP0602",
        f"by the estimate {in_words(budget)} of device time leave an arm no trial",
        spec.source,
        Annotation(span, f"calibration {in_words(cost.calibration)}, one confirmed trial {in_words(cost.confirmed)}"),
        notes=(f"the estimate is {compiled.estimate['kind']}, good to a factor of {compiled.estimate['factor']:g}",),
        help=f"allow {in_words(needed)} or more, or use fewer `confirm_seeds`, arms or replicates",
    )
