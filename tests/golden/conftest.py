"""A folder to type commands in, on a machine and with packages that are always the same."""

from __future__ import annotations

import math
import re
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import Command, Typed
from recorded_machine import recorded_machine
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from mlipilot.cli import main
from mlipilot.compiler.check import feasibility

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_WALL = re.compile(r'(?<="wall_seconds": )[0-9.e-]+')
_FIGURES = re.compile(r"<svg.*?</svg>|<style>.*?</style>", re.DOTALL)


class TextFile(SingleFileSnapshotExtension):
    """One file of text for each snapshot."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def recorded(snapshot: object) -> object:
    """What was recorded; `pytest tests/golden --snapshot-update` records anew."""
    return snapshot.use_extension(TextFile)  # type: ignore[attr-defined]


@pytest.fixture
def same_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The versions and the processor of the recording, whatever is here."""
    monkeypatch.setattr(feasibility, "MOST_SECONDS", math.inf)  # of a search, all that would be looked at
    for name in ("MLIPILOT_WORKSPACE", "GITHUB_ACTIONS", "OPENAI_API_KEY", "OPENAI_BASE_URL", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    with recorded_machine():
        yield


@pytest.fixture
def folder(tmp_path: Path, same_machine: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Specs, data files, and the workspace that executing one of the specs has filled."""
    with tarfile.open(HERE / "workspace.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    (tmp_path / "workspace").rename(tmp_path / ".mlipilot")
    tiny = (HERE / "tiny.mlp").read_text(encoding="utf-8")
    texts = {
        "tiny.mlp": tiny,
        "wider.mlp": tiny.replace("channels     = 4", "channels     = 8").replace(
            "temperature = 100 K", "temperature = 90 K"
        ),
        "copper.mlp": (ROOT / "examples/copper/copper.mlp").read_text(encoding="utf-8"),
        "campaign.mlp": (ROOT / "examples/campaign/campaign.mlp").read_text(encoding="utf-8"),
        "eight.mlp": (ROOT / "tests/lang/eight.mlp").read_text(encoding="utf-8"),
        **{path.name: path.read_text(encoding="utf-8") for path in (HERE / "specs").iterdir()},
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    splits = next(tmp_path.glob(".mlipilot/store/*/*/result/train.xyz")).parent
    for split in ("train", "valid", "test"):
        (tmp_path / f"{split}.xyz").write_bytes((splits / f"{split}.xyz").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def typed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Command], Typed]:
    """What commands print and leave, one after the other, with the exit code of each."""

    def type_(command: Command) -> Typed:
        command.prepare(folder)
        parts = []
        for line in command.lines:
            capsys.readouterr()
            try:
                code = main([_word(word) for word in line])
            except SystemExit as exit_:
                code = int(str(exit_.code))
            read = capsys.readouterr()
            out = _WALL.sub("…", read.out) if line[0] == "execute" else read.out
            parts.append(f"$ mlipilot {' '.join(line)}\n{out}--- stderr\n{read.err}--- exit {code}\n")
        parts += [f"--- {name}\n{(folder / name).read_text(encoding='utf-8')}" for name in command.files]
        text = "".join(parts).replace(str(folder), "HERE").replace(str(ROOT), "ROOT")
        return Typed(_FIGURES.sub("…", text))

    return type_


def _word(text: str) -> str:
    """A word of a command line: the record by its path, and the value of a setting with its blanks."""
    name, sign, value = text.replace("RECORD", str(ROOT / "examples/campaign/record")).partition("=")
    return f"{name}{sign}{value.replace('_', ' ')}"
