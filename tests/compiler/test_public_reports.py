"""Inputs made after public bug reports get what they deserve: `faults/expected.toml` says what, and why."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from mlipilot.cli import main

REMARKS = {"05-one-atom-bulk/mace.yaml": ["MLP1046"]}
"""What is rightly said beside the report's own matter."""
BETTER = {"06-far-from-origin/s.mlp": "clean"}
"""What is deserved less than `expected.toml` says, since a spec does not have the fault: our search has no origin."""


def cases() -> list[dict[str, Any]]:
    folder = os.environ.get("MLIPILOT_TEST_DATA", "")
    path = Path(folder) / "faults" / "expected.toml"
    if not folder or not path.is_file():
        return []
    with path.open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["case"]
    return found


def spoken_of(case: dict[str, Any], folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit code, and the codes of what is said."""
    code = main([case["verb"], "--output-format", "json", str(folder / case["file"])])
    said = [diagnostic["code"] for diagnostic in json.loads(capsys.readouterr().out)]
    for remark in REMARKS.get(case["file"], []):
        said.remove(remark)
    return code, said


OUTCOMES = {
    "clean": lambda code, said: code == 0 and not said,
    "warning": lambda code, said: code == 0 and said,
    "error": lambda code, said: code == 2 and said,
    "named": lambda code, said: bool(said),
}


@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["file"]))
def test_a_report_gets_what_it_deserves(
    case: dict[str, Any], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "faults"
    folder.symlink_to(data / "faults")
    code, said = spoken_of(case, folder, capsys)
    deserved = bool(OUTCOMES[BETTER.get(case["file"], case["outcome"])](code, said))
    assert deserved, (code, said, case["fact"])


def test_there_are_reports_where_there_is_data(data: Path) -> None:
    assert len(cases()) >= 36, data
