"""What a report is made from: names, rows and the places of result files.

The report reads the files itself, so that each figure and number in it comes from the record and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from mlipilot.runtime.judgement.verdict import Verdict

State = Literal["done", "reused", "failed", "skipped", "pending", "stopped"]


@dataclass(frozen=True)
class JobRow:
    """One job of the plan and what became of it."""

    id: str
    kind: str
    state: State
    seconds: float | None = None
    """Of device time over all attempts; of the original run where the result was reused."""
    attempts: int = 0
    key: str = ""
    message: str = ""
    code: str = ""
    help: str = ""


@dataclass(frozen=True)
class TrainingResult:
    """Files of one train job."""

    seed: int
    history: Path
    """history.parquet"""
    training: Path
    """training.json"""
    stages: Sequence[str]
    """Names of the stages, in order."""


@dataclass(frozen=True)
class Evaluation:
    """Files of one evaluate job."""

    seed: int
    split: str
    """As the spec names it: `cu.test`."""
    folder: Path
    """Holds predictions-<stage>.npz."""


@dataclass(frozen=True)
class DynamicsResult:
    """Files of one dynamics job."""

    name: str
    seed: int
    ensemble: str
    """`nve` or `nvt`."""
    folder: Path
    """Holds thermo.parquet, trajectory.npz and dynamics.json."""


@dataclass(frozen=True)
class SpeedResult:
    """File of one speed job."""

    seed: int
    path: Path
    """speed.json"""
    target: str = ""
    """As the spec names it: `cu.cell(4, 4, 4)`."""


@dataclass(frozen=True)
class ReportInput:
    """A run, finished or not. Whatever is missing is shown as not known."""

    name: str
    question: str = ""
    verdict: Verdict | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Of spec, scorecard and plan."""
    packages: Mapping[str, str] = field(default_factory=dict)
    hardware: Mapping[str, Any] = field(default_factory=dict)
    jobs: Sequence[JobRow] = ()
    device_seconds: float | None = None
    wall_seconds: float | None = None
    model_path: Path | str | None = None
    """Of the model handed out."""
    trainings: Sequence[TrainingResult] = ()
    evaluations: Sequence[Evaluation] = ()
    dynamics: Sequence[DynamicsResult] = ()
    speeds: Sequence[SpeedResult] = ()
