"""Progress where there is no terminal: a line when a job starts and a line when it ends, nothing between."""

from __future__ import annotations

import sys

from mlipilot.runtime.display.words import duration, produced
from mlipilot.runtime.execution.outcome import JobState, State


class PlainWatcher:
    """Writes to standard error, so that standard output stays what was asked for."""

    def begin(self, jobs: list[JobState], notes: list[str]) -> None:
        """Say what was adapted."""
        for note in notes:
            self._say(f"note: {note}")

    def changed(self, job: JobState) -> None:
        """Say that a job started or ended."""
        if job.state is State.RUNNING:
            self._say(f"start    {job.id}")
        elif job.state in (State.FAILED, State.SKIPPED):
            self._say(f"{job.state.value:8} {job.id}: {job.message}")
        else:
            made = produced(job) if job.state is State.DONE else ""
            self._say(f"{job.state.value:8} {job.id}  {duration(job.seconds)}  {made}".rstrip())

    def tick(self) -> None:
        """Stay quiet."""

    def end(self) -> None:
        """Nothing to take down."""

    def _say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)
