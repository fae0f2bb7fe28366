"""Every verb, where its output or its place cannot be written: words and an exit code, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from mlipilot.cli.parser import VERBS

ROOT = Path(__file__).parents[2]
LINES: dict[str, str] = {
    "check": "check eight.mlp",
    "fmt": "fmt --diff untidy.mlp",
    "compile": "compile tiny.mlp",
    "plan": "plan show tiny.mlp",
    "canonical": "canonical tiny.mlp",
    "schema": "schema",
    "power": "power campaign.mlp",
    "execute": "execute tiny.mlp",
    "resume": "resume tiny.mlp",
    "status": "status tiny.mlp",
    "logs": "logs train",
    "cancel": "cancel tiny.mlp",
    "pause": "pause tiny.mlp",
    "veto": "veto tpe/1/1 record --because no",
    "propose": "propose record --set potential.channels=8 --because no",
    "report": "report tiny.mlp -o tiny.html",
    "explain": "explain MLP0505",
    "edit": "edit campaign.mlp --set potential.channels=8 --because wider --dry-run",
    "lint": "lint mace.yaml",
    "verify": "verify tiny.mlp",
    "rejudge": "rejudge record",
    "replay": "replay record",
    "doctor": "doctor",
}
"""A line for each verb that prints something, on standard output or error, and writes where the verb does."""
DOCUMENTS = ("check tiny.mlp --output-format json", "plan show tiny.mlp --json", "status tiny.mlp --json", "schema")


class Ended(NamedTuple):
    """How a command ended, and what it could still say."""

    code: int
    out: bytes
    err: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Specs, options, a campaign's record, and a workspace that a spec has filled."""
    here = tmp_path_factory.mktemp("typed")
    with tarfile.open(ROOT / "tests/golden/workspace.tar.xz") as archive:
        archive.extractall(here, filter="data")
    (here / "workspace").rename(here / ".mlipilot")
    shutil.copy(ROOT / "tests/golden/tiny.mlp", here)
    shutil.copy(ROOT / "tests/lang/eight.mlp", here)
    shutil.copy(ROOT / "examples/campaign/campaign.mlp", here)
    shutil.copytree(ROOT / "examples/campaign/record", here / "record")
    (here / "untidy.mlp").write_text('edition   "2026"\nexperiment "Å" { question = "?" }\n', encoding="utf-8")
    (here / "mace.yaml").write_text("name: tiny\ncorrelations: 2\nloss: huber\n", encoding="utf-8")
    return here


def _words(line: str) -> list[str]:
    """A command on the machine of the recording, whose results are then there."""
    return [sys.executable, str(ROOT / "tests/golden/recorded_machine.py"), *line.split(" ")]


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLIPILOT", "PYTHON", "OPENAI"))}
    return {**kept, "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8", "COLUMNS": "120", **more}


def _typed(
    line: str, folder: Path, *, stdout: int = subprocess.PIPE, before: tuple[str, ...] = (), **more: str
) -> Ended:
    done = subprocess.run(
        [*before, *_words(line)],
        cwd=folder,
        env=_environment(**more),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=600,
        check=False,
    )
    ended = Ended(done.returncode, done.stdout or b"", done.stderr.decode("utf-8", "replace"))
    assert "Traceback" not in ended.err
    assert "Exception ignored" not in ended.err
    return ended


@pytest.fixture(scope="module")
def undisturbed(folder: Path) -> dict[str, Ended]:
    """How each line ends where nothing fails."""
    return {verb: _typed(line, folder) for verb, line in LINES.items()}


def test_every_verb_is_typed_and_prints(undisturbed: dict[str, Ended]) -> None:
    assert list(LINES) == list(VERBS)
    assert [verb for verb, ended in undisturbed.items() if not ended.out and not ended.err] == []


@pytest.mark.parametrize("verb", VERBS)
def test_a_reader_that_has_gone_ends_it_quietly(verb: str, folder: Path, undisturbed: dict[str, Ended]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = _typed(LINES[verb], folder, stdout=writing)
    finally:
        os.close(writing)
    assert ended.code == (0 if undisturbed[verb].out else undisturbed[verb].code)
    assert "pipe" not in ended.err.lower()


@pytest.mark.parametrize("verb", VERBS)
def test_a_full_device_is_named_and_exits_1(verb: str, folder: Path, undisturbed: dict[str, Ended]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = _typed(LINES[verb], folder, stdout=full.fileno())
    if undisturbed[verb].out:
        assert ended.code == 1
        assert "standard output cannot be written" in ended.err
        assert "make room" in ended.err
    else:
        assert ended == undisturbed[verb]


@pytest.mark.parametrize("verb", VERBS)
def test_letters_that_the_encoding_lacks_are_escaped(verb: str, folder: Path, undisturbed: dict[str, Ended]) -> None:
    ended = _typed(LINES[verb], folder, PYTHONIOENCODING="cp1252")
    assert ended.code == undisturbed[verb].code
    assert bool(ended.out) == bool(undisturbed[verb].out)
    assert ended.out.isascii() or ended.out.decode("cp1252")


@pytest.mark.parametrize("line", DOCUMENTS)
def test_a_document_stays_one_in_any_encoding(line: str, folder: Path) -> None:
    documents = [
        json.loads(_typed(line, folder, PYTHONIOENCODING=name).out.decode(name)) for name in ("ascii", "utf-8")
    ]
    assert documents[0] == documents[1]


@pytest.mark.parametrize("verb", VERBS)
def test_a_place_that_is_read_only_is_named_by_what_writes_there(
    verb: str, read_only: tuple[Path, tuple[str, ...]], undisturbed: dict[str, Ended]
) -> None:
    place, before = read_only
    ended = _typed(LINES[verb], place, before=before)
    if ended.code != undisturbed[verb].code:
        assert ended.code in {1, 2}
        assert "read-only" in ended.err.lower()
        assert "help" in ended.err or "\n  " in ended.err


def test_a_run_that_is_finished_is_shown_on_a_read_only_place(
    read_only: tuple[Path, tuple[str, ...]], undisturbed: dict[str, Ended]
) -> None:
    place, before = read_only
    ended = _typed(LINES["execute"], place, before=before)
    assert (ended.code, ended.out) == (undisturbed["execute"].code, undisturbed["execute"].out)
    assert "error[" not in ended.err


@pytest.mark.parametrize("verb", ["execute", "compile", "report", "pause"])
def test_what_must_write_says_so_on_a_read_only_place(verb: str, read_only: tuple[Path, tuple[str, ...]]) -> None:
    place, before = read_only
    (line,) = {LINES[verb].replace("execute tiny.mlp", "execute wider.mlp")}
    ended = _typed(line, place, before=before)
    assert ended.code in {1, 2}
    assert str(place) in ended.err or ".mlipilot" in ended.err or "tiny." in ended.err


@pytest.fixture(scope="module")
def read_only(folder: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The same folder on a file system that takes nothing, and what a command is begun with to see it so."""
    text = (folder / "tiny.mlp").read_text(encoding="utf-8")
    (folder / "wider.mlp").write_text(text.replace("channels     = 4", "channels     = 8"), encoding="utf-8")
    mount = f"mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}' && cd '{folder}' && exec \"$@\""
    before = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh")
    tried = subprocess.run([*before, "true"], capture_output=True, check=False) if shutil.which("unshare") else None
    if tried is None or tried.returncode:
        pytest.skip("needs `unshare` and mounts of its own")
    yield folder, before
