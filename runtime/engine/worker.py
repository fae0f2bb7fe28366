"""One attempt of one job, in its own process: announce, run, publish, and leave a record of how it ended."""

from __future__ import annotations

import importlib
import resource
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlipilot.runtime.engine.exit_codes import FAILED, OK, REFUSED, STOPPED, SUPERSEDED
from mlipilot.runtime.engine.ownership import Ownership
from mlipilot.runtime.foundation.atomic_files import write_json
from mlipilot.runtime.foundation.device import open_device
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.foundation.processes import MAXRSS_BYTES
from mlipilot.runtime.foundation.refused import refused
from mlipilot.runtime.record.store import Entry
from mlipilot.spec.diagnostics.refusal import refusal


def run(request: dict[str, Any]) -> int:
    """Run an attempt and return its exit code; the exit record is written before."""
    entry = Entry(Path(request["folder"]))
    try:
        return _attempt(request, entry)
    except OSError as error:
        if refused(error, entry.folder) is None:
            raise
        print(f"error: {refusal(error, entry.folder).headline}", file=sys.stderr)
        return REFUSED


def _attempt(request: dict[str, Any], entry: Entry) -> int:
    attempt = int(request["attempt"])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if entry.is_done():
        return OK
    ownership = Ownership(entry, attempt)
    if not ownership.take():
        return SUPERSEDED
    with ownership.heartbeat() as heartbeat:
        return _run(request, entry, ownership, lambda: stop.is_set() or not heartbeat.holds())


def _run(request: dict[str, Any], entry: Entry, ownership: Ownership, stop_requested: Callable[[], bool]) -> int:
    attempt, out = ownership.attempt, ownership.out
    out.mkdir()
    entry.scratch.mkdir(exist_ok=True)
    began = time.monotonic()
    record: dict[str, Any] = {"class": "ok"}
    remarks: list[str] = []
    code = OK
    try:
        context = JobContext(
            params=request["params"],
            inputs={role: Path(path) for role, path in request["inputs"].items()},
            out=out,
            scratch=entry.scratch,
            shelf=Path(request["shelf"]) if "shelf" in request else None,
            threads=int(request["threads"]),
            device=request["device"],
            backend=request["backend"],
            progress_file=entry.file("progress", attempt),
            stop_requested=stop_requested,
            remarks=remarks,
        )
        _prepare(context)
        importlib.import_module(request["module"]).OPERATION.run(context)
        if ownership.is_superseded():
            code, record = SUPERSEDED, {"class": "superseded"}
        else:
            entry.publish(out)
            # Checkpoints have served; the result is whole.
            shutil.rmtree(entry.scratch, ignore_errors=True)
    except JobFailure as failure:
        code = FAILED
        record = {"class": "failed", "code": failure.code, "message": failure.message, "help": failure.help}
        print(f"error[{failure.code}]: {failure.message}", file=sys.stderr)
    except Stopped:
        code, record = STOPPED, {"class": "stopped"}
    except MemoryError:
        code, record = FAILED, _crash("the machine has too little memory", "use a smaller batch, or fewer workers")
    except Exception as error:
        refusing = refused(error, entry.folder, request["inputs"].values())
        if refusing is not None:
            said = refusal(refusing, entry.folder)
            print(f"error[{said.code}]: {said.headline}", file=sys.stderr)
            code, record = (
                REFUSED,
                {
                    "class": "refused",
                    "code": said.code,
                    "message": said.headline,
                    "help": said.help,
                    "errno": refusing.errno,
                    "path": str(refusing.filename or entry.folder),
                },
            )
        else:
            traceback.print_exc()
            code, record = (
                FAILED,
                _crash(f"{type(error).__name__}: {error}", f"`mlipilot logs {request['id']}` prints the traceback"),
            )
    finally:
        if out.exists():
            shutil.rmtree(out, ignore_errors=True)
    write_json(
        entry.file("exit", attempt),
        {
            **record,
            **({"remarks": remarks} if remarks else {}),
            **_usage(),
            "rc": code,
            "seconds": time.monotonic() - began,
            "time": time.time(),
        },
    )
    return code


def _usage() -> dict[str, float | int]:
    """What this process and those that it waited for used."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    return {"cpu_seconds": seconds, "peak_bytes": max(own.ru_maxrss, others.ru_maxrss) * MAXRSS_BYTES}


def _crash(message: str, help: str) -> dict[str, Any]:
    return {"class": "crashed", "code": "MLP0803", "message": message.splitlines()[0][:500], "help": help}


def _prepare(context: JobContext) -> None:
    """Give torch its threads, and refuse a device that is not there."""
    torch = sys.modules.get("torch")
    if torch is None:
        return
    torch.set_num_threads(context.threads)
    open_device(context.device)
