"""What jobs do, one module a kind, each with an `OPERATION`: run, what is measured of its files, its part of a report.

`MODULES` is the table of kinds, in the order in which a report shows them. A module is imported when its kind is
looked up, and imports torch only when a job runs.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path

from mlipilot.runtime.judgement.measured import Measured
from mlipilot.runtime.operations.operation import Measuring, Operation, Probed
from mlipilot.spec.schema import Metric

MODULES = {
    kind: f"{__name__}.{kind}"
    for kind in (
        "label",
        "dataset",
        "train",
        "evaluate",
        "dynamics",
        "static",
        "speed",
        "encode",
        "compare",
        "verdict",
        "seal",
    )
}


def operation(kind: str) -> Operation:
    """What jobs of a kind do."""
    found = importlib.import_module(MODULES[kind]).OPERATION
    assert isinstance(found, Operation)
    return found


def measuring(kind: str) -> Measuring:
    """What jobs of a kind that measures a model do."""
    found = operation(kind)
    assert isinstance(found, Measuring)
    return found


def measure(
    metric: Metric, files: Mapping[str, Path], arguments: Mapping[str, str], stage: str, confidence: float
) -> Measured:
    """A metric of the catalogue with its bounds, by the kind of job that measures it."""
    return measuring(metric.operation).measure(metric, files, arguments, stage, confidence)


__all__ = ["MODULES", "Measuring", "Operation", "Probed", "measure", "measuring", "operation"]
