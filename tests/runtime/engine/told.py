"""A fork server that imports nothing, whose jobs do what they are told: what tests of engines submit."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from scripted import claimed

from mlipilot.runtime.engine.protocol import Attempt, Engine, Report, Setting
from mlipilot.runtime.record.store import Entry

SCRIPTED = """
import os, signal, sys, time, types
from mlipilot.runtime.foundation.failures import JobFailure, Stopped

def publish(context):
    (context.out / "made").write_text("whole")

def fail(context):
    raise JobFailure("MLP0810", "it diverged", "a smaller step")

def die(context):
    os.kill(os.getpid(), signal.SIGKILL)

def wait(context):
    while not context.stop_requested():
        time.sleep(0.005)
    raise Stopped

def hang(context):
    (context.scratch / "pids").write_text(f"{os.getpid()} {os.getppid()}")
    time.sleep(60)

def work(context):
    until = time.process_time() + 0.3
    while time.process_time() < until:
        pass

module = types.ModuleType("scripted")
module.OPERATION = types.SimpleNamespace(run=lambda context: globals()[context.params["script"]](context))
sys.modules[module.__name__] = module
"""
"""A module whose jobs do what they are told."""
SERVER = f"""{SCRIPTED}
from mlipilot.runtime.engine import forkserver
forkserver.PRELOAD = {{'models': ()}}
forkserver.main(int(sys.argv[1]))
"""


def server(descriptor: int) -> list[str]:
    """A fork server that imports nothing, and knows of jobs that do what they are told."""
    return [sys.executable, "-c", SERVER, str(descriptor)]


def setting(folder: Path) -> Setting:
    return Setting({"workers": 1}, 1, folder)


def asked(script: str, attempt: Attempt) -> dict[str, Any]:
    """What the worker of an attempt is given."""
    return {
        "id": "scripted/here",
        "module": "scripted",
        "folder": str(attempt.folder),
        "attempt": attempt.number,
        "log": str(Entry(attempt.folder).log(attempt.number)),
        "params": {"script": script},
        "inputs": {},
        "threads": 1,
        "device": "cpu",
        "backend": "",
    }


def submitted(engine: Engine, folder: Path, script: str) -> Attempt:
    attempt = claimed(folder)
    engine.submit(attempt, asked(script, attempt))
    return attempt


def until(engine: Engine, kind: type[Report]) -> list[Report]:
    """Reports until the first of a kind, which is the last of them."""
    reports: list[Report] = []
    deadline = time.monotonic() + 240
    while not any(isinstance(report, kind) for report in reports):
        assert time.monotonic() < deadline
        reports += engine.poll(0.05)
    return reports
