"""Whether a process that left a record still lives: what leases, attempts, `logs` and `cancel` ask.

A process renews a file every `BEAT_SECONDS`. How old that file is, the file system's own clock tells: clocks of hosts
differ by minutes, and a file made now in the same folder has the time of the same server.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from mlipilot.runtime.foundation.processes import is_alive, is_here

BEAT_SECONDS = 15.0
STALE_SECONDS = 120.0
"""A process on another host that gave no sign for longer is gone."""
STOP_SECONDS = 90.0
"""A process that could give no sign for longer stops by itself: well before another may take it to be gone."""


class Life(StrEnum):
    """What can be told of a process from here."""

    ALIVE = "alive"
    SUSPECT = "suspect"
    """It is there and gives no sign, or nobody can tell: never taken over."""
    GONE = "gone"


Clock = Callable[[Path], float | None]
"""Tells the time of the file system that holds a folder; None where it cannot be asked."""


def file_clock(folder: Path) -> float | None:
    """The file system's time now, in seconds since the epoch: that of a file which is made for it."""
    path = folder / f".clock-{os.uname().nodename}-{os.getpid()}-{threading.get_ident()}"
    try:
        path.touch()
        os.utime(path)
        now = path.stat().st_mtime
        path.unlink()
    except OSError:
        return None
    return now


def silence(beats: Iterable[Path], clock: Clock = file_clock) -> float | None:
    """Seconds since the newest of some files of a folder was renewed; None where that cannot be told."""
    found = [(path.parent, time) for path in beats if (time := _renewed(path)) is not None]
    if not found:
        return None
    folder, last = max(found, key=lambda pair: pair[1])
    now = clock(folder)
    return None if now is None else max(0.0, now - last)


def _renewed(path: Path) -> float | None:
    """When a file was renewed; it is opened, so that a network file system asks its server."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        return os.fstat(handle).st_mtime
    except OSError:
        return None
    finally:
        os.close(handle)


def life(record: Mapping[str, Any], beats: Iterable[Path], clock: Clock = file_clock) -> Life:
    """Whether the process of a record lives, which renews `beats`.

    On this host the process decides: without it, it is gone at once; with it, it is never more than suspect. On
    another host the beats decide, and where their age cannot be told, it is suspect.
    """
    if is_here(record):
        pid, started = record.get("pid"), record.get("started")
        if not isinstance(pid, int) or not is_alive(pid, started if isinstance(started, int) else None):
            return Life.GONE
        return Life.SUSPECT if (silence(beats, clock) or 0.0) > STALE_SECONDS else Life.ALIVE
    silent = silence(beats, clock)
    if silent is None:
        return Life.SUSPECT
    return Life.GONE if silent > STALE_SECONDS else Life.ALIVE
