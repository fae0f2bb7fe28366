"""128 single slips in specs, 120 by someone who knew the language's page alone: what `check` prints, judged.

`mistakes/mistakes.toml` has the slips, `mistakes/bases` the valid specs that they are made in. `mistakes/score.toml` is
the judgement of what is printed, by somebody else, on five points: code, place, cause, remedy, and one diagnostic
alone; `first_score.toml` is that of the day they were written. Eight slips of controls and claims came with these, and
were judged by who made them. What passes is pinned here, and is judged anew where it changes; what does not is an
expected failure, with the judge's reason.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from mlipilot.cli import main
from mlipilot.compiler.compile import check_file

FOLDER = Path(__file__).parent / "mistakes"
POINTS = ("code", "place", "cause", "remedy", "one")
_DIAGNOSTIC = re.compile(r"^(error|warning)\[", re.MULTILINE)
FEWEST = 128
"""Slips that are answered without a fault."""


def read(name: str, entries: str) -> list[dict[str, Any]]:
    with (FOLDER / name).open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)[entries]
    return found


MISTAKES = read("mistakes.toml", "mistake")
SCORES = {score["name"]: score for score in read("score.toml", "score")}


def passes(score: dict[str, Any]) -> bool:
    return all(score[point] for point in POINTS)


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The valid specs and their data, to be broken one at a time."""
    return Path(shutil.copytree(FOLDER / "bases", tmp_path_factory.mktemp("mistakes") / "bases"))


def test_the_specs_that_slips_are_made_in_are_valid(bases: Path) -> None:
    assert {path.name: check_file(path).diagnostics for path in bases.glob("*.mlp")} == {
        path.name: [] for path in (FOLDER / "bases").glob("*.mlp")
    }


def test_every_slip_is_judged_and_most_are_answered_well() -> None:
    assert [*SCORES] == [mistake["name"] for mistake in MISTAKES]
    assert len(SCORES) == 128
    assert sum(map(passes, SCORES.values())) >= FEWEST
    assert all(passes(score) or score["note"] for score in SCORES.values())


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: str(mistake["name"]))
def test_a_slip_is_answered_as_it_was_judged(
    mistake: dict[str, Any],
    bases: Path,
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    score = SCORES[mistake["name"]]
    if not passes(score):
        pytest.xfail(score["note"])
    monkeypatch.chdir(bases)
    path = Path(mistake["base"])
    sound = path.read_text(encoding="utf-8")
    assert sound.count(mistake["old"]) == 1
    path.write_text(sound.replace(mistake["old"], mistake["new"]), encoding="utf-8")
    try:
        main(["check", mistake["base"]])
    finally:
        path.write_text(sound, encoding="utf-8")
    shown = capsys.readouterr()
    assert len(_DIAGNOSTIC.findall(shown.err)) == 1
    assert shown.err == snapshot
