"""What is set aside for a job before it runs: by the estimate, with the margin that the estimate states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlipilot.compiler.operations import OPERATIONS
from mlipilot.compiler.plan import Compiled, Job


class Reservations:
    """Device seconds and memory of jobs; of a job that no estimate is of, those of the largest of its kind."""

    def __init__(self, compiled: Compiled) -> None:
        estimate = compiled.estimate
        kinds = {job.id: job.kind for job in compiled.plan.jobs}
        self._factor = float(estimate.get("factor") or 1.0)
        self._seconds = _by_job_and_kind(estimate["seconds"], kinds)
        self._bytes = _by_job_and_kind(estimate.get("memory_bytes", {}), kinds)

    def seconds(self, job: Job) -> float | None:
        """With the margin; None where nobody knows."""
        found = self._seconds.get(job.id, self._seconds.get(job.kind))
        return None if found is None else found * self._factor

    def request(self, job: Job, reserved: float | None = None) -> dict[str, Any]:
        """What an engine is told of a job's needs; `reserved` device seconds, else those of its own estimate."""
        return {
            "id": job.id,
            "resources": OPERATIONS[job.kind].resources,
            "device": job.device,
            "backend": job.backend,
            "threads": job.threads,
            "reserved": self.seconds(job) if reserved is None else reserved,
            "bytes": self._bytes.get(job.id, self._bytes.get(job.kind)),
        }


def _by_job_and_kind(figures: Mapping[str, float | None], kinds: Mapping[str, str]) -> dict[str, float]:
    known = {job: figure for job, figure in figures.items() if figure is not None}
    largest: dict[str, float] = {}
    for job, figure in known.items():
        if job in kinds:
            largest[kinds[job]] = max(largest.get(kinds[job], 0.0), figure)
    return {**largest, **known}
