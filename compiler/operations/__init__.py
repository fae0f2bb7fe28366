"""What a job can do, one module a kind: its parameters, its jobs, what they cost, and where they were written.

`OPERATIONS` is the table of kinds, in the order in which a run has them. A new one is a module here, a module of the
same name in `mlipilot.runtime.operations`, and a line in each table.
"""

from __future__ import annotations

from collections.abc import Iterable

from mlipilot.compiler.operations import (
    compare,
    dataset,
    dynamics,
    encode,
    evaluate,
    label,
    seal,
    speed,
    static,
    train,
    verdict,
)
from mlipilot.compiler.operations.operation import Lowering, Measuring, Operation, Probed, Role, distinct
from mlipilot.compiler.plan import Job
from mlipilot.spec.schema import METRICS

OPERATIONS: dict[str, Operation] = {
    module.OPERATION.kind: module.OPERATION
    for module in (label, dataset, train, evaluate, dynamics, static, speed, encode, compare, verdict, seal)
}


def measuring() -> list[Measuring]:
    """The kinds that measure a trained model."""
    return [operation for operation in OPERATIONS.values() if isinstance(operation, Measuring)]


def probed() -> list[Probed]:
    """Those of them that a probe tries."""
    return [operation for operation in measuring() if isinstance(operation, Probed)]


def measured_by(metric: str) -> Measuring:
    """The kind of job that measures a metric of the catalogue."""
    found = OPERATIONS[METRICS[metric].operation]
    assert isinstance(found, Measuring)
    return found


def role_of(kind: str) -> Role:
    """What jobs of a kind are for."""
    return OPERATIONS[kind].role


def with_role(jobs: Iterable[Job], *roles: Role) -> list[Job]:
    """Those of some jobs that are for this."""
    return [job for job in jobs if role_of(job.kind) in roles]


def measurement_jobs(lowering: Lowering) -> list[tuple[Job, Measuring]]:
    """What measures the models of a spec: each thing that a rule or a block asks for, once a seed."""
    return [(job, operation) for operation in measuring() for job in distinct(operation.jobs(lowering))]


__all__ = [
    "OPERATIONS",
    "Lowering",
    "Measuring",
    "Operation",
    "Probed",
    "Role",
    "measured_by",
    "measurement_jobs",
    "measuring",
    "probed",
    "role_of",
    "with_role",
]
