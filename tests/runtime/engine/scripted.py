"""Engines for tests: one that runs nothing and does what a test wrote, and one that tells of another unreliably."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from mlipilot.runtime.engine.ownership import Ownership
from mlipilot.runtime.engine.presence import by_signs
from mlipilot.runtime.engine.protocol import Attempt, Began, Cause, Ended, Engine, Presence, Report, Setting
from mlipilot.runtime.foundation.atomic_files import write_json
from mlipilot.runtime.record.store import Entry
from mlipilot.spec.diagnostics import Diagnostic

SECONDS = 7.0
"""What each attempt says that it took."""


class ScriptedEngine:
    """Attempts that do at once what `script` says: `publish`, `fail`, `die`, or `wait` until they are asked to stop."""

    def __init__(self, setting: Setting | None = None, script: str = "publish", capacity: int = 2) -> None:
        self.script = script
        self.capacity, self.threads = capacity, 1
        self.notes = ["this engine is scripted"]
        self.preparing = ""
        self.begins = True
        """Whether attempts begin when they are submitted."""
        self.cause = Cause.OWN
        """Of the ends that are told."""
        self.has_ended = False
        self.fault: Diagnostic | None = None
        self.submitted: list[Attempt] = []
        self.cancelled: list[Attempt] = []
        self.running: set[Attempt] = set()
        self.untold: list[Report] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.running.clear()

    def submit(self, attempt: Attempt, request: Mapping[str, Any]) -> None:
        self.submitted.append(attempt)
        self.running.add(attempt)
        ownership = Ownership(Entry(attempt.folder), attempt.number)
        assert ownership.take()
        assert ownership.renew()
        self.untold += [Began(attempt)] if self.begins else []
        script = request.get("params", {}).get("script", self.script)
        if script != "wait":
            self.end(attempt, script)

    def end(self, attempt: Attempt, how: str) -> None:
        """Have an attempt end."""
        entry = Entry(attempt.folder)
        if how == "publish":
            out = entry.folder / f".out-{attempt.number}-0"
            out.mkdir()
            (out / "made").write_text("whole")
            entry.publish(out)
        record: dict[str, Any] = {
            "publish": {"class": "ok"},
            "stop": {"class": "stopped"},
            "fail": {"class": "failed", "code": "MLP0810", "message": "it diverged", "help": "a smaller step"},
        }.get(how, {})
        if record:
            write_json(entry.file("exit", attempt.number), {**record, "seconds": SECONDS, "time": time.time()})
        self.running.discard(attempt)
        self.untold.append(Ended(attempt, how == "stop", "it died", 1.0, 2, cause=self.cause))

    def preempt(self, attempt: Attempt) -> None:
        """Have an attempt save what it has, and end since its node is needed."""
        write_json(Entry(attempt.folder).file("exit", attempt.number), {"class": "stopped", "seconds": SECONDS})
        self.running.discard(attempt)
        self.untold.append(Ended(attempt, cause=Cause.PREEMPTED))

    def poll(self, seconds: float) -> list[Report]:
        told, self.untold = self.untold, []
        return told

    def cancel(self, attempts: Iterable[Attempt]) -> None:
        for attempt in attempts:
            self.cancelled.append(attempt)
            if attempt in self.running:
                self.end(attempt, "stop")

    def reconcile(self, attempt: Attempt) -> Presence:
        if attempt in self.running:
            return Presence.THERE
        return Presence.NOT_THERE if attempt in self.submitted else by_signs(attempt)


class Unreliable:
    """Another engine, of which ends are told as a test wants it, and which cannot always be asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.times = 1
        """How often the end of an attempt is told."""
        self.is_deaf = False
        self.kept: list[Report] = []
        """Ends that were not told."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def __enter__(self) -> Self:
        self._engine.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.__exit__(None, None, None)

    def poll(self, seconds: float) -> list[Report]:
        told: list[Report] = []
        for report in self._engine.poll(seconds):
            if isinstance(report, Began):
                told.append(report)
            else:
                told += [report] * self.times
                self.kept += [] if self.times else [report]
        return told

    def tell(self) -> None:
        """Have what was kept told late."""
        self.times, untold, poll = 1, self.kept, self._engine.poll
        self._engine.poll = lambda seconds: untold + poll(seconds)  # type: ignore[method-assign]

    def reconcile(self, attempt: Attempt) -> Presence:
        return Presence.UNKNOWN if self.is_deaf else self._engine.reconcile(attempt)


def claimed(folder: Path) -> Attempt:
    """A new attempt in the folder of a key, whose last one has ended."""
    number = Entry(folder).claim(ended=Entry(folder).last_attempt)
    assert number is not None
    return Attempt(folder, number)
