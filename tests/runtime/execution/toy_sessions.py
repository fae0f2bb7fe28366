"""Sessions on an engine of a test's own, watched at each tick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlipilot.runtime.execution.outcome import JobState, Outcome, State
from mlipilot.runtime.execution.session import Session
from mlipilot.runtime.execution.supervisor import supervise
from mlipilot.runtime.execution.watcher import Silent
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.record import read_journal

OTHER = {**identity(), "host": "other"}
"""A process of another host."""


class Actor(Silent):
    """A watcher that does something at each tick, and keeps what it is told."""

    def __init__(self, act: Callable[[int], object] = lambda tick: None) -> None:
        self.act, self.ticks = act, 0
        self.notes: list[str] = []
        self.seen: list[tuple[str, State]] = []

    def begin(self, jobs: list[JobState], notes: list[str]) -> None:
        self.notes = notes

    def changed(self, job: JobState) -> None:
        self.seen.append((job.id, job.state))

    def tick(self) -> None:
        self.ticks += 1
        assert self.ticks < 1000
        self.act(self.ticks)


def acting(session: Session, act: Callable[[int], object]) -> Outcome:
    """How a session ends in which this is done at each tick."""
    watcher = session.watcher
    assert isinstance(watcher, Actor)
    watcher.act = act
    return supervise(session)


def entries(session: Session, event: str) -> list[dict[str, Any]]:
    return [entry for entry in read_journal(session.run.journal).entries if entry["event"] == event]
