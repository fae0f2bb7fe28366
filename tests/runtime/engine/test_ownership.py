"""Who owns the folder of a job: the newest attempt; an older one ends by itself and publishes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mlipilot.runtime.engine.exit_codes import SILENT, SUPERSEDED
from mlipilot.runtime.engine.ownership import Ownership
from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.foundation.processes import identity, is_alive
from mlipilot.runtime.record.store import Entry

OTHER = {**identity(), "host": "other"}


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    entry = Entry(tmp_path / "key")
    entry.claim()
    return entry


def test_an_owner_gives_signs_of_life_that_name_it(entry: Entry) -> None:
    ours = Ownership(entry, 1)

    assert ours.take()
    assert ours.renew()
    assert not ours.is_superseded()
    beat = read_json(entry.file("hb", 1)) or {}
    assert {name: value for name, value in beat.items() if name != "time"} == {**identity(), "attempt": 1}


def test_an_older_attempt_finds_that_a_newer_one_began(entry: Entry) -> None:
    old, new = Ownership(entry, 1), Ownership(entry, 2, OTHER)
    old.take()
    new.take()

    assert not old.renew()
    assert old.is_superseded()
    assert not entry.file("hb", 1).exists()
    assert new.renew()


def test_an_older_attempt_that_starts_late_does_not_take_the_folder(entry: Entry) -> None:
    Ownership(entry, 2, OTHER).take()

    assert not Ownership(entry, 1).take()
    assert (entry.owner() or {})["attempt"] == 2


def test_of_two_starts_of_one_attempt_the_later_owns_it(entry: Entry) -> None:
    first, second = Ownership(entry, 1), Ownership(entry, 1, OTHER)
    assert first.take()
    assert second.take()

    assert not first.renew()
    assert second.renew()


def test_an_owner_that_cannot_be_read_is_not_superseded(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Ownership(entry, 1)
    ours.take()

    def stale(path: Path) -> bytes:
        raise OSError("stale file handle")

    monkeypatch.setattr(Path, "read_bytes", stale)
    assert not ours.is_superseded()
    with pytest.raises(OSError, match="stale"):
        ours.renew()


PROGRAM = """
import sys, types
from pathlib import Path
from mlipilot.runtime.engine import worker
from mlipilot.runtime.record import heartbeat
from mlipilot.runtime.record.store import Entry

entry = Entry(Path(sys.argv[1]))

def job(context):
    (context.out / "model").write_text("half of it")
{body}

module = types.ModuleType("told")
module.OPERATION = types.SimpleNamespace(run=job)
sys.modules[module.__name__] = module
sys.exit(worker.run({{
    "id": "told/here", "module": "told", "folder": sys.argv[1], "attempt": 1, "params": {{}}, "inputs": {{}},
    "threads": 1, "device": "cpu", "backend": "mace",
}}))
"""
REPLACED = "entry.owner_file.write_text('{\"attempt\": 2}')"
ASLEEP = "heartbeat.Heartbeat.holds.__globals__['STOP_SECONDS'] = -1.0"


def worked(entry: Entry, *lines: str) -> int:
    """How a worker ends whose job has this body, in a process group of its own."""
    body = "\n".join(f"    {line}" for line in lines)
    command = [sys.executable, "-c", PROGRAM.format(body=body), str(entry.folder)]
    return subprocess.run(command, check=False, start_new_session=True, capture_output=True).returncode


def left(entry: Entry) -> list[str]:
    return sorted(path.name for path in entry.folder.iterdir() if path.name.startswith(".out") or path.name == "result")


def test_a_superseded_worker_publishes_nothing(entry: Entry) -> None:
    assert worked(entry, REPLACED) == SUPERSEDED
    assert left(entry) == []
    assert (entry.exit(1) or {})["class"] == "superseded"


def test_a_worker_finds_at_its_next_sign_that_it_is_superseded(entry: Entry) -> None:
    assert worked(entry, REPLACED, ASLEEP, "context.stop_requested()", "raise AssertionError") == SUPERSEDED
    assert left(entry) == []
    assert entry.exit(1) is None


def test_a_worker_that_can_give_no_sign_stops_itself(entry: Entry) -> None:
    hide = "import os; os.rename(entry.folder, str(entry.folder) + '-away'); open(entry.folder, 'w').close()"
    assert worked(entry, hide, ASLEEP, "context.stop_requested()", "raise AssertionError") == SILENT


def test_a_worker_that_gives_up_takes_those_that_it_started_with_it(entry: Entry, tmp_path: Path) -> None:
    start = "import subprocess; child = subprocess.Popen(['sleep', '60'])"
    tell = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))"
    assert worked(entry, start, tell, REPLACED, ASLEEP, "context.stop_requested()") == SUPERSEDED

    pid, deadline = int((tmp_path / "pid").read_text()), time.monotonic() + 120
    while is_alive(pid, None) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(pid, None)


def test_a_worker_that_starts_late_does_nothing(entry: Entry) -> None:
    entry.owner_file.write_text(json.dumps({**OTHER, "attempt": 2}))

    assert worked(entry, "raise AssertionError") == SUPERSEDED
    assert left(entry) == []
