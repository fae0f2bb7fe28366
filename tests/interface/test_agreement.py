"""What a function gives is what the verb prints or writes: both are the same code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mlipilot
from mlipilot.cli import main

pytestmark = pytest.mark.filterwarnings("ignore::mlipilot.MlipilotWarning")
RECORD = Path(__file__).parents[2] / "examples" / "campaign" / "record"


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a verb prints to standard output."""
    capsys.readouterr()
    main(list(words))
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "call"),
    [
        (("power", "campaign.mlp"), lambda: mlipilot.load("campaign.mlp").power().document()),
        (("plan", "diff", "tiny.mlp", "wider.mlp"), lambda: mlipilot.load("tiny.mlp").diff("wider.mlp").document()),
        (("plan", "graph", "tiny.mlp"), lambda: json.loads(mlipilot.load("tiny.mlp").graph("json"))),
        (("verify", "tiny.mlp"), lambda: mlipilot.verify("tiny.mlp").document()),
        (("verify", str(RECORD)), lambda: mlipilot.verify(RECORD).document()),
        (
            ("rejudge", str(RECORD), "--threshold", "force_rmse(cu.test)=20 meV/Å", "--alpha", "0.01"),
            lambda: mlipilot.rejudge(RECORD, thresholds={"force_rmse(cu.test)": "20 meV/Å"}, alpha=0.01).document(),
        ),
        (
            ("rejudge", str(RECORD), "--confirm-seeds", "2"),
            lambda: mlipilot.rejudge(RECORD, confirm_seeds=2).document(),
        ),
        (("replay", str(RECORD)), lambda: mlipilot.replay(RECORD).document()),
    ],
    ids=["power", "diff", "graph", "verify a run", "verify a record", "thresholds", "seeds", "replay"],
)
def test_a_value_is_the_document_of_the_verb(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], call: Callable[[], Any]
) -> None:
    assert json.loads(json.dumps(call())) == json.loads(printed(capsys, *words, "--json"))


@pytest.mark.parametrize("name", ["tiny.mlp", "campaign.mlp", "eight.mlp"])
def test_what_check_finds_is_what_the_verb_prints(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    found = mlipilot.load(name).check()
    assert mlipilot.render(found, "json") + "\n" == printed(capsys, "check", name, "--output-format", "json")


def test_what_lint_finds_is_what_the_verb_prints(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = next(folder.glob(".mlipilot/store/*/*/result/train.xyz"))
    for named in ({}, {"data": data}, {"data": str(data), "test": data}):
        words = [word for option, path in named.items() for word in (f"--{option}", str(path))]
        found = mlipilot.lint("mace.yaml", **named).diagnostics
        assert mlipilot.render(found, "json") + "\n" == printed(
            capsys, "lint", "mace.yaml", *words, "--output-format", "json"
        )


@pytest.mark.parametrize("options", [["--fix"], ["--unsafe-fixes"]])
@pytest.mark.parametrize("verb", ["check", "lint"])
def test_fixes_leave_the_same_file(folder: Path, verb: str, options: list[str]) -> None:
    name = "eight.mlp" if verb == "check" else "mace.yaml"
    other = Path(shutil.copy(name, f"other-{name}"))
    before = other.read_bytes()
    how = {option.removeprefix("--").replace("-", "_"): True for option in options}
    if verb == "check":
        mlipilot.load(other).check(**how)
    else:
        mlipilot.lint(other, **how)
    main([verb, name, *options])
    assert Path(name).read_bytes() == other.read_bytes()
    assert (other.read_bytes() != before) is (verb == "check" or options == ["--unsafe-fixes"])


def test_the_house_style_and_edits_leave_the_same_file(folder: Path) -> None:
    for name in ("tiny.mlp", "campaign.mlp"):
        other = Path(shutil.copy(name, f"other-{name}"))
        mlipilot.load(other).format()
        main(["fmt", name])
        assert Path(name).read_bytes() == other.read_bytes()
    other = Path("other-campaign.mlp")
    mlipilot.load(other).edit({"potential.channels": 16, "potential.r_max": "4 Å"}, because="wider")
    main(["edit", "campaign.mlp", "--set", "potential.channels=16", "--set", "potential.r_max=4 Å"])
    assert Path("campaign.mlp").read_bytes() == other.read_bytes()


def test_a_plan_and_a_report_are_the_same_bytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mlipilot.load("campaign.mlp").compile(output="python.json")
    main(["compile", "campaign.mlp", "-o", "shell.json"])
    assert Path("python.json").read_bytes() == Path("shell.json").read_bytes()
    assert mlipilot.load("python.json").compile().plan == mlipilot.load("campaign.mlp").compile().plan
    assert mlipilot.report("tiny.mlp", "python.html") == Path("python.html")
    main(["report", "tiny.mlp", "-o", "shell.html"])
    assert Path("python.html").read_bytes() == Path("shell.html").read_bytes()


def test_the_canonical_bytes_and_the_schema_are_those_of_the_verbs(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    main(["canonical", "campaign.mlp"])
    assert capfdbinary.readouterr().out == mlipilot.load("campaign.mlp").canonical()
    main(["canonical", "campaign.mlp", "--hash"])
    assert capfdbinary.readouterr().out.decode() == mlipilot.load("campaign.mlp").hash() + "\n"
    main(["schema"])
    assert json.loads(capfdbinary.readouterr().out) == mlipilot.schema()
    main(["schema", "--format", "markdown"])
    assert capfdbinary.readouterr().out.decode() == mlipilot.schema("markdown")


def test_a_status_a_log_and_a_page_are_those_of_the_verbs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read = mlipilot.status("tiny.mlp")
    assert isinstance(read, mlipilot.Standing)
    document = json.loads(printed(capsys, "status", "tiny.mlp", "--json"))
    assert [job.id for job in read.jobs] == [job["id"] for job in document["jobs"]]
    assert [job.state for job in read.jobs] == [job["state"] for job in document["jobs"]]
    assert read.table["seconds"].to_list() == [job["seconds"] for job in document["jobs"]]
    assert mlipilot.logs("train/fit/seed-1") == printed(capsys, "logs", "train/fit/seed-1") != ""
    page = json.loads(printed(capsys, "explain", "wrong-dimension", "--json"))
    assert mlipilot.explain("wrong-dimension").sections == page["sections"]


def test_the_jobs_are_those_that_the_verb_shows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("tiny.mlp", "wider.mlp"):
        document = json.loads(printed(capsys, "plan", "show", name, "--json"))
        assert mlipilot.load(name).jobs().to_dicts() == document["jobs"]
        assert mlipilot.load(name).forecast() == document["summary"]


def test_an_execution_that_has_nothing_to_do_tells_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = mlipilot.load("tiny.mlp").execute()
    assert isinstance(outcome, mlipilot.Outcome)
    document = json.loads(printed(capsys, "execute", "tiny.mlp", "--json"))
    assert outcome.verdict is not None
    assert outcome.verdict.document() == document["verdict"]
    assert [job.as_dict() for job in outcome.jobs] == document["jobs"]
    assert (str(outcome.model), outcome.report) == (document["model"], Path(document["report"]).relative_to(folder))
    figures = outcome.verdict.table
    shown = [rule for seed in document["verdict"]["seeds"].values() for rule in seed["constraints"]]
    assert figures["estimate"].to_list() == [rule["estimate"] for rule in shown]
    assert figures["outcome"].to_list() == [rule["outcome"] for rule in shown]
