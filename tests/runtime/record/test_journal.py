"""The journal: a chain that holds, a torn tail that is set aside, an altered line that is found."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from mlipilot.runtime.record.journal import GENESIS, Journal, read_journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    journal = Journal(tmp_path / "journal.jsonl")
    for number in range(5):
        journal.append("ended", job=f"train/{number}", device_seconds=0.5 * number)
    journal.close()
    return journal.path


def test_entries_are_chained_from_genesis(path: Path) -> None:
    read = read_journal(path)

    assert [entry["seq"] for entry in read.entries] == [0, 1, 2, 3, 4]
    assert read.entries[0]["previous"] == GENESIS
    assert all(b["previous"] == a["hash"] for a, b in zip(read.entries, read.entries[1:], strict=False))
    assert (read.torn, read.broken) == (0, None)


def test_reopening_goes_on_where_it_ended(path: Path) -> None:
    journal = Journal(path)
    journal.append("end")
    journal.close()

    read = read_journal(path)

    assert len(read.entries) == 6
    assert read.broken is None


@pytest.mark.parametrize("cut", [1, 20, 100])
def test_a_torn_tail_is_set_aside_and_told(path: Path, cut: int) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    before = read_journal(path)
    assert before.torn > 0

    journal = Journal(path)
    journal.close()
    read = read_journal(path)

    assert read.broken is None
    assert read.entries[-1]["event"] == "torn"
    assert read.entries[-1]["bytes"] == before.torn
    aside = next(path.parent.glob("journal.torn-*"))
    assert whole.startswith(path.read_bytes()[: len(whole) - cut - before.torn] + aside.read_bytes())


@pytest.mark.parametrize("line", range(5))
def test_an_altered_entry_breaks_the_chain_at_its_place(path: Path, line: int) -> None:
    lines = path.read_text().splitlines()
    entry = json.loads(lines[line])
    entry["device_seconds"] = 99.0
    lines[line] = json.dumps(entry, sort_keys=True)
    path.write_text("\n".join(lines) + "\n")

    assert read_journal(path).broken == line


@pytest.mark.parametrize("line", range(4))
def test_a_removed_entry_breaks_the_chain(path: Path, line: int) -> None:
    lines = path.read_text().splitlines()
    del lines[line]
    path.write_text("\n".join(lines) + "\n")

    assert read_journal(path).broken == line


@pytest.mark.parametrize("garbage", [b"\xff\xfe\n", b"[1]\n", b"null\n", b"{}\n", b"not json\n"])
def test_garbage_is_found_and_never_raises(path: Path, garbage: bytes) -> None:
    path.write_bytes(path.read_bytes() + garbage)

    assert read_journal(path).broken == 5


def test_a_missing_journal_is_empty(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "none.jsonl") == ([], 0, None)


@pytest.mark.parametrize("room", [0, 1, 40])
def test_an_entry_that_finds_no_room_leaves_the_chain_as_it_was(path: Path, room: int) -> None:
    journal, whole = Journal(path), path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + room, limits[1]))
    try:
        with pytest.raises(OSError, match="too large") as refused:
            journal.append("end", interrupted=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refused.value.filename == str(path)
    assert path.read_bytes() == whole

    journal.append("end", interrupted=True)
    journal.close()
    read = read_journal(path)
    assert (read.torn, read.broken, len(read.entries)) == (0, None, 6)
    assert read.entries[-1]["interrupted"] is True
