"""Who looks on while jobs run."""

from __future__ import annotations

from typing import Protocol

from mlipilot.runtime.execution.outcome import JobState


class Watcher(Protocol):
    """Someone who looks on: the terminal, or nobody."""

    def begin(self, jobs: list[JobState], notes: list[str]) -> None:
        """The jobs, before any is started."""

    def changed(self, job: JobState) -> None:
        """A job's state changed."""

    def tick(self) -> None:
        """Time passed; progress may have."""

    def end(self) -> None:
        """Nothing more will happen."""


class Silent:
    """Nobody looks on."""

    def begin(self, jobs: list[JobState], notes: list[str]) -> None:
        """Nothing."""

    def changed(self, job: JobState) -> None:
        """Nothing."""

    def tick(self) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""
