"""Whether a process lives: on this host it decides, on another its signs do, by the clock of the file system."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from mlipilot.runtime.foundation.atomic_files import create_json, write_json
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.record.liveness import BEAT_SECONDS, STALE_SECONDS, STOP_SECONDS, Life, file_clock, life, silence
from mlipilot.runtime.record.store import Entry

HERE = identity()
ELSEWHERE = {**HERE, "host": "elsewhere"}
DEAD = {**HERE, "started": 1}


def beat(folder: Path, seconds_ago: float = 0.0) -> Path:
    """A sign of life that was given so long ago."""
    path = folder / "beat"
    path.touch()
    when = path.stat().st_mtime - seconds_ago
    os.utime(path, (when, when))
    return path


OLD = STALE_SECONDS + 10


@pytest.mark.parametrize(
    ("record", "seconds", "expected"),
    [
        (HERE, 0, Life.ALIVE),
        (HERE, OLD, Life.SUSPECT),
        (DEAD, 0, Life.GONE),
        (DEAD, OLD, Life.GONE),
        (ELSEWHERE, 0, Life.ALIVE),
        (ELSEWHERE, STALE_SECONDS - 10, Life.ALIVE),
        (ELSEWHERE, OLD, Life.GONE),
        ({**HERE, "pid": None}, 0, Life.GONE),
    ],
)
def test_process_host_and_sign_decide(tmp_path: Path, record: dict[str, Any], seconds: float, expected: Life) -> None:
    assert life(record, [beat(tmp_path, seconds)]) is expected


def test_a_process_elsewhere_whose_signs_cannot_be_dated_is_suspect(tmp_path: Path) -> None:
    assert life(ELSEWHERE, [tmp_path / "none"]) is Life.SUSPECT
    assert life(ELSEWHERE, [beat(tmp_path)], clock=lambda folder: None) is Life.SUSPECT
    assert life(HERE, [beat(tmp_path)], clock=lambda folder: None) is Life.ALIVE


@pytest.mark.parametrize("skew", [-300.0, 300.0])
def test_the_clock_of_this_host_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skew: float) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + skew)

    assert life(ELSEWHERE, [beat(tmp_path)]) is Life.ALIVE
    assert life(ELSEWHERE, [beat(tmp_path, OLD)]) is Life.GONE


@pytest.mark.parametrize("skew", [-300.0, 300.0])
def test_the_time_is_the_file_server_s(tmp_path: Path, skew: float) -> None:
    server = beat(tmp_path).stat().st_mtime + skew
    os.utime(tmp_path / "beat", (server - 20, server - 20))

    assert silence([tmp_path / "beat"], clock=lambda folder: server) == pytest.approx(20)
    assert life(ELSEWHERE, [tmp_path / "beat"], clock=lambda folder: server) is Life.ALIVE


def test_asking_the_file_system_s_clock_leaves_nothing_behind(tmp_path: Path) -> None:
    assert file_clock(tmp_path) is not None
    assert file_clock(tmp_path / "none") is None
    assert list(tmp_path.iterdir()) == []


def test_a_process_stops_before_another_may_take_over() -> None:
    assert 2 * BEAT_SECONDS < STOP_SECONDS < STALE_SECONDS - BEAT_SECONDS


# -- attempts --


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    entry = Entry(tmp_path / "key")
    entry.folder.mkdir()
    return entry


def intent(entry: Entry, record: dict[str, Any], seconds_ago: float = 0.0) -> None:
    path = entry.file("intent", entry.last_attempt + 1)
    create_json(path, record)
    when = path.stat().st_mtime - seconds_ago
    os.utime(path, (when, when))


def begun(entry: Entry, record: dict[str, Any], seconds_ago: float = 0.0) -> None:
    attempt = entry.last_attempt
    write_json(entry.folder / "owner.json", {**record, "attempt": attempt})
    write_json(entry.file("hb", attempt), {})
    when = entry.file("hb", attempt).stat().st_mtime - seconds_ago
    os.utime(entry.file("hb", attempt), (when, when))


def test_an_attempt_lives_while_its_process_does_whoever_claimed_it(entry: Entry) -> None:
    intent(entry, DEAD)
    begun(entry, HERE)
    assert entry.life(1) is Life.ALIVE
    assert entry.claim() is None

    begun(entry, DEAD)
    assert entry.life(1) is Life.GONE
    assert entry.claim() == 2


def test_an_attempt_whose_process_gives_no_sign_is_not_claimed_here(entry: Entry) -> None:
    intent(entry, HERE, OLD)
    begun(entry, HERE, OLD)

    assert entry.life(1) is Life.SUSPECT
    assert entry.claim() is None


def test_an_attempt_of_another_host_is_claimed_once_it_gives_no_sign(entry: Entry) -> None:
    intent(entry, ELSEWHERE, OLD)
    begun(entry, ELSEWHERE)
    assert entry.claim() is None

    begun(entry, ELSEWHERE, OLD)
    assert entry.claim() == 2


def test_an_attempt_that_has_not_begun_lives_with_who_claimed_it(entry: Entry) -> None:
    intent(entry, ELSEWHERE)
    assert entry.claim() is None

    os.utime(entry.file("intent", 1), (0, 0))
    assert entry.claim() == 2
    assert entry.life(2) is Life.ALIVE


def test_an_attempt_that_is_known_to_have_ended_is_followed_by_the_next(entry: Entry) -> None:
    assert entry.claim() == 1
    assert entry.claim() is None
    assert entry.claim(ended=1) == 2


def test_a_superseded_attempt_is_gone(entry: Entry) -> None:
    intent(entry, HERE)
    begun(entry, HERE)
    create_json(entry.file("intent", 2), HERE)
    begun(entry, HERE)

    assert entry.life(1) is Life.GONE
