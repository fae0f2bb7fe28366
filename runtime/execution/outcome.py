"""What became of a plan and of each of its jobs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mlipilot.runtime.judgement.verdict import Verdict
from mlipilot.spec.diagnostics import Diagnostic


class State(StrEnum):
    """Where a job stands."""

    PENDING = "pending"
    RUNNING = "running"
    REUSED = "reused"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    SKIPPED = "skipped"

    @property
    def has_result(self) -> bool:
        """Whether its result can be used."""
        return self in (State.REUSED, State.DONE)


@dataclass
class JobState:
    """One job's standing in an execution."""

    id: str
    kind: str
    key: str
    state: State = State.PENDING
    attempt: int = 0
    started: float = 0.0
    seconds: float = 0.0
    """Wall time of its last attempt."""
    code: str = ""
    message: str = ""
    help: str = ""
    progress: dict[str, Any] = field(default_factory=dict)
    """The last line of progress."""

    def as_dict(self) -> dict[str, Any]:
        """The standing for programs, as JSON forms show it."""
        return {
            "id": self.id,
            "state": self.state.value,
            "key": self.key,
            "seconds": self.seconds,
            "attempt": self.attempt,
            "code": self.code or None,
            "message": self.message or None,
        }


@dataclass
class Outcome:
    """How an execution ended."""

    jobs: list[JobState]
    verdict: Verdict | None = None
    interrupted: bool = False
    diagnostics: list[Diagnostic] = field(default_factory=list)
    wall_seconds: float = 0.0

    @property
    def is_complete(self) -> bool:
        """Whether every job has a result."""
        return all(job.state.has_result for job in self.jobs)

    @property
    def ran(self) -> int:
        """Jobs that this execution ran."""
        return sum(job.state in (State.DONE, State.FAILED, State.STOPPED) for job in self.jobs)
