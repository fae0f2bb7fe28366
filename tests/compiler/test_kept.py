"""A kept value comes back to the last digit under its own words, and damaged ones do not come back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlipilot.compiler.kept import read_kept, write_kept

VALUE = {"energy": -1.1, "forces": [[1e-17, 0.0, 0.1]], "name": "Å"}


@pytest.mark.parametrize("value", [VALUE, [], [1, "a", None], "", 0, {"a": {"b": [float("inf")]}}])
def test_a_value_comes_back(value: Any, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.json"
    write_kept(path, "asked", value)
    assert read_kept(path, "asked") == value
    assert read_kept(path, "asked otherwise") is None
    assert [entry.name for entry in path.parent.iterdir()] == ["a.json"]


def changed(text: str) -> str:
    document = json.loads(text)
    document["value"]["energy"] = -1.2
    return json.dumps(document)


@pytest.mark.parametrize(
    "damage",
    [lambda text: text[: len(text) // 2], lambda _: "", lambda _: "[]", lambda _: "7", lambda _: "{}", changed],
    ids=["cut", "empty", "list", "number", "bare", "changed"],
)
def test_a_damaged_value_is_none(damage: Callable[[str], str], tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_kept(path, "asked", VALUE)
    path.write_text(damage(path.read_text()))
    assert read_kept(path, "asked") is None


def test_what_cannot_be_written_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    write_kept(tmp_path / "file" / "a.json", "asked", VALUE)
    assert read_kept(tmp_path / "file" / "a.json", "asked") is None
