"""How many bytes the jobs of a plan write."""

from __future__ import annotations

from collections.abc import Iterable

from mlipilot.compiler.datasets import SOURCES
from mlipilot.compiler.extent import Extents
from mlipilot.compiler.operations import OPERATIONS
from mlipilot.compiler.plan import Job, Plan


def room(plan: Plan, jobs: Iterable[Job]) -> int:
    """Bytes that jobs of a plan write in its workspace; of data sets of files it is a guess."""
    extents = Extents(plan, None, SOURCES)
    return sum(OPERATIONS[job.kind].room(plan, job, extents) for job in jobs)


__all__ = ["room"]
