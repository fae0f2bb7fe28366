"""What an older version wrote is refused in words that say what to do; results whose keys are the same are used."""

from __future__ import annotations

import json
import re
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "runtime" / "pilot" / "campaign"))

from recorded_machine import recorded_machine
from simulated import Campaign, spec_text

from mlipilot.cli import main
from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan_file import write_plan
from mlipilot.runtime.record import Journal, read_journal, workspace_of

GOLDEN = Path(__file__).parents[1] / "golden"
FIELDS = ("kind", "block", "seed", "repeat", "target", "lane", "trial", "purpose")
Out = pytest.CaptureFixture[str]


def rewritten(path: Path, older: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """A journal with other entries, and a chain that holds."""
    entries = read_journal(path).entries
    path.unlink()
    journal = Journal(path)
    for entry in entries:
        body = {name: value for name, value in entry.items() if name not in ("seq", "time", "previous", "hash")}
        journal.append(**older(body))
    journal.close()


def without_fields(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry about a job when it had no more than an id and a key."""
    return {name: value for name, value in entry.items() if name not in FIELDS} if "job" in entry else entry


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace with a run of format 1.2."""
    monkeypatch.delenv("MLIPILOT_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    with tarfile.open(GOLDEN / "workspace.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    (tmp_path / "workspace").rename(tmp_path / ".mlipilot")
    (tmp_path / "tiny.mlp").write_bytes((GOLDEN / "tiny.mlp").read_bytes())
    (run,) = (tmp_path / ".mlipilot/runs").iterdir()
    document = json.loads((run / "plan.json").read_text())
    beside = document["source"].pop("jobs")
    for job, body in zip(beside, document["plan"]["jobs"], strict=True):
        body["id"] = job["id"]
        for source in body["inputs"].values():
            source["job"] = beside[source["job"]]["id"]
    document["format_version"] = "1.2"
    (run / "plan.json").write_text(json.dumps(document))
    rewritten(run / "journal.jsonl", without_fields)
    run.rename(run.with_name("tiny-0123abcd"))
    with recorded_machine():
        yield tmp_path


@pytest.mark.parametrize(
    "line",
    ["status", "status {}", "status {} --json", "logs --run {}", "logs train --run {}", "report {}", "verify {}"],
)
def test_a_run_of_an_older_version_is_refused_and_says_to_execute_again(line: str, folder: Path, capsys: Out) -> None:
    assert main(line.format("tiny-0123abcd").split()) != 0
    err = capsys.readouterr().err
    assert "error[MLP0702]" in err
    assert "it has format 1.2, and this version reads 2.0" in err
    assert "help: execute the spec again: finished work is kept" in err


@pytest.mark.parametrize("line", ["execute {}", "plan show {}", "plan diff {} tiny.mlp", "plan graph {}"])
def test_a_plan_file_of_an_older_version_is_refused_and_says_to_compile_again(
    line: str, folder: Path, capsys: Out
) -> None:
    plan = next(folder.glob(".mlipilot/runs/*/plan.json"))
    assert main(line.format(plan).split()) == 2
    err = capsys.readouterr().err
    assert "it has format 1.2, and this version reads 2.0" in err
    assert "help: compile the spec again" in err


def test_the_results_of_its_store_are_used(folder: Path, capsys: Out) -> None:
    assert main(["plan", "show", "tiny.mlp", "--json"]) == 0
    assert {job["state"] for job in json.loads(capsys.readouterr().out)["jobs"]} == {"reuse"}
    assert main(["execute", "tiny.mlp", "--json"]) == 0
    assert {job["state"] for job in json.loads(capsys.readouterr().out)["jobs"]} == {"reused"}
    assert main(["status", "tiny.mlp"]) == 0, capsys.readouterr().err


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed campaign, as it was recorded before a record said its format and rules had units."""
    folder = tmp_path_factory.mktemp("campaign")
    spec, text = folder / "copper.mlp", spec_text(budget="trials <= 2")
    spec.write_text(text)
    compiled, _ = compile_file(spec)
    assert compiled is not None
    run = workspace_of(spec).run(spec, compiled.plan.hash)
    run.folder.mkdir(parents=True)
    assert Campaign(run.folder, text).run()
    run.plan.write_text(write_plan(compiled, run.folder))
    run.journal.touch()

    def older(entry: dict[str, Any]) -> dict[str, Any]:
        if entry["event"] == "campaign":
            rules = [{name: value for name, value in rule.items() if name != "unit"} for rule in entry["rules"]]
            return {**{name: value for name, value in entry.items() if name != "format"}, "rules": rules}
        return entry

    rewritten(run.campaign, older)
    return run.folder


@pytest.mark.parametrize("verb", ["status", "report", "verify", "replay", "rejudge"])
def test_a_record_of_an_older_version_is_refused_and_says_what_reads_it(
    verb: str, campaign: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLIPILOT_WORKSPACE", raising=False)
    assert main([verb, str(campaign)]) != 0
    err = capsys.readouterr().err
    assert re.search("error.MLP0910.: `.*campaign.jsonl` was written by an older version", err)
    assert "help: read it with the version that wrote it, or execute the spec again" in err


@pytest.mark.parametrize("found", [1, 3, "2", None, [2]])
def test_a_record_of_any_other_format_is_refused(found: object, campaign: Path, tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "campaign.jsonl").write_bytes((campaign / "campaign.jsonl").read_bytes())
    rewritten(
        tmp_path / "campaign.jsonl",
        lambda entry: entry | ({"format": found} if entry["event"] == "campaign" else {}),
    )
    for verb in ("status", "verify"):
        assert main([verb, str(tmp_path)]) != 0
        assert "and this version reads format 2" in capsys.readouterr().err
