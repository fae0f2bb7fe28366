"""Files of the user's in the parameters of a job: their paths are put back, however deep they stand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mlipilot.runtime.execution.dispatch import _with_paths


def test_paths_are_put_back_in_lists_and_in_arguments(tmp_path: Path) -> None:
    entry = {"name": "wines.csv", "sha256": "ab"}
    params = {"train": [entry], "data": {"kind": "table", "arguments": {"file": entry, "target": "quality"}}, "seed": 0}
    compiled: Any = SimpleNamespace(spec=tmp_path / "spec.mlp", files={"ab": "tables/wines.csv"})
    found = {"path": str(tmp_path / "tables" / "wines.csv"), **entry}
    assert _with_paths(params, compiled) == {
        "train": [found],
        "data": {"kind": "table", "arguments": {"file": found, "target": "quality"}},
        "seed": 0,
    }
