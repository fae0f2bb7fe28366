"""What a report is made from: names, rows and the places of result files.

The report reads the files itself, so that each figure and number in it comes from the record and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from mlipilot.compiler.operations import Role, role_of
from mlipilot.runtime.judgement.verdict import Verdict
from mlipilot.runtime.report.section import Result

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
    results: Sequence[Result] = ()
    """Of the finished jobs."""

    def of_kind(self, kind: str) -> list[Result]:
        """The results of one kind of job."""
        return [result for result in self.results if result.kind == kind]

    @property
    def stages(self) -> list[str]:
        """Names of the stages of all trainings, in order."""
        trainings = [result for result in self.results if role_of(result.kind) is Role.TRAINING]
        return list(dict.fromkeys(stage["name"] for result in trainings for stage in result.params["stages"]))
