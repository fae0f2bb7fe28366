"""`power`, and the commands that refuse what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mlipilot import InvalidSpec, load
from mlipilot.cli import main

TEXT = (Path(__file__).parents[1] / "lang" / "campaign.mlp").read_text(encoding="utf-8")


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spec with a campaign, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLIPILOT_WORKSPACE", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return write("proposer = tpe")


def write(pilot: str, budget: str = "trials <= 12") -> Path:
    path = Path("campaign.mlp")
    path.write_text(f"{TEXT}budget {{ {budget} }}\npilot {{ {pilot} }}\n", encoding="utf-8")
    return path


def test_it_compares_numbers_of_seeds_beside_the_own(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("proposer = tpe, confirm_seeds = 4")
    assert main(["power", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [row["confirm_seeds"] for row in document["by_confirm_seeds"]] == [2, 3, 4, 5, 8]
    assert document["forecast"] in document["by_confirm_seeds"]
    assert document["trials"] == {"expected": 12, "fewest": 12, "most": 12}
    assert document["calibration"] is None
    assert document["arms"] == ["tpe", "random"]


def test_text_has_the_figures_of_the_document(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["power"]) == 0
    text = capsys.readouterr().out
    assert main(["power", "--json"]) == 0
    for row in json.loads(capsys.readouterr().out)["by_confirm_seeds"]:
        assert f"gains of {row['detectable']:.2f} σ" in text


@pytest.mark.parametrize("verb", ["check", "power", "compile", "execute"])
def test_a_campaign_that_would_miss_its_gain_is_refused(
    verb: str, spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("proposer = tpe, confirm_seeds = 3")
    assert main([verb]) == 2
    assert "MLP0603" in capsys.readouterr().err
    assert not spec.with_suffix(".plan.json").exists()
    assert not (Path(".mlipilot") / "runs").exists()


@pytest.mark.parametrize(
    "pilot", ["confirm_seeds = 3, detect = 2.1", "detect = 0.1", "alpha = 0.0001", "confirm_seeds = 1, detect = 3"]
)
def test_check_says_what_compile_says_of_a_gain_that_is_missed(
    spec: Path, capsys: pytest.CaptureFixture[str], pilot: str
) -> None:
    write(f"proposer = tpe, {pilot}", "wall <= 4 h, trials <= 12")
    said = []
    for verb in ("check", "compile"):
        assert main([verb]) == 2
        said.append(capsys.readouterr().err)
    assert said[0] == said[1]
    assert [diagnostic.code for diagnostic in load(spec).check()] == ["MLP0603"]
    with pytest.raises(InvalidSpec):
        load(spec).compile()


def test_check_refuses_no_campaign_that_compiles(spec: Path) -> None:
    for pilot in ("detect = 2.5", "confirm_seeds = 30, detect = 1.5", "confirm_seeds = 3, detect = 1e6"):
        write(f"proposer = tpe, {pilot}")
        assert main(["check"]) == main(["compile"]) == 0


def test_a_plan_is_looked_at_as_its_spec_is(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile"]) == 0
    capsys.readouterr()
    figures = []
    for given in ("campaign.mlp", "campaign.plan.json"):
        assert main(["power", given, "--json"]) == 0
        figures.append(json.loads(capsys.readouterr().out))
    assert figures[0] == figures[1]


def test_a_spec_without_a_pilot_has_no_power(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text(TEXT, encoding="utf-8")
    assert main(["power"]) == 2
    assert "declares no campaign" in capsys.readouterr().err


def test_a_scorecard_that_minimises_nothing_is_told_so(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("proposer = tpe, confirm_seeds = 2")
    spec.write_text(
        spec.read_text(encoding="utf-8").replace("    minimize force_rmse(cu.test)\n", ""), encoding="utf-8"
    )
    assert main(["power"]) == 0
    assert "minimises nothing" in capsys.readouterr().out


def test_compile_says_what_a_trial_costs_and_show_what_it_is(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("proposer = tpe", "device_time <= 3 h")
    assert main(["compile"]) == 0
    first = capsys.readouterr().out.splitlines()
    for given in ("campaign.mlp", "campaign.plan.json"):
        assert main(["plan", "show", given]) == 0
        shown = capsys.readouterr().out.splitlines()
        assert shown[:3] == first[:3]
        assert any(line.startswith("train/fit/seed ") for line in shown)
        assert main(["plan", "show", given, "--json"]) == 0
        campaign = json.loads(capsys.readouterr().out)["campaign"]
        cost = campaign["estimate"]
        assert cost["run"] == pytest.approx(sum(job["seconds"] for job in campaign["template"]), abs=0.1)
        assert f"{cost['fewest']} to {cost['most']} trials" in first[2]
    write("proposer = tpe, seed = 3", "device_time <= 3 h")
    assert main(["plan", "diff", "campaign.plan.json", "campaign.mlp", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["new"], document["invalidated"]) == (0, 0)
    assert [cause["subject"] for cause in document["besides"]] == ["campaign/seed"]
    assert main(["plan", "graph", "campaign.plan.json"]) == 0


def test_where_both_streams_are_one_what_is_wrong_comes_before_the_figures(spec: Path) -> None:
    write("proposer = tpe, confirm_seeds = 3")
    command = [sys.executable, "-m", "mlipilot", "power"]
    told = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
    assert told.index("error[MLP0603]") < told.index("explain MLP0603") < told.index("arms: ")
