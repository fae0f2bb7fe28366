"""The local engine: jobs that start, end and are stopped, and a server that is not there."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mlipilot.runtime.engine.local import BackendMissing, Ended, LocalEngine, Started
from mlipilot.runtime.record.store import Entry

JOBS = "mlipilot.runtime.jobs"
"""The package whose modules are the kinds of jobs."""
DEADLINE = 30.0
"""Seconds after which a test gives up."""
SITE = f'''\
"""Gives a process a kind of job that does as it is told, and hollow libraries, so that it starts at once."""
import os, sys, types

def run(context):
    import signal, time
    does = context.params["does"]
    (context.scratch / "pids").write_text(f"{{os.getpid()}} {{os.getppid()}}")
    if does == "work":
        until = time.process_time() + 0.3
        while time.process_time() < until:
            pass
    elif does == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif does == "wait":
        while not context.stop_requested():
            time.sleep(0.01)
    elif does == "hang":
        time.sleep(600)
    (context.out / "made").write_text(does)

module = types.ModuleType("{JOBS}.told")
module.run = run
sys.modules[module.__name__] = module
for name in ("torch", "mace", "mace.modules", "mace.data", "ase.io", "polars"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["torch"].__dict__.update(set_num_threads=lambda threads: None, device=str)
if os.environ.get("TOLD_LACKS"):
    sys.modules[os.environ["TOLD_LACKS"]] = None
'''


@pytest.fixture(scope="module", autouse=True)
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers that are started know the kind of job `told`."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "sitecustomize.py").write_text(SITE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")])))
        yield


@pytest.fixture(scope="module")
def engine(told: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    """An engine for tests that leave it as it was."""
    with LocalEngine(tmp_path_factory.mktemp("engine") / "engine.log", stop_seconds=0.5) as found:
        yield found


@pytest.fixture
def request_for(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """A request for a job that does as it is told, under an id and in a folder of its own."""

    def make(does: str) -> dict[str, Any]:
        folder = tmp_path / does
        attempt = Entry(folder).claim()
        return {
            "id": f"told/{does}",
            "kind": "told",
            "folder": str(folder),
            "attempt": attempt,
            "params": {"does": does},
            "inputs": {},
            "threads": 1,
            "device": "cpu",
            "log": str(tmp_path / f"{does}.log"),
        }

    return make


def events_until(engine: LocalEngine, is_last: Callable[[Started | Ended], bool]) -> list[Started | Ended]:
    """What the engine tells, up to an event."""
    deadline, found = time.monotonic() + DEADLINE, list[Started | Ended]()
    while not any(map(is_last, found)):
        assert time.monotonic() < deadline, found
        found += engine.poll(0.2)
    return found


def ended(engine: LocalEngine, request: dict[str, Any]) -> Ended:
    """How a job ended."""
    engine.start(request)
    assert request["id"] in engine.running
    first, last = events_until(engine, lambda event: isinstance(event, Ended))
    assert first == Started(request["id"])
    assert isinstance(last, Ended)
    assert last.job == request["id"]
    assert engine.running == set()
    return last


def begun(engine: LocalEngine, request: dict[str, Any]) -> tuple[int, int]:
    """The process of a job that runs, and the server's."""
    engine.start(request)
    events_until(engine, lambda event: event == Started(request["id"]))
    path, deadline = Path(request["folder"]) / "scratch" / "pids", time.monotonic() + DEADLINE
    while not path.exists() or len(path.read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    job, server = path.read_text().split()
    return int(job), int(server)


def is_alive(process: int) -> bool:
    """Whether a process runs; one that ended and that nobody has waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def assert_ends(process: int) -> None:
    deadline = time.monotonic() + DEADLINE
    while is_alive(process):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_job_ends_with_its_code_and_what_it_used(
    engine: LocalEngine, request_for: Callable[..., dict[str, Any]]
) -> None:
    request = request_for("work")
    found = ended(engine, request)
    assert found.code == 0
    assert found.cpu_seconds >= 0.3
    assert found.peak_bytes > 1_000_000
    assert (Entry(Path(request["folder"])).result / "made").read_text() == "work"


def test_a_job_that_is_killed_ends_with_the_signal(
    engine: LocalEngine, request_for: Callable[..., dict[str, Any]]
) -> None:
    request = request_for("die")
    assert ended(engine, request).code == -signal.SIGKILL
    assert not Entry(Path(request["folder"])).is_done()


def test_jobs_run_side_by_side_and_those_that_are_asked_to_stop_end_themselves(
    engine: LocalEngine, request_for: Callable[..., dict[str, Any]]
) -> None:
    begun(engine, request_for("wait"))
    assert ended_beside(engine, request_for("work")) == 0
    assert engine.running == {"told/wait"}
    (found,) = engine.stop()
    assert (found.job, found.code) == ("told/wait", 0)
    assert engine.running == set()


def ended_beside(engine: LocalEngine, request: dict[str, Any]) -> int:
    """The exit code of a job while others run."""
    engine.start(request)
    last = events_until(engine, lambda event: isinstance(event, Ended))[-1]
    assert isinstance(last, Ended)
    assert last.job == request["id"]
    return last.code


def test_a_job_that_does_not_stop_when_it_is_asked_is_killed(
    engine: LocalEngine, request_for: Callable[..., dict[str, Any]]
) -> None:
    job, _ = begun(engine, request_for("hang"))
    (found,) = engine.stop()
    assert (found.job, found.code) == ("told/hang", -signal.SIGKILL)
    assert not is_alive(job)
    assert not engine.gone


def test_a_server_that_is_killed_ends_all_jobs_and_is_said(
    tmp_path: Path, request_for: Callable[..., dict[str, Any]]
) -> None:
    with LocalEngine(tmp_path / "engine.log") as engine:
        one, server = begun(engine, request_for("hang"))
        other, _ = begun(engine, request_for("wait"))
        assert not engine.gone
        os.kill(server, signal.SIGKILL)
        found = events_until(engine, lambda event: isinstance(event, Ended))
        assert sorted(found) == [Ended(job, -signal.SIGKILL, 0.0, 0) for job in ("told/hang", "told/wait")]
        assert engine.gone
        assert engine.running == set()
        assert engine.stop() == []
    assert_ends(one)
    assert_ends(other)


def test_no_process_is_left_after_leaving(tmp_path: Path, request_for: Callable[..., dict[str, Any]]) -> None:
    with LocalEngine(tmp_path / "engine.log") as engine:
        job, server = begun(engine, request_for("hang"))
        assert is_alive(job)
    assert not is_alive(server)
    assert_ends(job)


def test_a_backend_that_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_for: Callable[..., dict[str, Any]]
) -> None:
    monkeypatch.setenv("TOLD_LACKS", "numpy")
    with LocalEngine(tmp_path / "engine.log") as engine:
        engine.start(request_for("work"))
        with pytest.raises(BackendMissing, match="numpy"):
            events_until(engine, lambda event: False)
        assert not engine.ready
