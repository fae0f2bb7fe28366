"""Labels: energies and forces of some molecules, displaced and labelled by a quantum-chemical method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mlipilot.compiler.extent import Extents
from mlipilot.compiler.measured import START_SECONDS
from mlipilot.compiler.molecules.cost import molecule_seconds
from mlipilot.compiler.molecules.count import geometries
from mlipilot.compiler.operations.operation import TRACES_BYTES, Operation, Role
from mlipilot.compiler.packages import LABELS
from mlipilot.compiler.plan import Job, Plan
from mlipilot.compiler.source_map import SourceMap
from mlipilot.spec.values import BlockValue

VERSION = 1
IMPORT_SECONDS = 2.0
PROCESS_BYTES = 2_000_000_000
"""That PySCF may take of memory in a process that labels."""
_FRAME_BYTES, _ATOM_BYTES = 600, 400
"""Of a labelled geometry, on the shelf and in the result."""
_WRITTEN = {"method": "labels", "molecules": "source"}


class _Label(Operation):
    kind = "label"
    role = Role.LABELS
    resources = "label"
    resumes = True
    memory_origin = "2 GB for each process"
    memory_remedy = "fewer `threads`"

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """By the basis functions of each molecule, on as many processes as there are threads."""
        total = sum(molecule_seconds(molecule, job.params) for molecule in job.params["molecules"])
        workers = min(job.threads, len(job.params["molecules"]))
        return START_SECONDS + IMPORT_SECONDS + total / max(1, workers)

    def bytes(self, plan: Plan, job: Job, extents: Extents) -> int:
        """What its processes are allowed together."""
        return PROCESS_BYTES * max(1, min(job.threads, len(job.params["molecules"])))

    def room(self, plan: Plan, job: Job, extents: Extents) -> int:
        """Its frames, here and on the shelf."""
        atoms = sum(len(molecule["numbers"]) for molecule in job.params["molecules"])
        each = _geometries(job)
        return TRACES_BYTES + each * (len(job.params["molecules"]) * _FRAME_BYTES + atoms * _ATOM_BYTES)

    def places(self, source_map: SourceMap, block: BlockValue, job: Job) -> dict[str, str]:
        """The method is written as `labels`, the molecules as `source`."""
        return source_map.fields(block, job.params, written=_WRITTEN)


def _geometries(job: Job) -> int:
    """Of each molecule."""
    return geometries(job.params["displace"], equilibrium=job.params["equilibrium"])


def label_jobs(block: BlockValue, shards: Mapping[str, Mapping[str, Any]], threads: int) -> Iterator[Job]:
    """A job for each of the shards of a data set, by its name."""
    for name, params in shards.items():
        yield Job(
            id=f"label/{block.name}/{name}",
            kind="label",
            operation="label.pyscf",
            version=VERSION,
            params=params,
            inputs={},
            threads=threads,
            device="cpu",
            packages=LABELS,
            block=block.name,
            target=name,
        )


OPERATION = _Label()
