"""A benchmark of encodings by the command line: killed, resumed, gated, looked at and verified."""

from __future__ import annotations

import json
import time

import polars as pl
import pytest
from execution_project import Project, kill_group

SPEC = """\
edition "2026"

encoding maps {
    data      = [iris, moons(n = 1500)]
    encodings = [angle]
    controls  = [same_head(raw), same_kernel(rbf)]
    protocol  = nested(outer = 3, repeats = 1, inner = 2, candidates = 2)
    rope      = [5 %]
    discordance = 15 %
    measure   = [accuracy]
    predict better(angle, raw, data = moons) because "two half circles are not linear"
    require not_worse(angle, raw, data = moons) because "cosines and sines hold a line too"
}

engine here : local { workers = 1, threads = 1 }
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The benchmark, killed when some of its jobs were done, and executed again with its gate."""
    project = Project(tmp_path_factory.mktemp("benchmark"))
    project.spec.write_text(SPEC)
    process = project.start("execute", "tiny.mlp")
    deadline = time.monotonic() + 600
    while len(list(project.store.glob("*/*/result/scores.parquet"))) < 1 and time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    kill_group(process)
    done = len(list(project.store.glob("*/*/result")))
    assert 1 <= done < 5
    again = project.run("execute", "tiny.mlp", "--gate")
    (project.folder / "stdout.txt").write_text(again.stdout)
    (project.folder / "reused.txt").write_text(str(done))
    return project


def test_what_was_done_is_kept_and_the_rest_is_run(killed: Project) -> None:
    states = [job["state"] for job in killed.status()["jobs"]]
    assert len(states) == 2 * 2 + 1
    assert set(states) <= {"done", "reused"}
    done = int((killed.folder / "reused.txt").read_text())
    assert f"{5 - done} done, {done} reused" in (killed.folder / "stdout.txt").read_text()


def test_the_terminal_tells_claims_and_verdicts(killed: Project) -> None:
    said = (killed.folder / "stdout.txt").read_text()
    assert "encoding maps: the requirement holds" in said
    assert "same head:" in said
    assert "because: cosines and sines hold a line too" in said or "not_worse(angle, raw" in said


def test_what_is_claimed_stands_in_the_first_entry_of_the_record(killed: Project) -> None:
    (journal,) = killed.folder.glob(".mlipilot/runs/*/journal.jsonl")
    first = json.loads(journal.read_text().splitlines()[0])
    (found,) = first["benchmarks"]
    assert found["block"] == "maps"
    assert [claim["verb"] for claim in found["claims"]] == ["predict", "require"]
    assert found["claims"][0]["because"] == "two half circles are not linear"


def test_the_figures_are_made_again_and_an_altered_one_is_found(killed: Project) -> None:
    assert "everything holds" in killed.run("verify", "tiny.mlp").stdout
    (outcome,) = killed.store.glob("*/*/result/benchmark.json")
    kept = outcome.read_text()
    document = json.loads(kept)
    document["comparisons"][0]["difference"] += 0.01
    outcome.chmod(0o644)
    outcome.write_text(json.dumps(document))
    try:
        found = killed.run("verify", "tiny.mlp", code=1)
    finally:
        outcome.write_text(kept)
    assert "MLP0806" in found.stderr


def test_the_report_shows_the_benchmark(killed: Project) -> None:
    (report,) = killed.folder.glob(".mlipilot/runs/*/report.html")
    page = report.read_text()
    assert "two half circles are not linear" in page
    assert "the requirement holds" in page.lower()


def test_raw_scores_lie_under_the_name_of_the_block(killed: Project) -> None:
    (scores,) = killed.folder.glob(".mlipilot/runs/*/maps.parquet")
    table = pl.read_parquet(scores)
    assert len(table) == 2 * 4 * 3  # sets, cells, folds
    assert f"scores   {scores.relative_to(killed.folder)}" in (killed.folder / "stdout.txt").read_text()
