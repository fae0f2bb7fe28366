"""What the system refuses, said with place, cause and remedy."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mlipilot.spec.diagnostics.refusal import STORAGE, reason, refusal, unwritten


@pytest.mark.parametrize("number", sorted(STORAGE))
def test_every_refusal_names_place_cause_and_remedy(number: int, tmp_path: Path) -> None:
    said = refusal(OSError(number, os.strerror(number), str(tmp_path / "journal.jsonl")))
    assert str(tmp_path / "journal.jsonl") in said.headline
    assert os.strerror(number).lower() in said.headline.lower()
    assert "mend that" not in said.help
    assert "what was finished is kept" in said.help


def test_without_room_it_says_what_is_free_and_what_is_needed(tmp_path: Path) -> None:
    said = refusal(OSError(errno.ENOSPC, "No space left on device"), tmp_path / "not/yet", needed=3_400_000)
    assert "B free)" in said.headline
    assert "about 3.4 MB are needed" in said.help


def test_a_place_that_is_read_only_is_not_asked_for_room(tmp_path: Path) -> None:
    said = refusal(OSError(errno.EROFS, "Read-only file system", str(tmp_path)), needed=3_400_000)
    assert "free" not in said.headline
    assert "needed" not in said.help


def test_a_path_is_said_as_it_is_typed_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "`runs/x`" in refusal(OSError(errno.EIO, "Input/output error", str(tmp_path / "runs/x"))).headline


def test_without_a_path_it_is_standard_output() -> None:
    assert refusal(OSError(errno.ENOSPC, "No space left on device")).headline.startswith("standard output cannot")


def test_what_a_user_named_has_a_remedy_of_its_own(tmp_path: Path) -> None:
    said = unwritten(OSError(errno.EISDIR, "Is a directory"), tmp_path, help="choose another with `-o`")
    assert (said.code, said.help) == ("MLP0704", "choose another with `-o`")
    assert reason(OSError("no number")) == "no number"


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "make room on its file system"),
        (errno.EDQUOT, "make room within your quota"),
        (errno.ENOENT, "make its folder first: `mkdir -p nowhere`"),
        (errno.EROFS, "its file system is read-only: copy the file elsewhere"),
        (errno.EACCES, "give yourself permission to write it and its folder"),
    ],
)
def test_the_remedy_is_that_of_the_cause(number: int, remedy: str) -> None:
    assert unwritten(OSError(number, os.strerror(number)), Path("nowhere/copper.mlp")).help == remedy
