"""The store: a result appears whole, once, and damage is seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlipilot.runtime.foundation.atomic_files import create_json, read_json, write_json
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.record.store import Entry, Store

KEY = "ab" * 32


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    return Store(tmp_path).entry(KEY)


def published(entry: Entry, text: str = "hello") -> Entry:
    attempt = entry.claim()
    assert attempt is not None
    out = entry.folder / f".out-{attempt}-1"
    (out / "stages").mkdir(parents=True)
    (out / "a.json").write_text(text)
    (out / "stages" / "b.model").write_bytes(b"\0" * 1000)
    assert entry.publish(out)
    write_json(entry.file("exit", attempt), {"class": "ok"})
    return entry


def test_a_published_result_has_every_file_in_its_manifest(entry: Entry) -> None:
    manifest = published(entry).manifest()

    assert manifest is not None
    assert set(manifest["files"]) == {"a.json", "stages/b.model"}
    assert entry.is_done()
    assert entry.damage() == []


def test_the_first_of_two_publications_wins(entry: Entry) -> None:
    published(entry, "first")
    out = entry.folder / ".out-2-1"
    out.mkdir()
    (out / "a.json").write_text("second")

    assert entry.publish(out) is False
    assert (entry.result / "a.json").read_text() == "first"
    assert not out.exists()


def test_a_private_folder_is_no_result(entry: Entry) -> None:
    entry.claim()
    (entry.folder / ".out-1-1").mkdir()

    assert not entry.is_done()


def test_a_result_that_lost_a_file_is_not_done(entry: Entry) -> None:
    published(entry)
    (entry.result / "stages" / "b.model").unlink()

    assert not entry.is_done()
    assert entry.damage() == ["stages/b.model"]


def test_a_result_with_an_altered_byte_is_damaged(entry: Entry) -> None:
    published(entry)
    (entry.result / "a.json").write_text("hellO")

    assert entry.damage() == ["a.json"]


def test_a_damaged_result_is_kept_aside(entry: Entry) -> None:
    published(entry)
    (entry.result / "a.json").unlink()

    aside = entry.set_aside()

    assert (aside / "stages" / "b.model").exists()
    assert not entry.result.exists()
    published(entry, "again")
    assert entry.is_done()


def test_an_attempt_under_way_cannot_be_claimed_again(entry: Entry) -> None:
    assert entry.claim() == 1
    assert entry.claim() is None


def test_an_attempt_whose_process_is_gone_makes_room_for_the_next(entry: Entry) -> None:
    child = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    entry.folder.mkdir(parents=True)
    create_json(entry.file("intent", 1), {**identity(), "pid": int(child.stdout), "started": 1})

    assert entry.claim() == 2


def test_a_reused_process_number_is_not_mistaken(entry: Entry) -> None:
    entry.folder.mkdir(parents=True)
    create_json(entry.file("intent", 1), {**identity(), "pid": os.getpid(), "started": 1})

    assert entry.claim() == 2


def test_an_attempt_that_ended_makes_room_for_the_next(entry: Entry) -> None:
    entry.claim()
    write_json(entry.file("exit", 1), {"class": "failed"})

    assert entry.claim() == 2


def test_only_one_of_many_processes_claims(entry: Entry) -> None:
    script = f"""
import sys, time
from pathlib import Path
from mlipilot.runtime.record.store import Entry
sys.stdin.readline()
print(Entry(Path({str(entry.folder)!r})).claim(), flush=True)
time.sleep(0.5)
"""
    command = [sys.executable, "-c", script]
    racers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(8)]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    claims = [racer.communicate(timeout=300)[0].strip() for racer in racers]

    assert sorted(claims) == ["1"] + ["None"] * 7


def test_a_file_is_created_once(tmp_path: Path) -> None:
    assert create_json(tmp_path / "a.json", {"n": 1})
    assert not create_json(tmp_path / "a.json", {"n": 2})
    assert json.loads((tmp_path / "a.json").read_text()) == {"n": 1}
    assert list(tmp_path.iterdir()) == [tmp_path / "a.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_damaged_json_file_reads_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)

    assert read_json(tmp_path / "a.json") is None
