"""Progress where there is no terminal: a line when a job starts, one a minute while it runs, one when it ends."""

from __future__ import annotations

import sys

from mlipilot.runtime.display.minutes import Minutes
from mlipilot.runtime.display.words import duration, produced
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.foundation.lenient import Lenient


class PlainWatcher:
    """Writes to standard error, so that standard output stays what was asked for."""

    def __init__(self, minutes: Minutes | None = None) -> None:
        self._minutes = minutes or Minutes()

    def begin(self, jobs: list[JobState], notes: list[str]) -> None:
        """Say what was adapted."""
        for note in notes:
            self._say(f"note: {note}")

    def changed(self, job: JobState) -> None:
        """Say that a job started or ended."""
        self._minutes.changed(job)
        if job.state is State.RUNNING:
            self._say(f"start    {job.id}")
        elif job.state in (State.FAILED, State.SKIPPED):
            self._say(f"{job.state.value:8} {job.id}: {job.message}")
        else:
            made = produced(job) if job.state is State.DONE else job.message
            self._say(f"{job.state.value:8} {job.id}  {duration(job.seconds)}  {made}".rstrip())

    def tick(self) -> None:
        """Say how far jobs are that run for long."""
        for line in self._minutes.due():
            self._say(line)

    def end(self) -> None:
        """Nothing to take down."""

    def _say(self, line: str) -> None:
        print(line, file=Lenient(sys.stderr), flush=True)
