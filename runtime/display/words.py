"""Words for durations and progress, shared by the terminal, the log and `status`."""

from __future__ import annotations

import math
import time
from typing import Any

from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.foundation.figures import with_unit
from mlipilot.spec.numerals import long_time

MARKS = {
    State.PENDING: "·",
    State.RUNNING: "▶",
    State.REUSED: "=",
    State.DONE: "✓",
    State.FAILED: "✗",
    State.STOPPED: "■",
    State.SKIPPED: "-",
}
_YEAR = 366 * 86_400
"""Seconds, beyond which hours and minutes say nothing."""
_FIGURES = ("loss", "force_rmse", "energy_rmse")


def duration(seconds: float) -> str:
    """`12.3 s`, `4:05`, `1:02:03`; beyond a year in words."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    if not seconds < _YEAR:
        return long_time(seconds)
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def share(progress: dict[str, Any]) -> float | None:
    """How much of a job is done, from 0 to 1; None where it does not say."""
    done, total = progress.get("done"), progress.get("total")
    return (
        min(1.0, done / total) if isinstance(done, (int, float)) and isinstance(total, (int, float)) and total else None
    )


def detail(state: JobState) -> str:
    """What a running job does: phase, count, figures."""
    progress = state.progress
    words = []
    if progress.get("phase") and progress["phase"] != state.kind:
        words.append(str(progress["phase"]))
    if progress.get("total"):
        words.append(f"{progress.get('unit', '')} {progress.get('done', 0):,}/{progress['total']:,}".strip())
    for name in _FIGURES:
        value = progress.get(name)
        if isinstance(value, (int, float)) and math.isfinite(value):
            # The unit tells a force from an energy; a loss has none, and keeps its name.
            words.append(f"loss {with_unit(name, value)}" if name == "loss" else with_unit(name, value))
    if progress.get("note"):
        words.append(str(progress["note"]))
    return "  ".join(words)


def produced(state: JobState) -> str:
    """What a finished job produced, in a few words; empty where it did not say."""
    return str(state.progress.get("result", ""))


def remaining(state: JobState, now: float | None = None) -> str:
    """Time left at the pace so far; empty where that cannot be said yet."""
    part = share(state.progress)
    elapsed = (time.time() if now is None else now) - state.started
    if part is None or part <= 0.02 or elapsed < 2:
        return ""
    return duration(elapsed * (1 - part) / part)
