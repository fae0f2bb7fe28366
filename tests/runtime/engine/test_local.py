"""The local engine alone: processes that are killed, a server that dies or lacks a package, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from told import server, setting, submitted, until

from mlipilot.runtime.engine import local
from mlipilot.runtime.engine.local import LocalEngine
from mlipilot.runtime.engine.protocol import Attempt, Began, Ended
from mlipilot.runtime.foundation.processes import start_time


def processes(attempt: Attempt) -> list[int]:
    """The process of an attempt that hangs, and its server's."""
    path, deadline = attempt.folder / "scratch" / "pids", time.monotonic() + 300
    while not path.exists() or len(path.read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return [int(number) for number in path.read_text().split()]


def assert_ends(process: int) -> None:
    deadline = time.monotonic() + 300
    while start_time(process) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_process_ends_with_what_it_used(tmp_path: Path, folder: Path) -> None:
    with LocalEngine(setting(tmp_path), server=server) as engine:
        submitted(engine, folder, "work")
        ended = until(engine, Ended)[-1]

    assert isinstance(ended, Ended)
    assert ended.cpu_seconds is not None
    assert ended.cpu_seconds >= 0.3
    assert ended.peak_bytes > 1_000_000


def test_no_process_is_left_after_leaving(tmp_path: Path, folder: Path) -> None:
    with LocalEngine(setting(tmp_path), server=server) as engine:
        found = processes(submitted_and_begun(engine, folder))
    for process in found:
        assert_ends(process)


def submitted_and_begun(engine: LocalEngine, folder: Path) -> Attempt:
    attempt = submitted(engine, folder, "hang")
    until(engine, Began)
    return attempt


def test_a_process_whose_server_ended_before_it_could_ask_to_be_told_ends_at_once() -> None:
    lines = "import sys; from mlipilot.runtime.foundation.processes import die_with_parent; die_with_parent(1 << 30)"
    assert subprocess.run([sys.executable, "-c", f"{lines}; print('here')"], check=False).returncode == -signal.SIGKILL


def test_a_process_that_does_not_stop_is_killed_after_a_while(tmp_path: Path, folder: Path) -> None:
    now = [0.0]
    with LocalEngine(setting(tmp_path), server=server, clock=lambda: now[0]) as engine:
        attempt = submitted_and_begun(engine, folder)
        engine.cancel([attempt])
        assert engine.poll(0.05) == []
        now[0] = local.STOP_SECONDS + 1
        ended = until(engine, Ended)[-1]

    assert isinstance(ended, Ended)
    assert "SIGKILL" in ended.reason


def test_a_server_that_lacks_a_package_ends_with_a_fault(tmp_path: Path, folder: Path) -> None:
    def lacking(descriptor: int) -> list[str]:
        lines = "from mlipilot.runtime.engine import forkserver; forkserver.PRELOAD = {'models': ('no_such_package',)}"
        return [sys.executable, "-c", f"import sys; {lines}; forkserver.main(int(sys.argv[1]))", str(descriptor)]

    with LocalEngine(setting(tmp_path), server=lacking) as engine:
        attempt = submitted(engine, folder, "publish")
        assert engine.preparing
        ended = until(engine, Ended)[-1]

    assert isinstance(ended, Ended)
    assert (ended.attempt, ended.is_stopped) == (attempt, True)
    assert engine.has_ended
    assert engine.fault is not None
    assert (engine.fault.code, "no_such_package" in engine.fault.headline) == ("MLP0801", True)


def test_with_the_server_all_its_attempts_end(tmp_path: Path, folder: Path) -> None:
    with LocalEngine(setting(tmp_path), server=server) as engine:
        job, process = processes(submitted_and_begun(engine, folder))
        os.kill(process, signal.SIGKILL)
        ended = until(engine, Ended)[-1]
    assert_ends(job)

    assert isinstance(ended, Ended)
    assert "SIGKILL" in ended.reason
    assert engine.has_ended
    assert engine.fault is None
