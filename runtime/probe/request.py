"""What is asked of a probe: one request for each distinct training of a plan, with all that is done with its model.

Trainings that differ in seeds, epochs, learning rates or names cost the same a step, and share a request. A data set
that is made is asked for by the shape of its frames, one of files by their digests.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from mlipilot.compiler.canonical import digest
from mlipilot.compiler.datasets import source_of_job
from mlipilot.compiler.operations import Role, probed, with_role
from mlipilot.compiler.plan import Compiled, Job, Plan
from mlipilot.runtime.foundation.hardware import fingerprint

VERSION = 2
"""Of what is measured; a new one makes kept answers stale."""
LR = 1e-3
"""Learning rate of a probe's steps: it changes no cost, and a few steps of it spoil no model."""
_SCHEDULER = {"kind": "constant"}


class Request(NamedTuple):
    """A request, and the trainings it stands for."""

    trainings: tuple[str, ...]
    """Ids of train jobs; the first is the one that is asked about."""
    block: str
    """The `training` block of that one."""
    body: Mapping[str, Any]
    """All that decides the answer, as JSON."""
    paths: Mapping[str, str]
    """Paths of data files by SHA-256; they decide nothing."""
    key: str
    """Digest of the body, the packages and the machine."""


def requests(compiled: Compiled) -> list[Request]:
    """The requests of a plan."""
    plan = compiled.plan
    bodies: dict[str, tuple[dict[str, Any], list[Job]]] = {}
    for job in with_role(plan.jobs, Role.TRAINING):
        body = _body(compiled, job)
        bodies.setdefault(json.dumps(body, sort_keys=True), (body, []))[1].append(job)
    machine = fingerprint(str(plan.engine["device"])) if bodies else {}
    folder = compiled.spec.parent
    paths = {sha: os.path.abspath(folder / path) for sha, path in compiled.files.items()}  # noqa: PTH100
    return [
        Request(
            tuple(job.id for job in trainings),
            trainings[0].block,
            body,
            paths,
            digest({"version": VERSION, "body": body, "packages": dict(plan.packages), "machine": machine}),
        )
        for body, trainings in bodies.values()
    ]


def _body(compiled: Compiled, job: Job) -> dict[str, Any]:
    plan = compiled.plan
    data = plan.job(job.inputs["train"].job).params
    source = source_of_job(data)
    extent = source.extent(data, "valid")
    valid_batch = int(min(job.params["valid_batch"], math.inf if extent is None else extent.frames))
    stages = [
        {"name": f"stage {number}", "epochs": 1, "lr": LR, "loss": dict(stage["loss"]), "scheduler": _SCHEDULER}
        for number, stage in enumerate(job.params["stages"], start=1)
    ]
    return {
        "threads": job.threads,
        "device": job.device,
        "training": {**job.params, "stages": stages, "valid_batch": valid_batch, "seed": 0, "patience": None},
        "data": source.question(data),
        **_uses(plan, job),
    }


def _uses(plan: Plan, trained: Job) -> dict[str, list[dict[str, Any]]]:
    """What is done with a training's model and worth a try, by the kind of job that does it; each thing once."""
    users = [job for job in plan.jobs if any(source.job == trained.id for source in job.inputs.values())]
    return {
        operation.kind: _distinct([operation.question(plan, user) for user in users if user.kind == operation.kind])
        for operation in probed()
    }


def _distinct(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items, each once."""
    return list({json.dumps(item, sort_keys=True): item for item in items}.values())
