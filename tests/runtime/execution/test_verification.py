"""A run's verdict is held against what its own predictions, trajectories and timings give."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlipilot.runtime.execution.verification import verify_run
from mlipilot.runtime.record import Run, Workspace

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture
def run(tmp_path: Path) -> tuple[Workspace, Run]:
    """A finished run of two seeds."""
    with tarfile.open(GOLDEN / "workspace.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    workspace = Workspace(tmp_path / "workspace")
    return workspace, workspace.runs()[0]


def rewrite(workspace: Workspace, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the verdict and its manifest, so that only what it says can be wrong."""
    path = next(workspace.store.root.rglob("verdict.json"))
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))
    manifest = json.loads((path.parent / "manifest.json").read_text())
    content = path.read_bytes()
    manifest["files"][path.name] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (path.parent / "manifest.json").write_text(json.dumps(manifest))


def set_first(name: str, value: Any) -> Callable[[dict[str, Any]], object]:
    """Set a field of the first constraint of the first seed."""
    return lambda document: next(iter(document["seeds"].values()))["constraints"][0].update({name: value})


def test_what_was_recorded_holds(run: tuple[Workspace, Run]) -> None:
    found = verify_run(*run)
    assert found.diagnostics == []
    assert found.figures > 0


def test_another_layout_of_the_file_holds(run: tuple[Workspace, Run]) -> None:
    rewrite(run[0], lambda document: document)
    assert verify_run(*run).diagnostics == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (set_first("estimate", 1.0), "is not what the run's files give"),
        (set_first("estimate", None), "is not what the run's files give"),
        (set_first("estimate", "17.3"), "is not what the run's files give"),
        (set_first("upper", float("nan")), "is not what the run's files give"),
        (set_first("outcome", "undecided"), "is not what the run's files give"),
        (lambda d: d.update(verdict="rejected"), "says rejected, and the run's files give accepted"),
        (lambda d: d["seeds"].popitem(), "the verdict of seed"),
        (lambda d: next(iter(d["seeds"].values()))["constraints"].pop(), "the verdict of seed"),
    ],
)
def test_a_verdict_that_says_something_else_differs(
    run: tuple[Workspace, Run], change: Callable[[dict[str, Any]], object], words: str
) -> None:
    rewrite(run[0], change)
    found = verify_run(*run)
    assert {diagnostic.code for diagnostic in found.diagnostics} == {"MLP0915"}
    assert any(words in diagnostic.headline for diagnostic in found.diagnostics)
