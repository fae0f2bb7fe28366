"""Data sets: labelled frames in splits, made or read."""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path
from typing import Any

from mlipilot.compiler.check.dataset import base_folder, split_sizes
from mlipilot.compiler.extent import Extents
from mlipilot.compiler.measured import START_SECONDS, Cost, Measured
from mlipilot.compiler.model_cost import speed_up
from mlipilot.compiler.operations.operation import Operation, Role
from mlipilot.compiler.packages import DATA
from mlipilot.compiler.plan import Job, Plan
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.values import BlockValue, Interval, Spec, Value

VERSIONS = {"emt_supercells": 1, "files": 1}
_EMT_SECONDS_PER_ATOM_STEP = 1.2e-5


class DataFiles:
    """Data files of a spec: where each digest was read, and the ones that could not be read."""

    def __init__(self, spec: Spec) -> None:
        self.folder = Path(spec.source.name).parent
        self.paths: dict[str, str] = {}
        """Path of each file, relative to the spec's folder, by SHA-256."""
        self.faults: list[Diagnostic] = []

    def entry(self, block: BlockValue, value: Value) -> dict[str, str]:
        """Name and SHA-256 of a file: what a key may depend on; its path stands beside the plan."""
        assert isinstance(value.data, str)
        path = base_folder(block) / value.data
        sha256 = ""
        try:
            with path.open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            assert value.span is not None
            self.faults.append(
                Diagnostic(
                    "MLP0306",
                    f"`{value.data}` cannot be read: {error.strerror or error}",
                    block.source,
                    Annotation(value.span, "data file"),
                )
            )
        self.paths[sha256] = Path(os.path.relpath(path, self.folder)).as_posix()
        return {"name": path.name, "sha256": sha256}


def dataset_id(name: str) -> str:
    """The id of a data set's job."""
    return f"dataset/{name}"


def dataset_job(block: BlockValue, files: DataFiles, threads: int) -> Job:
    """The job that makes or reads a data set."""
    assert block.tag is not None
    params = _emt(block) if block.tag == "emt_supercells" else _files(block, files)
    return Job(
        id=dataset_id(block.name),
        kind="dataset",
        operation=f"dataset.{block.tag}",
        version=VERSIONS[block.tag],
        params={"op": block.tag, **params},
        inputs={},
        threads=threads,
        device="cpu",
        packages=DATA,
        block=block.name,
    )


def _emt(block: BlockValue) -> dict[str, Any]:
    strain = block.fields["strain"].data
    assert isinstance(strain, Interval)
    return {
        "element": block.text("element"),
        "lattice": float(block.number("lattice")),
        "repeats": [value.data for value in block.items("repeats")],
        "strain": [float(strain.low), float(strain.high)],
        "temperatures": [float(value.data) for value in block.items("temperatures")],  # type: ignore[arg-type]
        "trajectories": block.integer("trajectories"),
        "frames": block.integer("frames"),
        "split": split_sizes(block),
        "seed": block.integer("seed"),
        **{name: float(block.number(name)) for name in ("timestep", "equilibration", "spacing", "relaxation")},
    }


def _files(block: BlockValue, files: DataFiles) -> dict[str, Any]:
    splits = {
        split: [files.entry(block, value) for value in block.items(split)] if block.has(split) else []
        for split in SPLITS
    }
    return {
        **splits,
        "energy": block.text("energy"),
        "forces": block.text("forces"),
        "stress": block.text("stress") if block.has("stress") else None,
    }


def dataset_jobs(spec: Spec, threads: int) -> tuple[list[Job], DataFiles]:
    """The jobs of all data sets, which no trial of a campaign changes, and the files that they read."""
    files = DataFiles(spec)
    return [dataset_job(block, files, threads) for block in spec.of_kind("dataset")], files


class _Dataset(Operation):
    kind = "dataset"
    role = Role.DATA

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """Steps of the trajectories that are made; of files, reading them."""
        params = job.params
        if params["op"] != "emt_supercells":
            return 2.0 / speed_up(job.threads)
        duration = params["equilibration"] + params["frames"] * params["spacing"]
        steps = duration / params["timestep"] * params["trajectories"] * len(params["temperatures"])
        atoms = 4 * math.prod(params["repeats"])
        return float(steps * (atoms * _EMT_SECONDS_PER_ATOM_STEP + 2e-4)) / speed_up(job.threads)

    def cost(self, plan: Plan, job: Job, measured: Measured, extents: Extents) -> Cost | None:
        """By a step and a label that were timed."""
        users = [trained for trained in measured if plan.job(trained).inputs["train"].job == job.id]
        making = measured[users[0]].making if users else None
        if making is None:
            return None
        params = job.params
        steps = (params["equilibration"] + params["frames"] * params["spacing"]) / params["timestep"]
        trajectory = steps * making[0] + params["frames"] * making[1]
        count = params["trajectories"] * len(params["temperatures"])
        return Cost(START_SECONDS + math.ceil(count / job.threads) * trajectory, None)


OPERATION = _Dataset()
