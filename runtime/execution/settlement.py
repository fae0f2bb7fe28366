"""The device time of attempts, and what an earlier session left open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from mlipilot.runtime.engine.protocol import Attempt, Presence
from mlipilot.runtime.execution.outcome import State
from mlipilot.runtime.execution.progress import last_line
from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.record import Entry, Journal, Workspace
from mlipilot.runtime.record.about import About, about_jobs

_SAME_SECONDS = 1e-6


def device_seconds(entry: Entry, attempt: int, began: float) -> float:
    """Of an attempt that ended, as its record says; without one, from its begin to its last sign of life.

    `began` is in seconds since the epoch.
    """
    record = entry.exit(attempt)
    if record is not None:
        return float(record["seconds"])
    beat = read_json(entry.file("hb", attempt)) or {}
    progress = last_line(entry.file("progress", attempt), 0)[0] or {}
    return max(float(beat.get("time", 0.0)), float(progress.get("time", 0.0)), began) - began


def correct(journal: Journal, workspace: Workspace, entries: Iterable[Mapping[str, Any]]) -> float:
    """Enter what ends without a record took after all, where the record came later: its job lived on unseen.

    `entries` are those of the journal so far; returns the device seconds that were entered now.
    """
    told: dict[tuple[str, int], float] = {}
    found = 0.0
    for entry in entries:
        if entry["event"] == "ended" and entry.get("recorded") is False:
            told[entry["key"], entry["attempt"]] = float(entry["device_seconds"])
        elif entry["event"] == "corrected":
            told[entry["of"], entry["attempt"]] += float(entry["device_seconds"])
    for (key, number), seconds in told.items():
        record = workspace.store.entry(key).exit(number)
        if record is not None and abs(more := float(record["seconds"]) - seconds) > _SAME_SECONDS:
            journal.append("corrected", of=key, attempt=number, device_seconds=more)
            found += more
    return found


class Open(NamedTuple):
    """An attempt that an earlier session began, and that may be under way."""

    number: int
    started: float


class Settlement(NamedTuple):
    """What earlier sessions of a run leave to this one."""

    device_seconds: float
    """Of all attempts that ended."""
    open: dict[str, Open]
    """By the key of the job."""


def settle(
    journal: Journal,
    workspace: Workspace,
    ask: Callable[[Attempt], Presence],
    message: str = "its supervisor was killed",
) -> Settlement:
    """Close attempts that nobody follows and that are known to have ended, with a message; the others stay open."""
    begun: dict[tuple[str, int], tuple[About, float]] = {}
    seconds = correct(journal, workspace, journal.entries)
    seconds += sum(float(entry["device_seconds"]) for entry in journal.entries if entry["event"] == "corrected")
    for about, entry in about_jobs(journal.entries):
        if entry["event"] == "started":
            begun[about.key, entry["attempt"]] = about, float(entry["time"])
        elif entry["event"] == "ended" and begun.pop((about.key, entry["attempt"]), None) is not None:
            seconds += float(entry.get("device_seconds", 0.0))
    left: dict[str, Open] = {}
    for (key, number), (about, started) in begun.items():
        folder = workspace.store.entry(key)
        if ask(Attempt(folder.folder.absolute(), number)) is not Presence.NOT_THERE:
            left[key] = Open(number, started)
            continue
        ago = folder.begun_seconds_ago(number)
        began = started if ago is None else max(started, time.time() - ago)
        spent = device_seconds(folder, number, began)
        seconds += spent
        is_done = folder.is_done() and folder.last_attempt == number
        journal.append(
            "ended",
            **about.document(),
            attempt=number,
            state=(State.DONE if is_done else State.STOPPED).value,
            code="",
            message="" if is_done else message,
            device_seconds=spent,
            recorded=folder.exit(number) is not None,
            cpu_seconds=None,
            peak_bytes=None,
        )
    return Settlement(seconds, left)
