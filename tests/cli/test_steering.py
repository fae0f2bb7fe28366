"""What a user tells a campaign that runs, and audits of its record, on the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from mlipilot.cli import main
from mlipilot.runtime.pilot.campaign.control import Control
from mlipilot.runtime.record import Run

sys.path.append(str(Path(__file__).parents[1] / "runtime" / "pilot" / "campaign"))

from simulated import Campaign, spec_text

TEXT = spec_text(budget="trials <= 4")


@pytest.fixture
def open_campaign(tmp_path: Path) -> str:
    """The folder of a campaign that was stopped in its midst."""
    campaign = Campaign(tmp_path, TEXT, stop_after=11)
    assert not campaign.run()
    return str(tmp_path)


@pytest.fixture(scope="module")
def closed_campaign(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("closed")
    assert Campaign(folder, TEXT).run()
    return str(folder)


def test_a_veto_waits_for_the_trial_that_it_names(open_campaign: str) -> None:
    number = 4
    assert main(["veto", f"random/1/{number}", open_campaign, "--because", "too large"]) == 0
    assert Control(Path(open_campaign)).vetoed("random/1", number) == "too large"


@pytest.mark.parametrize(
    ("trial", "named"), [("tpe/1/1", "decided"), ("tpa/1/4", "tpe/1"), ("tpe/2/1", "tpe/1"), ("tpe", "ARM/REPLICATE")]
)
def test_a_veto_of_what_is_decided_or_unknown_is_refused(
    open_campaign: str, trial: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["veto", trial, open_campaign, "--because", "no"]) == 2
    err = capsys.readouterr().err
    assert "MLP0905" in err
    assert named in err
    assert not list(Path(open_campaign).glob("control/*"))


def test_a_suggestion_waits_for_its_arm(open_campaign: str) -> None:
    arguments = ["propose", open_campaign, "--set", "potential.channels=16", "--because", "capacity"]
    assert main(arguments) == 0
    suggested = Control(Path(open_campaign)).suggested("tpe/1")
    assert suggested is not None
    assert [(change.path, change.value) for change in suggested.changes] == [("potential.channels", "16")]
    assert suggested.hypothesis == "capacity"


@pytest.mark.parametrize(
    "setting", ["potential.channels=17", "cu.seed=3", "potential.channels", "usable.confidence=0.5"]
)
def test_a_suggestion_outside_the_search_is_refused(
    open_campaign: str, setting: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["propose", open_campaign, "--set", setting, "--because", "x"]) == 2
    assert "MLP0714" in capsys.readouterr().err
    assert Control(Path(open_campaign)).suggested("tpe/1") is None


def test_pausing_is_a_mark_that_whoever_executes_looks_for(open_campaign: str) -> None:
    assert main(["pause", open_campaign]) == 0
    assert Run(Path(open_campaign)).is_paused
    assert main(["pause", open_campaign, "--off"]) == 0
    assert not Run(Path(open_campaign)).is_paused


def test_a_campaign_that_has_ended_takes_no_word(closed_campaign: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["veto", "tpe/1/9", closed_campaign, "--because", "late"]) == 1
    assert main(["propose", closed_campaign, "--set", "potential.channels=16", "--because", "late"]) == 1
    assert capsys.readouterr().err.count("error[MLP0904]") == 2


@pytest.mark.parametrize("off", [[], ["--off"]])
def test_a_campaign_that_has_ended_cannot_be_paused(
    closed_campaign: str, off: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Run(Path(closed_campaign)).pause(on=True)
    assert main(["pause", closed_campaign, *off]) == 1
    told = capsys.readouterr()
    assert "error[MLP0904]" in told.err
    assert not told.out
    assert not Run(Path(closed_campaign)).is_paused


def test_a_record_is_replayed_and_decided_again(closed_campaign: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", closed_campaign, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)
    assert main(["rejudge", closed_campaign, "--alpha", "0.01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "threshold", ["force_rmse(cu.test)=25 meV", "force_rms(cu.test)=25 meV/Å", "force_rmse(cu.test)", "survival(hot)=x"]
)
def test_a_threshold_that_is_none_is_refused(
    closed_campaign: str, threshold: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rejudge", closed_campaign, "--threshold", threshold]) == 2
    err = capsys.readouterr().err
    assert "error[MLP" in err
    assert "--threshold:1:" in err


def test_an_altered_record_does_not_verify(
    closed_campaign: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("campaign.jsonl", "baseline.mlp"):
        (tmp_path / name).write_bytes((Path(closed_campaign) / name).read_bytes())
    text = (tmp_path / "campaign.jsonl").read_text()
    (tmp_path / "campaign.jsonl").write_text(text.replace('"state": "infeasible"', '"state": "accepted"', 1))
    assert main(["verify", str(tmp_path)]) == 1
    assert "error[MLP" in capsys.readouterr().err


def test_the_baseline_itself_and_an_arm_without_trials_take_no_suggestion(
    open_campaign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["propose", open_campaign, "--set", "potential.channels=8", "--because", "same"]) == 2
    assert "the baseline itself" in capsys.readouterr().err
    codes = [
        main(["propose", open_campaign, "--set", f"potential.r_max={cutoff} Å", "--because", "wider"])
        for cutoff in (4, 5, 5.5, 6, 4)
    ]
    assert codes[0] == 0
    assert codes[-1] == 2
    assert "no trial left" in capsys.readouterr().err
    assert main(["veto", "tpe/1/5", open_campaign, "--because", "beyond the budget"]) == 2


def test_a_new_campaign_hears_nothing_that_was_said_to_an_old_one(tmp_path: Path) -> None:
    Control(tmp_path).forbid("tpe/1", 1, "old")
    Control(tmp_path).forget()
    assert Control(tmp_path).vetoed("tpe/1", 1) is None
