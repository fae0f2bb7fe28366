"""A toy engine: attempts run in the process that polls it, one after the other."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import torch

from mlipilot.runtime.engine import worker
from mlipilot.runtime.engine.exit_codes import STOPPED
from mlipilot.runtime.engine.presence import by_signs
from mlipilot.runtime.engine.protocol import Attempt, Began, Ended, Presence, Report, Setting
from mlipilot.spec.diagnostics import Diagnostic

TAG = "inline"


class InlineEngine:
    """It tells of the beginning of an attempt, and runs it when it is polled next."""

    capacity = 1
    preparing = ""
    has_ended = False
    fault: Diagnostic | None = None

    def __init__(self, setting: Setting) -> None:
        self.threads = setting.threads
        self.notes = [f"each job waits for the one before it: {setting.options.get('reason', 'it is inline')}"]
        self._waiting: dict[Attempt, Mapping[str, Any]] = {}
        self._begun: set[Attempt] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.clear()

    def submit(self, attempt: Attempt, request: Mapping[str, Any]) -> None:
        """Keep it for the next poll."""
        self._waiting[attempt] = request

    def poll(self, seconds: float) -> list[Report]:
        """Run what has begun, or else begin what waits."""
        new = [attempt for attempt in self._waiting if attempt not in self._begun]
        if new:
            self._begun.update(new)
            return [Began(attempt) for attempt in new]
        waiting, self._waiting = self._waiting, {}
        return [Ended(attempt, _run(request) == STOPPED) for attempt, request in waiting.items()]

    def cancel(self, attempts: Iterable[Attempt]) -> None:
        """An attempt runs within a poll: none is under way here."""

    def reconcile(self, attempt: Attempt) -> Presence:
        """By its signs of life, if it is not one of these."""
        return Presence.THERE if attempt in self._waiting else by_signs(attempt)


def _run(request: Mapping[str, Any]) -> int:
    """Run an attempt, and leave this process as it was."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    precision = torch.get_default_dtype()
    try:
        with (
            Path(request["log"]).open("a", encoding="utf-8") as log,
            contextlib.redirect_stdout(log),
            contextlib.redirect_stderr(log),
        ):
            return worker.run(dict(request))
    finally:
        torch.set_default_dtype(precision)
        for number, handler in handlers.items():
            signal.signal(number, handler)
