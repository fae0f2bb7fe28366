"""What earlier runs took, against what was estimated of them: the figures that replace analytic ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from statistics import median
from typing import NamedTuple

_MOST = 50
"""The newest jobs of an operation, which are looked at."""
_FEWEST_FLOOR, _FLOOR = 2.0, 1.3
"""Factor that one job leaves, and that many jobs leave at least: what works beside a job slows it."""
_TRUSTED = 5
"""Jobs from which on their own spread says how far they may be trusted."""


class Taken(NamedTuple):
    """A job that ran."""

    run: str
    operation: str
    """With its device, such as `train.mace on cpu`."""
    estimated: float
    """Seconds by the analytic model."""
    seconds: float


class Rate(NamedTuple):
    """What an operation takes, over what the analytic model says."""

    ratio: float
    factor: float
    """That it may be off by."""


class Experience(NamedTuple):
    """Rates by operation, and the runs that they come from."""

    rates: Mapping[str, Rate]
    runs: int


def experience(taken: Iterable[Taken]) -> Experience | None:
    """What jobs teach, the newest last; None where there are none."""
    found: dict[str, list[Taken]] = {}
    for job in taken:
        if job.estimated > 0 and job.seconds > 0:
            found.setdefault(job.operation, []).append(job)
    if not found:
        return None
    newest = {operation: jobs[-_MOST:] for operation, jobs in found.items()}
    runs = {job.run for jobs in newest.values() for job in jobs}
    return Experience({operation: _rate(jobs) for operation, jobs in newest.items()}, len(runs))


def _rate(jobs: list[Taken]) -> Rate:
    logs = [math.log(job.seconds / job.estimated) for job in jobs]
    middle = median(logs)
    spread = math.exp(max(abs(log - middle) for log in logs))
    doubt = _FEWEST_FLOOR if len(jobs) < _TRUSTED else _FLOOR
    return Rate(math.exp(middle), max(doubt, _FLOOR * spread))


def operation_on(operation: str, device: str) -> str:
    """The name under which a job's rate is kept."""
    return f"{operation} on {device}"


__all__ = ["Experience", "Rate", "Taken", "experience", "operation_on"]
