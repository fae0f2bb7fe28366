"""What a job is given: parameters, inputs, a private folder, and two ways to speak.

A job knows nothing of the store, the journal or the engine, so that the same function runs locally, on a
cluster and in a test.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlipilot.runtime.foundation.figures import with_unit

KNOWN = "known"
"""Of the last line of progress: parts of the work that were done before, so that its time says little of such jobs."""
_WORDS = ("phase", "done", "total", "unit", "note", "result")


def _never() -> bool:
    return False


@dataclass(frozen=True)
class JobContext:
    """All that a job may touch."""

    params: Mapping[str, Any]
    """Parameters, as the plan has them (eV, Å, fs, K)."""
    inputs: Mapping[str, Path]
    """Files of finished jobs, by role."""
    out: Path
    """Private folder; published by one rename when the job returns."""
    scratch: Path
    """Folder that outlives a killed attempt: checkpoints."""
    shelf: Path | None = None
    """Folder of what was computed before, by its content, that jobs of all specs of a workspace share."""
    threads: int = 1
    device: str = "cpu"
    backend: str = "mace"
    """What trains or evaluates models."""
    progress_file: Path | None = None
    stop_requested: Callable[[], bool] = field(default=_never)
    """True once the job was asked to stop; the job then saves what it needs and raises `Stopped`."""

    remarks: list[str] = field(default_factory=list)
    """What the record of the attempt should say besides its end."""

    def remark(self, text: str) -> None:
        """Print a line, and have the attempt's record keep it."""
        self.remarks.append(text)
        print(f"{time.strftime('%H:%M:%S')}  note: {text}", flush=True)

    def progress(self, **event: Any) -> None:
        """Append one line of progress, and a line to the job's log.

        Keys that the terminal shows: `phase`, `done`, `total`, `unit`, `note`, and at the end `result`, what the job
        produced in a few words; any other is a figure, in eV, Å, fs, K. A figure that is not finite is written as null.
        """
        if self.progress_file is None:
            return
        known = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in event.items()}
        with self.progress_file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"time": time.time(), **known}) + "\n")
        count = f"{event.get('unit', '')} {event['done']}/{event['total']}" if event.get("total") else ""
        figures = [
            f"{k} {with_unit(k, v)}" if isinstance(v, float) else f"{k} {v}"
            for k, v in event.items()
            if k not in _WORDS
        ]
        closing = [event.get("note", ""), event.get("result", "")]
        words = [time.strftime("%H:%M:%S"), event.get("phase", ""), count, *figures, *closing]
        print("  ".join(str(word).strip() for word in words if word), flush=True)
