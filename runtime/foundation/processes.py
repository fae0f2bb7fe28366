"""Which process is meant: a number and a start time, so that a reused number is not mistaken for it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

_PR_SET_PDEATHSIG = 1
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""Bytes of one unit of `ru_maxrss`."""


def start_time(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None where it is gone or the system does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    # A zombie has ended, though its number is still taken.
    return None if fields[0] == "Z" else int(fields[19])


def is_alive(pid: int, started: int | None) -> bool:
    """Whether the process that had this number and start time still runs."""
    if sys.platform == "linux":
        now = start_time(pid)
        return now is not None and (started is None or now == started)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def identity() -> dict[str, int | str | None]:
    """This process, as records name it."""
    pid = os.getpid()
    return {"pid": pid, "started": start_time(pid), "host": os.uname().nodename}


def is_here(record: Mapping[str, object]) -> bool:
    """Whether the process of a record was started on this host."""
    return record.get("host") == os.uname().nodename


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that ends (Linux).

    The kernel tells of an end that is to come: where the parent has ended before it was asked, this process ends here.
    """
    if sys.platform == "linux":
        import ctypes  # of all that keeps records, only what is started needs it

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
