"""Stopping a run that another process executes; finished results are kept."""

from __future__ import annotations

import os
import signal
import time

from mlipilot.runtime.foundation.processes import is_here
from mlipilot.runtime.record import Run
from mlipilot.runtime.record.liveness import Life, life
from mlipilot.spec.diagnostics import Diagnostic

MOST_SECONDS = 40.0
"""That a process may take to end its jobs."""


def cancel(run: Run) -> bool | Diagnostic:
    """Stop a run and wait until it is gone: True where it was, False where it was not running; else why not."""
    holder = run.holder()
    if holder is None:
        return False
    if not is_here(holder):
        return Diagnostic("MLP0802", f"`{run.name}` runs on {holder['host']}", help="cancel it there")
    os.kill(holder["pid"], signal.SIGTERM)
    deadline = time.monotonic() + MOST_SECONDS
    while life(holder, ()) is not Life.GONE:
        if time.monotonic() > deadline:
            return Diagnostic("MLP0802", f"process {holder['pid']} has not ended", help=f"`kill -9 {holder['pid']}`")
        time.sleep(0.1)
    return True
