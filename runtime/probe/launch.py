"""The launch of a probe: its process is given a minute, and whatever becomes of it is an answer."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

from mlipilot.runtime.engine.forkserver import environment
from mlipilot.runtime.probe.failure import Failure
from mlipilot.runtime.probe.request import Request

SECONDS = 60.0
"""A probe that takes longer is ended."""
COMMAND = (sys.executable, "-m", "mlipilot.runtime.probe")


def launch(
    request: Request, command: tuple[str, ...] = COMMAND, seconds: float | None = None
) -> dict[str, Any] | Failure:
    """What `command` measures of a request within `seconds` (by default `SECONDS`), or why it does not."""
    seconds = SECONDS if seconds is None else seconds
    asked = json.dumps({"body": request.body, "paths": dict(request.paths)})
    try:
        done = subprocess.run(
            command,
            input=asked,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            env=environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Failure(
            "MLP0822",
            f"the dry run took longer than {seconds:g} s and was ended",
            "the estimate stays analytic; a smaller `batch`, or a machine that does nothing else, is probed sooner",
        )
    except OSError as error:
        return Failure("MLP0821", f"the dry run cannot be started: {error.strerror or error}", "")
    if done.returncode != 0:
        return _crash(done.returncode, done.stderr)
    try:
        answer = json.loads(done.stdout)
        if "failure" in answer:
            return Failure(**answer["failure"])
        measured = answer["measured"]
    except (ValueError, TypeError, KeyError):
        return Failure("MLP0821", "the dry run ended without an answer that can be read", "")
    return measured if isinstance(measured, dict) else Failure("MLP0821", "the dry run gave no measurement", "")


def _crash(code: int, errors: str) -> Failure:
    if code == -signal.SIGKILL:
        return Failure(
            "MLP0823", "the dry run was ended by the system, mostly for want of memory", "use a smaller `batch`"
        )
    last = next((line.strip() for line in reversed(errors.splitlines()) if line.strip()), "")
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return Failure(
        "MLP0821",
        f"the dry run crashed: {last[:300]}" if last else f"the dry run crashed with {how}",
        "the training would crash likewise",
    )
