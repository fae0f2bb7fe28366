"""A line at least every minute of a job that takes long, where there is no terminal to redraw."""

from __future__ import annotations

import time
from collections.abc import Callable

from mlipilot.runtime.display.words import detail, duration, remaining
from mlipilot.runtime.execution.outcome import JobState, State

MINUTE = 60.0


class Minutes:
    """The jobs that run, and when each was last spoken of; `clock` gives seconds since the epoch, as starts are."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._said: dict[str, float] = {}
        self._jobs: dict[str, JobState] = {}

    def changed(self, job: JobState) -> None:
        """A job began, which is said elsewhere, or ended."""
        if job.state is State.RUNNING:
            self._jobs[job.id], self._said[job.id] = job, self._clock()
        else:
            self._jobs.pop(job.id, None)
            self._said.pop(job.id, None)

    def due(self) -> list[str]:
        """A line for each job that nothing was said of for a minute: how long it runs, what it does, what is left."""
        now = self._clock()
        lines = []
        for name, job in self._jobs.items():
            if now - self._said[name] >= MINUTE:
                self._said[name] = now
                lines.append(self._line(job, now))
        return lines

    def _line(self, job: JobState, now: float) -> str:
        left = remaining(job, now)
        words = (job.id, duration(max(0.0, now - job.started)), detail(job), f"about {left} left" if left else "")
        return "running  " + "  ".join(word for word in words if word)


__all__ = ["MINUTE", "Minutes"]
