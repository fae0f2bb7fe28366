"""What an engine is asked and what it answers: whoever has jobs run knows no more of where they do.

An engine tells by `poll` what it learns by itself. It may tell it late, twice or never; `reconcile` asks about one
attempt, and an answer that could not be had is `UNKNOWN`, which is not an end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

from mlipilot.spec.diagnostics import Diagnostic


class Attempt(NamedTuple):
    """One attempt of one job: the only one of its number in the folder of its key."""

    folder: Path
    number: int

    @property
    def token(self) -> str:
        """Its name for an engine, known before it is submitted."""
        return f"mlp-{self.folder.name}-{self.number}"


class Presence(StrEnum):
    """Whether an attempt is waiting or running."""

    THERE = "there"
    NOT_THERE = "not there"
    UNKNOWN = "unknown"
    """Nobody could be asked."""


class Cause(StrEnum):
    """What ended an attempt that left no result, as far as its engine can tell."""

    OWN = "its own"
    """The job itself; its record says more."""
    SILENT = "killed"
    """Something that left no trace."""
    LOST = "lost"
    """Whoever was to start it forgot it before it began."""
    PREEMPTED = "preempted"
    NODE = "node"
    TIME = "time limit"
    DEADLINE = "deadline"
    MEMORY = "memory"
    CANCELLED = "cancelled"
    """By somebody else."""


class Began(NamedTuple):
    """An attempt began to run."""

    attempt: Attempt
    seconds_ago: float = 0.0
    """As far as its engine can tell."""


class Ended(NamedTuple):
    """An attempt ended; its folder tells whether well, and shows the record by now if there is one."""

    attempt: Attempt
    is_stopped: bool = False
    """It was asked to stop, and did."""
    reason: str = ""
    """Why it ended, in words, where it left no record."""
    cpu_seconds: float | None = None
    peak_bytes: int | None = None
    is_refused: bool = False
    """Its folder cannot be written: no fault of the job."""
    cause: Cause = Cause.OWN


class Waits(NamedTuple):
    """An attempt waits; told again where the reason is another one."""

    attempt: Attempt
    why: str
    """In words, after `it waits`: `for free nodes`."""


Report = Began | Waits | Ended


MODELS, ENCODINGS = "models", "encodings"
"""What jobs work with: torch and MACE, or scikit-learn alone."""


class Setting(NamedTuple):
    """What an engine is made from."""

    options: Mapping[str, Any]
    """The fields of the `engine` block."""
    threads: int
    """The most that a job of the plan asks for."""
    folder: Path
    """Of the run, for what the engine itself has to say."""
    needs: str = MODELS
    """What the jobs of the plan work with."""


class Engine(Protocol):
    """Where jobs run. A context: it can be asked to run something once it is entered."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    @property
    def capacity(self) -> int:
        """Attempts that it takes at a time."""

    @property
    def threads(self) -> int:
        """The most that one attempt gets."""

    @property
    def notes(self) -> list[str]:
        """What was adapted of the setting, for the user."""

    @property
    def preparing(self) -> str:
        """What it does before the first attempt can begin; empty once that is done."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing can be started any more."""

    @property
    def fault(self) -> Diagnostic | None:
        """Why it ended, where the user can do something about it."""

    def submit(self, attempt: Attempt, request: Mapping[str, Any]) -> None:
        """Have an attempt run that was claimed; `request` is what its worker is given."""

    def poll(self, seconds: float) -> list[Report]:
        """What became of attempts, waiting at most so long for the first report."""

    def cancel(self, attempts: Iterable[Attempt]) -> None:
        """Ask attempts to stop, and have them killed where they do not; their ends are reported by `poll`."""

    def reconcile(self, attempt: Attempt) -> Presence:
        """Whether an attempt is waiting or running, whoever submitted it."""
