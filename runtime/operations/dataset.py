"""The dataset job: labelled frames in splits, made or read, with a summary of what they are."""

from __future__ import annotations

import json
from functools import partial

from ase import Atoms

from mlipilot.runtime.datasets.files import read_splits
from mlipilot.runtime.datasets.frames import SPLITS, write_frames
from mlipilot.runtime.datasets.pool import run_tasks
from mlipilot.runtime.datasets.summary import summarize
from mlipilot.runtime.datasets.supercells import Exploded, Supercells, run_trajectory
from mlipilot.runtime.operations.context import JobContext, JobFailure, Stopped
from mlipilot.runtime.operations.operation import Operation


class _Dataset(Operation):
    def run(self, job: JobContext) -> None:
        """Write the frames of every split, and what they are."""
        run(job)


def run(job: JobContext) -> None:
    """Write train.xyz, valid.xyz, test.xyz, sealed.xyz, summary.json, and unstrained.xyz where there is such a cell.

    `params["op"]` is `emt_supercells` or `files`. The bytes written depend on the parameters and the files alone.
    """
    if job.params["op"] == "emt_supercells":
        plan = Supercells.from_params(job.params)
        splits = plan.arrange(_trajectories(job, plan))
        write_frames(job.out / "unstrained.xyz", [plan.unit_cell()])
    else:
        job.progress(phase="read")
        splits = read_splits(job.params)
    for name in SPLITS:
        write_frames(job.out / f"{name}.xyz", splits[name])
    job.progress(phase="summary")
    summary = json.dumps(summarize(splits), indent=2, allow_nan=False)
    (job.out / "summary.json").write_text(summary + "\n", encoding="utf-8")
    job.progress(result=", ".join(f"{len(splits[name])} {name}" for name in SPLITS if name != "sealed") + " frames")


def _trajectories(job: JobContext, plan: Supercells) -> list[tuple[tuple[int, int], list[Atoms]]]:
    tasks = plan.tasks()
    made: list[tuple[tuple[int, int], list[Atoms]]] = []
    try:
        for item in run_tasks(partial(run_trajectory, plan), tasks, job.threads, job.stop_requested):
            made.append(item)
            job.progress(phase="label", done=len(made), total=len(tasks), unit="trajectory")
    except Exploded as error:
        name, step = error.args
        raise JobFailure(
            "MLP0811",
            f"trajectory {name} exploded at step {step}: far too hot, or a label that is not finite",
            "shorten the timestep, narrow the strain or lower the temperature",
        ) from None
    if len(made) < len(tasks):
        raise Stopped
    return made


OPERATION = _Dataset()
