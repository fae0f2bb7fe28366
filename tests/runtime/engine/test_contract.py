"""What every engine keeps to, and that of what it says late, twice or not at all nothing is counted wrongly."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mlipilot.runtime.engine.local import LocalEngine
from mlipilot.runtime.engine.protocol import Attempt, Began, Ended, Engine, Presence
from mlipilot.runtime.execution.attempts import PATIENCE_SECONDS, RECONCILE_SECONDS, LeftOpen, Lost, OpenAttempts
from mlipilot.runtime.foundation.atomic_files import create_json, write_json
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.record.liveness import STALE_SECONDS
from mlipilot.runtime.record.store import Entry

sys.path.append(str(Path(__file__).parent))

from scripted import ScriptedEngine, Unreliable, claimed
from slurm_engines import engine_on
from told import asked, server, setting, submitted, until

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "local": lambda folder: LocalEngine(setting(folder), server=server),
    "scripted": lambda folder: ScriptedEngine(setting(folder)),
}


@pytest.fixture(params=[*ENGINES, "slurm"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "slurm":
        found: Engine = engine_on(request.getfixturevalue("cluster"), tmp_path)
    else:
        found = ENGINES[request.param](tmp_path)
    with found as engine:
        yield engine


# -- an engine by itself --


def test_an_engine_says_what_it_takes(engine: Engine) -> None:
    assert engine.capacity >= 1
    assert engine.threads >= 1
    assert all(isinstance(note, str) for note in engine.notes)
    assert not engine.has_ended
    assert engine.fault is None


def test_an_attempt_is_there_until_its_end_is_told(engine: Engine, folder: Path) -> None:
    attempt = submitted(engine, folder, "wait")
    assert engine.reconcile(attempt) is Presence.THERE
    until(engine, Began)
    assert engine.preparing == ""
    assert engine.reconcile(attempt) is Presence.THERE

    engine.cancel([attempt])
    until(engine, Ended)
    assert engine.reconcile(attempt) is Presence.NOT_THERE


@pytest.mark.parametrize(("script", "done", "record"), [("publish", True, "ok"), ("fail", False, "failed")])
def test_an_attempt_begins_ends_and_leaves_its_record(
    engine: Engine, folder: Path, script: str, done: bool, record: str
) -> None:
    attempt = submitted(engine, folder, script)
    began, ended = until(engine, Ended)

    assert isinstance(began, Began) and began.attempt == attempt
    assert 0.0 <= began.seconds_ago < 60.0
    assert isinstance(ended, Ended)
    assert (ended.attempt, ended.is_stopped) == (attempt, False)
    assert ended.cpu_seconds is not None
    assert Entry(folder).is_done() is done
    assert (Entry(folder).exit(1) or {})["class"] == record


def test_of_an_attempt_that_left_no_record_the_engine_says_why_it_ended(engine: Engine, folder: Path) -> None:
    submitted(engine, folder, "die")
    ended = until(engine, Ended)[-1]

    assert isinstance(ended, Ended)
    assert "died" in ended.reason or "SIGKILL" in ended.reason
    assert Entry(folder).exit(1) is None


def test_an_attempt_that_is_cancelled_stops_and_says_so(engine: Engine, folder: Path) -> None:
    attempt = submitted(engine, folder, "wait")
    until(engine, Began)
    engine.cancel([attempt])
    engine.cancel([attempt])
    ended = until(engine, Ended)[-1]

    assert isinstance(ended, Ended)
    assert (ended.attempt, ended.is_stopped) == (attempt, True)
    engine.cancel([attempt, Attempt(folder, 7)])
    assert engine.poll(0.0) == []


def test_an_attempt_that_has_not_begun_can_be_cancelled(engine: Engine, folder: Path) -> None:
    attempt = submitted(engine, folder, "wait")
    engine.cancel([attempt])
    ended = until(engine, Ended)[-1]

    assert isinstance(ended, Ended)
    assert (ended.attempt, ended.is_stopped) == (attempt, True)


OTHER = {**identity(), "host": "other"}


def elsewhere(folder: Path, seconds_ago: float) -> Attempt:
    """An attempt that another host runs, whose last sign of life is so old by the clock of the file system."""
    folder.mkdir(parents=True)
    entry = Entry(folder)
    create_json(entry.file("intent", 1), OTHER)
    write_json(entry.owner_file, {**OTHER, "attempt": 1})
    write_json(entry.file("hb", 1), {"time": 0.0})
    for path in (entry.file("intent", 1), entry.file("hb", 1)):
        when = path.stat().st_mtime - seconds_ago
        os.utime(path, (when, when))
    return Attempt(folder, 1)


@pytest.mark.parametrize("skew", [-300.0, 0.0, 300.0])
@pytest.mark.parametrize(("seconds", "presence"), [(0.0, Presence.THERE), (STALE_SECONDS + 10, Presence.NOT_THERE)])
def test_an_attempt_of_another_host_is_there_while_it_gives_signs(
    engine: Engine, folder: Path, seconds: float, presence: Presence, skew: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + skew)

    assert engine.reconcile(elsewhere(folder, seconds)) is presence


def test_of_an_attempt_whose_signs_cannot_be_dated_nothing_is_known(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = elsewhere(folder, STALE_SECONDS + 10)
    real = os.utime

    def read_only(path: Any, *args: Any, **named: Any) -> None:
        if ".clock" in str(path):
            raise OSError("read-only file system")
        real(path, *args, **named)

    monkeypatch.setattr(os, "utime", read_only)
    assert engine.reconcile(attempt) is Presence.UNKNOWN


# -- attempts under an engine that tells of them unreliably --


class Watched:
    """Open attempts under an unreliable engine, on a clock that is set by hand."""

    def __init__(self, engine: Engine) -> None:
        self.now = 0.0
        self.engine = Unreliable(engine)
        self.attempts = OpenAttempts(self.engine, clock=lambda: self.now)

    def submit(self, folder: Path, script: str) -> Attempt:
        attempt = claimed(folder)
        self.attempts.submit(attempt, asked(script, attempt))
        return attempt

    def settle(self) -> list[Any]:
        """What is told until the engine itself has no more to tell."""
        events: list[Any] = []
        deadline = time.monotonic() + 300
        while not self.engine.kept and not any(isinstance(event, Ended) for event in events):
            assert time.monotonic() < deadline
            events += self.attempts.poll(0.05)
        return events

    def later(self, seconds: float = RECONCILE_SECONDS) -> list[Any]:
        """What is told so much later."""
        self.now += seconds
        return [event for event in self.attempts.poll(0.0) if not isinstance(event, Began)]


@pytest.fixture
def watched(engine: Engine) -> Watched:
    return Watched(engine)


def test_an_end_that_is_told_twice_counts_once(watched: Watched, folder: Path) -> None:
    watched.engine.times = 2
    attempt = watched.submit(folder, "publish")
    events = watched.settle()

    assert [event.attempt for event in events if isinstance(event, Ended)] == [attempt]
    assert len(watched.attempts) == 0
    assert watched.later() == []


def test_an_end_that_is_not_told_is_found(watched: Watched, folder: Path) -> None:
    watched.engine.times = 0
    attempt = watched.submit(folder, "publish")
    watched.settle()
    assert len(watched.attempts) == 1

    assert watched.later() == [Lost(attempt)]
    assert len(watched.attempts) == 0


def test_an_end_that_is_told_late_changes_nothing(watched: Watched, folder: Path) -> None:
    watched.engine.times = 0
    watched.submit(folder, "die")
    watched.settle()
    watched.later()
    second = watched.submit(folder, "wait")
    watched.engine.tell()

    assert watched.later(0.0) == []
    assert len(watched.attempts) == 1
    assert watched.engine.reconcile(second) is Presence.THERE


def test_an_attempt_of_which_nobody_can_tell_stays_open(watched: Watched, folder: Path) -> None:
    watched.engine.times, watched.engine.is_deaf = 0, True
    attempt = watched.submit(folder, "publish")
    watched.settle()

    assert watched.later() == []
    assert watched.later(100 * PATIENCE_SECONDS) == []
    assert len(watched.attempts) == 1
    watched.engine.is_deaf = False
    assert watched.later() == [Lost(attempt)]


def test_an_attempt_that_was_asked_to_stop_is_left_open_where_nobody_can_tell(watched: Watched, folder: Path) -> None:
    watched.engine.times, watched.engine.is_deaf = 0, True
    attempt = watched.submit(folder, "wait")
    watched.attempts.cancel()
    watched.settle()

    assert watched.later() == []
    assert watched.later(PATIENCE_SECONDS) == [LeftOpen(attempt)]
    assert len(watched.attempts) == 0


def test_an_attempt_that_is_there_is_waited_for_however_long(watched: Watched, folder: Path) -> None:
    attempt = watched.submit(folder, "wait")
    assert watched.later(100 * PATIENCE_SECONDS) == []

    watched.attempts.cancel()
    assert [event.attempt for event in watched.settle() if isinstance(event, Ended)] == [attempt]


def test_an_adopted_attempt_of_another_host_ends_with_its_signs(watched: Watched, folder: Path) -> None:
    attempt = elsewhere(folder, 0.0)
    watched.attempts.adopt(attempt)
    assert watched.later() == []

    os.utime(Entry(folder).file("hb", 1), (0, 0))
    os.utime(Entry(folder).file("intent", 1), (0, 0))
    assert watched.later() == [Lost(attempt)]
