"""What became of a plan and of each of its jobs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from mlipilot.runtime.encodings.benchmark.outcome import HOLDS, BenchmarkOutcome
from mlipilot.runtime.foundation.job_context import KNOWN
from mlipilot.runtime.judgement.verdict import Verdict
from mlipilot.runtime.record.about import About
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line


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

    about: About
    state: State = State.PENDING
    attempt: int = 0
    started: float = 0.0
    is_waiting: bool = False
    """Whether its attempt was submitted and has not begun: waiting is no device time."""
    seconds: float = 0.0
    """Wall time of its last attempt."""
    code: str = ""
    message: str = ""
    help: str = ""
    progress: dict[str, Any] = field(default_factory=dict)
    """The last line of progress."""

    @property
    def id(self) -> str:
        """A label to read."""
        return self.about.job

    @property
    def kind(self) -> str:
        """Of the job."""
        return self.about.kind

    @property
    def key(self) -> str:
        """Of its result; empty where it is not known."""
        return self.about.key

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

    def __repr__(self) -> str:
        took = f"in {self.seconds:.1f} s" if self.seconds else ""
        return in_a_line("JobState", f"{self.id}:", self.state.value, took, self.code, self.message)


def was_whole(job: JobState) -> bool:
    """Whether a job was done in one attempt that found nothing of it done before: its time is that of such jobs."""
    return job.state is State.DONE and job.attempt == 1 and not job.progress.get(KNOWN)


def in_states(jobs: list[JobState]) -> str:
    """How many jobs are in which state: `8 jobs: 2 done, 6 reused`."""
    found = Counter(job.state for job in jobs)
    parts = [f"{found[state]} {state.value}" for state in State if found[state]]
    return f"{count(len(jobs), 'job')}: {', '.join(parts)}" if parts else "no job"


@dataclass
class Outcome:
    """How an execution ended."""

    jobs: list[JobState]
    verdict: Verdict | None = None
    benchmarks: tuple[BenchmarkOutcome, ...] = ()
    """Of encodings, in the order of the spec."""
    interrupted: bool = False
    detached: bool = False
    """Whether jobs on other machines continue without this process."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    wall_seconds: float = 0.0
    report: Path | None = None
    """Where the report is, once it is written."""
    model: Path | None = None
    """The accepted model; None where none was accepted."""

    @property
    def is_complete(self) -> bool:
        """Whether every job has a result."""
        return all(job.state.has_result for job in self.jobs)

    @property
    def passes(self) -> bool:
        """Whether all that is required holds: by the scorecard, and by benchmarks of encodings.

        A run with neither is not passed; benchmarks that require nothing are.
        """
        required = [found.required == HOLDS for found in self.benchmarks if found.required]
        required += [self.verdict.is_accepted] if self.verdict is not None else []
        return bool(required or self.benchmarks) and all(required)

    @property
    def ran(self) -> int:
        """Jobs that this execution ran."""
        return sum(job.state in (State.DONE, State.FAILED, State.STOPPED) for job in self.jobs)

    def __repr__(self) -> str:
        said = [self.verdict.outcome] if self.verdict is not None else []
        said += [f"{found.block} {found.required}" for found in self.benchmarks if found.required]
        said += ["interrupted"] if self.interrupted else []
        said += [count(len(self.diagnostics), "diagnostic")] if self.diagnostics else []
        return in_a_line("Outcome", f"{', '.join(said)};" if said else "", in_states(self.jobs))
