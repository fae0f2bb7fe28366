"""The label job: molecules displaced and labelled, on as many processes as the job has threads."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

from ase import Atoms

from mlipilot.runtime.datasets.frames import labelled, plain_name, write_frames
from mlipilot.runtime.datasets.pool import run_tasks
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import KNOWN, JobContext
from mlipilot.runtime.foundation.threads import ONE_THREAD
from mlipilot.runtime.labels.geometry import Geometry
from mlipilot.runtime.labels.labelling import Label
from mlipilot.runtime.labels.method import Method
from mlipilot.runtime.labels.program import PROVENANCE_KEYS, installed_version
from mlipilot.runtime.labels.tasks import (
    Displace,
    Done,
    Failed,
    Geometries,
    Labelling,
    LabelOne,
    Task,
    work,
)
from mlipilot.runtime.labels.whole import mark
from mlipilot.runtime.operations.operation import Operation
from mlipilot.spec.numerals import count
from mlipilot.spec.schema.labels import CONFIG_TYPE, ISOLATED_ATOM


class _Label(Operation):
    def run(self, job: JobContext) -> None:
        """Write the labelled frames, by molecule, and what could not be labelled."""
        if find_spec("pyscf") is None:
            raise JobFailure("MLP0801", "PySCF is not installed", "install `mlipilot[labels]`")
        os.environ.update(ONE_THREAD)
        params = job.params
        methods = [params["method"], params["displace"].get("method")]
        for method in filter(None, methods):
            Method.from_params(method).require()
        shelf = job.shelf or job.scratch / "shelf"
        common = Labelling(shelf, params["method"], params["displace"], params["equilibrium"], params["seed"])
        molecules = {m["name"]: Geometry.from_params(m) for m in params["molecules"]}
        found, failed, known = _labels(job, common, [Displace(name, given) for name, given in molecules.items()])
        described = {**Method.from_params(params["method"]).described(), "pyscf": installed_version()}
        frames = []
        for molecule in params["molecules"]:
            mine = [(task, label) for task, label in found if task.name == molecule["name"]]
            if len(mine) == common.geometries:
                mark(shelf, params, molecule)
            frames += [_frame(*one, described) for one in sorted(mine, key=lambda one: one[0].number)]
        write_frames(job.out / "frames.xyz", frames)
        steps = Counter(label.step for _, label in found)
        document = {
            "method": described,
            "asked": len(molecules) * common.geometries,
            "steps": dict(sorted(steps.items())),
            "failures": [_failure(task, why) for task, why in sorted(failed, key=lambda one: _order(one[0]))],
        }
        text = json.dumps(document, indent=2, allow_nan=False)
        (job.out / "labels.json").write_text(text + "\n", encoding="utf-8")
        lost = sum(why.geometries for _, why in failed)
        result = count(len(frames), "label") + (f", {lost} failed" if lost else "")
        job.progress(result=result, **({KNOWN: known} if known else {}))


def _labels(
    job: JobContext, common: Labelling, tasks: Sequence[Task]
) -> tuple[list[tuple[LabelOne, Label]], list[tuple[Task, Failed]], int]:
    """What could be labelled, what could not, and how many tasks had been computed before. Raises `Stopped`."""
    found: list[tuple[LabelOne, Label]] = []
    failed: list[tuple[Task, Failed]] = []
    known, total = 0, len(tasks) * common.geometries

    def follow(_: Task, done: Done) -> Sequence[Task]:
        return done.answer.tasks if isinstance(done.answer, Geometries) else ()

    for task, (done, was_known) in run_tasks(partial(work, common), tasks, job.threads, job.stop_requested, follow):
        known += was_known
        failure = done.failure if isinstance(done, Geometries) else done
        if isinstance(failure, Failed):
            failed.append((task, failure))
            job.remark(f"{_what(task)} has no label: {failure.message}")
        elif isinstance(done, Label):
            assert isinstance(task, LabelOne)
            found.append((task, done))
            if done.step != "plain":
                job.remark(f"{_what(task)} converged by {done.step}, after {done.cycles} cycles")
        lost = sum(why.geometries for _, why in failed)
        job.progress(phase="label", done=len(found) + lost, total=total, unit="geometry")
    if len(found) + sum(why.geometries for _, why in failed) < total:
        raise Stopped
    return found, failed, known


def _frame(task: LabelOne, label: Label, described: dict[str, Any]) -> Atoms:
    geometry = task.made.geometry
    atoms = Atoms(numbers=geometry.numbers, positions=geometry.coordinates)
    name = plain_name(task.name)
    info: dict[str, Any] = {"trajectory": name, "molecule": name, "geometry": task.made.kind}
    if task.made.temperature is not None:
        info["temperature"] = task.made.temperature
    if len(geometry.numbers) == 1:
        info[CONFIG_TYPE] = ISOLATED_ATOM
    info |= {key: _plain(described[key]) for key in PROVENANCE_KEYS if key in described}
    info |= {"charge": geometry.charge, "multiplicity": label.multiplicity, "s2": round(label.squared_spin, 6)}
    info |= {"scf_cycles": label.cycles, "scf_step": label.step}
    return labelled(atoms, energy=label.energy, forces=label.forces, stress=None, info=info)


def _plain(value: Any) -> Any:
    """A value that a header holds: of libxc's pieces their numbers."""
    return " ".join(str(number) for number, _ in value) if isinstance(value, list) else value


def _order(task: Task) -> tuple[str, int]:
    return task.name, task.number if isinstance(task, LabelOne) else -1


def _what(task: Task) -> str:
    if isinstance(task, Displace):
        return f"`{task.name}`"
    warm = "" if task.made.temperature is None else f" at {task.made.temperature:g} K"
    return f"`{task.name}` {'as given' if task.made.kind == 'given' else f'{task.number}{warm}'}"


def _failure(task: Task, why: Failed) -> dict[str, Any]:
    return {
        "molecule": task.name,
        "what": _what(task),
        "geometries": why.geometries,
        "reason": why.reason.value,
        "message": why.message,
        "help": why.reason.remedy,
    }


OPERATION = _Label()
