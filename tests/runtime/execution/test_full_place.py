"""A run whose workspace has no room left, at any moment: words, an exit code, nothing lost and nothing made up."""

from __future__ import annotations

import json

import full_place
import pytest
from execution_project import TINY, Project

from mlipilot.runtime.record import read_journal

MOMENTS = 10
TIMED = ("training.json", "dynamics.json", "speed.json", "history.parquet")
"""Files that hold seconds besides figures."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[dict[str, object]]]:
    """The tiny experiment, executed on a place that filled ten times before it came to its end."""
    if not full_place.is_possible():
        pytest.skip("needs `unshare` and mounts of its own")
    folder = tmp_path_factory.mktemp("disturbed")
    (folder / "tiny.mlp").write_text(TINY)
    return Project(folder), full_place.executed(folder, 1, MOMENTS)


def test_every_execution_without_room_says_so_and_exits_1(disturbed: tuple[Project, list[dict[str, object]]]) -> None:
    _, ended = disturbed
    assert [one["code"] for one in ended] == [1] * MOMENTS + [0]
    for one in ended[:-1]:
        said = str(one["err"])
        assert "Traceback" not in said
        assert said.count("error[MLP0819]") == 1
        assert "no space left on device" in said
        assert "needed" in said
        assert "failed" not in said


def test_no_attempt_is_left_running_and_no_job_has_failed(
    disturbed: tuple[Project, list[dict[str, object]]],
) -> None:
    project, _ = disturbed
    journal = read_journal(next(project.folder.glob(".mlipilot/runs/*/journal.jsonl")))
    assert journal.broken is None
    started = {(e["key"], e["attempt"]) for e in journal.entries if e["event"] == "started"}
    ended = [(e["key"], e["attempt"]) for e in journal.entries if e["event"] == "ended"]
    assert sorted(started) == sorted(ended)
    assert {e["state"] for e in journal.entries if e["event"] == "ended"} == {"done", "stopped"}
    done = [e["key"] for e in journal.entries if e["event"] == "ended" and e["state"] == "done"]
    assert len(done) == len(set(done))


def test_the_results_are_those_of_a_run_that_was_not_disturbed(
    disturbed: tuple[Project, list[dict[str, object]]], finished: Project
) -> None:
    project, _ = disturbed
    assert results(project) == results(finished)
    assert "everything holds" in project.run("verify", "tiny.mlp").stdout


def test_nothing_half_written_is_left(disturbed: tuple[Project, list[dict[str, object]]]) -> None:
    project, _ = disturbed
    assert list(project.folder.rglob("*.tmp")) == []
    assert list(project.folder.glob(".mlipilot/store/*/*/.out-*")) == []


def results(project: Project) -> dict[str, dict[str, str]]:
    """Digests of the files of each result that hold no seconds, by key; of what is timed alone, nothing."""
    found = {}
    for path in project.store.glob("*/*/result/manifest.json"):
        files = {name: entry["sha256"] for name, entry in json.loads(path.read_text())["files"].items()}
        kept = {name: digest for name, digest in files.items() if name not in TIMED and "verdict" not in name}
        if kept:
            found[path.parents[1].name] = kept
    return found
