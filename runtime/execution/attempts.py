"""The attempts that a session has open: what an engine says of them counts once, and what it cannot say ends none."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mlipilot.runtime.engine.protocol import Attempt, Began, Ended, Engine, Presence, Waits
from mlipilot.runtime.record import Entry

RECONCILE_SECONDS = 5.0
"""An engine is asked about each open attempt this often."""
PATIENCE_SECONDS = 60.0
"""An attempt that was asked to stop is left open where, for so long, nobody can tell whether it did."""


class Lost(NamedTuple):
    """An attempt that is not there any more, and whose end was not reported."""

    attempt: Attempt


class LeftOpen(NamedTuple):
    """An attempt that was asked to stop, and of which nobody can tell whether it did."""

    attempt: Attempt


Event = Began | Waits | Ended | Lost | LeftOpen


class OpenAttempts:
    """Attempts that were submitted or adopted, until their end is known."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._waiting: set[Attempt] = set()
        self._begun: set[Attempt] = set()
        self._asked_to_stop: dict[Attempt, float] = {}
        self._reconciled = clock()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._begun)

    def submit(self, attempt: Attempt, request: Mapping[str, Any]) -> None:
        """Have an attempt run that was claimed."""
        self._waiting.add(attempt)
        self._engine.submit(attempt, request)

    def adopt(self, attempt: Attempt) -> None:
        """Take over an attempt that an earlier session submitted."""
        self._begun.add(attempt)

    def cancel(self) -> None:
        """Ask all to stop, each once."""
        asked = [attempt for attempt in self._all() if attempt not in self._asked_to_stop]
        self._asked_to_stop |= dict.fromkeys(asked, self._clock())
        if asked:
            self._engine.cancel(asked)

    def poll(self, seconds: float) -> list[Event]:
        """What became of them, waiting at most so long for the first; of an attempt that is not open, nothing."""
        events: list[Event] = []
        for report in self._engine.poll(seconds):
            if report.attempt not in self._waiting and report.attempt not in self._begun:
                continue  # it was reported before, or an end was found without a report
            if not isinstance(report, Waits):
                self._forget(report.attempt)
            if isinstance(report, Began):
                self._begun.add(report.attempt)
            events.append(report)
        if self._clock() - self._reconciled >= RECONCILE_SECONDS:
            self._reconciled = self._clock()
            events += self._reconcile()
        return events

    def _reconcile(self) -> list[Event]:
        events: list[Event] = []
        for attempt in self._all():
            presence = self._engine.reconcile(attempt)
            if presence is Presence.NOT_THERE:
                events.append(Lost(attempt))
            elif presence is Presence.UNKNOWN and self._is_out_of_patience(attempt):
                events.append(LeftOpen(attempt))
            elif attempt in self._waiting:
                # Until its worker gives signs of life, whoever claimed it does.
                with contextlib.suppress(OSError):
                    os.utime(Entry(attempt.folder).file("intent", attempt.number))
        for event in events:
            self._forget(event.attempt)
        return events

    def _is_out_of_patience(self, attempt: Attempt) -> bool:
        asked = self._asked_to_stop.get(attempt)
        return asked is not None and self._clock() - asked > PATIENCE_SECONDS

    def _all(self) -> list[Attempt]:
        return [*self._waiting, *self._begun]

    def _forget(self, attempt: Attempt) -> None:
        self._waiting.discard(attempt)
        self._begun.discard(attempt)
