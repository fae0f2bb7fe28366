"""Data sets: labelled frames in splits, made or read by the source that the block's tag names."""

from __future__ import annotations

from collections.abc import Sequence

from mlipilot.compiler.datasets import source_of, source_of_job
from mlipilot.compiler.datasets.data_files import DataFiles
from mlipilot.compiler.extent import Extents
from mlipilot.compiler.measured import START_SECONDS, Cost, Measured
from mlipilot.compiler.model_cost import speed_up
from mlipilot.compiler.operations.label import label_jobs
from mlipilot.compiler.operations.operation import TRACES_BYTES, Operation, Role
from mlipilot.compiler.packages import DATA
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.spec.document import Spec
from mlipilot.spec.values import BlockValue

LABELLED = {"frames": "frames.xyz", "labels": "labels.json"}
"""Files of a job that labels, by what they are called among the inputs."""
_LINE_BYTES = 150
"""Of an atom in a file of frames: its element, position and force."""


class _Dataset(Operation):
    kind = "dataset"
    role = Role.DATA

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """As its source says."""
        return source_of_job(job.params).seconds(job.params) / speed_up(job.threads)

    def room(self, plan: Plan, job: Job, extents: Extents) -> int:
        """Its splits as text."""
        atoms = sum(extents.of(job.id, split).all_atoms for split in ("train", "valid", "test"))
        return TRACES_BYTES + round(atoms * _LINE_BYTES)

    def cost(self, plan: Plan, job: Job, measured: Measured, extents: Extents) -> Cost | None:
        """By what its source makes of the step and the label that were timed."""
        users = [trained for trained in measured if plan.job(trained).inputs["train"].job == job.id]
        making = measured[users[0]].making if users else None
        if making is None:
            return None
        seconds = source_of_job(job.params).making_seconds(job.params, *making, job.threads)
        return None if seconds is None else Cost(START_SECONDS + seconds, None)


def dataset_id(name: str) -> str:
    """The id of a data set's job."""
    return f"dataset/{name}"


def dataset_job(block: BlockValue, files: DataFiles, threads: int, labels: Sequence[Job] = ()) -> Job:
    """The job that makes or reads a data set, of frames that other jobs labelled where there are some."""
    source = source_of(block)
    assert source is not None
    return Job(
        id=dataset_id(block.name),
        kind="dataset",
        operation=f"dataset.{source.tag}",
        version=source.version,
        params={"op": source.tag, **source.parameters(block, files)},
        inputs={f"{file}/{job.target}": Input(job.id, name) for job in labels for file, name in LABELLED.items()},
        threads=threads,
        device="cpu",
        packages=DATA,
        block=block.name,
    )


def dataset_jobs(spec: Spec, threads: int) -> tuple[list[Job], DataFiles]:
    """The jobs of all data sets, which no trial of a campaign changes, and the files that they read."""
    files = DataFiles(spec)
    jobs: list[Job] = []
    for block in spec.of_kind("dataset"):
        source = source_of(block)
        assert source is not None
        labels = list(label_jobs(block, source.shards(block), threads))
        jobs += [*labels, dataset_job(block, files, threads, labels)]
    return jobs, files


OPERATION = _Dataset()
