"""`plan show`, `plan diff` and `plan graph`: of specs and of plan files, with their exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlipilot.cli import main
from mlipilot.compiler.compile import compile_file
from mlipilot.runtime.forecast import keys_here
from mlipilot.runtime.record import workspace_of

TEXT = (Path(__file__).parents[1] / "compiler" / "copper.mlp").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a spec, its plan, and a changed spec."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLIPILOT_WORKSPACE", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (tmp_path / "copper.mlp").write_text(TEXT, encoding="utf-8")
    (tmp_path / "wider.mlp").write_text(TEXT.replace("r_max        = 4.5 Å", "r_max = 5 Å"), encoding="utf-8")
    assert main(["compile", "copper.mlp"]) == 0
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a look prints."""
    capsys.readouterr()
    assert main(["plan", *arguments]) == code
    return capsys.readouterr().out


def publish(folder: Path, spec: str, job: str) -> None:
    """Put a result into the store of a spec."""
    compiled, _ = compile_file(folder / spec)
    assert compiled is not None
    entry = workspace_of(folder / spec).store.entry(str(keys_here(compiled)[job]))
    out = entry.folder / "out"
    out.mkdir(parents=True)
    assert entry.publish(out)


def test_show_begins_with_the_sentence_of_compile(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["compile", "copper.mlp"]) == 0
    sentence = capsys.readouterr().out.split("\n")[0]
    for given in (["copper.mlp"], ["copper.plan.json"]):
        assert printed(capsys, "show", *given).split("\n")[0] == sentence
    assert printed(capsys, "show", "copper.mlp") == printed(capsys, "show", "copper.plan.json")


def test_show_says_which_results_are_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def states() -> dict[str, str]:
        document = json.loads(printed(capsys, "show", "copper.mlp", "--json"))
        return {job["job"]: job["state"] for job in document["jobs"]}

    assert set(states().values()) == {"run"}
    publish(folder, "copper.mlp", "dataset/cu")
    assert [job for job, state in states().items() if state == "reuse"] == ["dataset/cu"]


@pytest.mark.parametrize("old", ["copper.mlp", "copper.plan.json"])
def test_diff_names_the_line_that_runs_jobs_again(old: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", "wider.mlp"]) == 0
    for new in ("wider.mlp", "wider.plan.json"):
        text = printed(capsys, "diff", old, new)
        assert text.startswith("8 jobs: 1 reused, 7 to run, about ")
        assert "potential.r_max: 4.5 Å → 5 Å  (wider.mlp:20)" in text
        document: dict[str, Any] = json.loads(printed(capsys, "diff", old, new, "--json"))
        assert (document["reused"], document["invalidated"]) == (1, 7)
        printed(capsys, "diff", old, new, "--exit-code", code=1)


def test_diff_of_the_same_plan_has_nothing_to_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "diff", "copper.plan.json", "copper.mlp", "--exit-code")
    assert text.split("\n")[0] == "8 jobs: all 8 reused, nothing to run"


def test_diff_reuses_what_is_in_the_store(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(folder, "wider.mlp", "train/fit/seed-1")
    document = json.loads(printed(capsys, "diff", "copper.mlp", "wider.mlp", "--json"))
    stored = {job["job"]: job["stored"] for job in document["jobs"] if job["fate"] == "reused"}
    assert stored == {"dataset/cu": False, "train/fit/seed-1": True}
    capsys.readouterr()
    assert main(["plan", "diff", "copper.mlp", "wider.mlp"]) == 0
    assert "1 reused result is not in the store" in capsys.readouterr().err


def test_places_are_paths_from_here(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    name = folder.name
    assert f"({name}/wider.mlp:20)" in printed(capsys, "diff", f"{name}/copper.mlp", f"{name}/wider.mlp")
    assert f"{name}/copper.mlp:7" in printed(capsys, "show", f"{name}/copper.plan.json")


def test_graph_has_a_format_for_each_reader(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "graph", "copper.mlp").startswith("flowchart LR\n")
    assert printed(capsys, "graph", "copper.plan.json", "--format", "dot").startswith("digraph plan {\n")
    document = json.loads(printed(capsys, "graph", "copper.mlp", "--format", "json"))
    assert len(document["nodes"]) == 8
    assert document == json.loads(printed(capsys, "graph", "copper.mlp", "--json"))


WRONG = ["none.mlp", "bad.mlp", "bad.plan.json", "."]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("look", [["show"], ["graph"], ["diff", "copper.mlp"]])
def test_wrong_input_is_named(look: list[str], wrong: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.mlp").write_text('edition "2026"\nmodel m : mace { channels = 0 }\n')
    (folder / "bad.plan.json").write_text("{}")
    capsys.readouterr()
    assert main(["plan", *look, wrong]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert "error[MLP" in err


def test_a_plan_is_known_by_its_content(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "copper.plan.json").rename(folder / "saved.txt")
    assert printed(capsys, "show", "saved.txt") == printed(capsys, "show", "copper.mlp")


def test_without_a_look_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert "example: mlipilot plan" in printed(capsys, code=2)


@pytest.mark.parametrize("look", ["show", "diff", "graph"])
def test_each_look_has_help_with_an_example(look: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", look, "--help"]) == 0
    assert f"example: mlipilot plan {look}" in capsys.readouterr().out
