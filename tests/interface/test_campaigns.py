"""A campaign from Python: steered while it is open, and what came of it when it is closed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import mlipilot
from mlipilot.cli import main
from mlipilot.compiler.compile import compile_file
from mlipilot.runtime.pilot.campaign.control import Control
from mlipilot.runtime.record import workspace_of

sys.path.append(str(Path(__file__).parents[1] / "runtime" / "pilot" / "campaign"))

from simulated import Campaign, spec_text

TEXT = spec_text(budget="trials <= 4")


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spec with a pilot, in the present folder."""
    monkeypatch.delenv("MLIPILOT_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("copper.mlp").write_text(TEXT, encoding="utf-8")
    return Path("copper.mlp")


def campaign(spec: Path, stop_after: int | None = None) -> Path:
    """The folder of its campaign, which was run in a simulated laboratory."""
    compiled, _ = compile_file(spec)
    assert compiled is not None
    run = workspace_of(spec).run(spec, compiled.plan.hash)
    run.folder.mkdir(parents=True)
    Campaign(run.folder, TEXT, stop_after=stop_after).run()
    run.journal.touch()
    return run.folder


def test_an_edit_is_proposed_to_an_arm_of_an_open_campaign(spec: Path) -> None:
    folder = campaign(spec, stop_after=11)
    made = mlipilot.propose({"potential.channels": 16}, spec, because="capacity")
    suggested = Control(folder).suggested(made.lane)
    assert suggested is not None
    assert [(change.path, change.value) for change in suggested.changes] == [("potential.channels", "16")]
    assert suggested.hypothesis == "capacity"
    other = mlipilot.propose({"potential.channels": 16}, mlipilot.load(spec), because="again", arm="random/1")
    assert (made.lane, other.lane) == ("tpe/1", "random/1")


@pytest.mark.parametrize("value", [17, "17", "sixteen", True])
def test_a_proposal_outside_the_search_is_refused(spec: Path, value: object) -> None:
    folder = campaign(spec, stop_after=11)
    with pytest.raises(mlipilot.MlipilotError) as refused:
        mlipilot.propose({"potential.channels": value}, spec, because="capacity")
    assert [fault.code for fault in refused.value.diagnostics] == ["MLP0714"]
    assert Control(folder).suggested("tpe/1") is None


def test_a_trial_is_vetoed_once_and_only_where_it_is(spec: Path) -> None:
    folder = campaign(spec, stop_after=11)
    mlipilot.veto("random/1/4", spec, because="too large")
    assert Control(folder).vetoed("random/1", 4) == "too large"
    for trial, near in (("tpa/1/4", "tpe/1"), ("tpe/1/1", "decided"), ("tpe", "ARM/REPLICATE")):
        with pytest.raises(mlipilot.MlipilotError) as refused:
            mlipilot.veto(trial, spec, because="no")
        assert refused.value.diagnostics[0].code == "MLP0905"
        assert near in str(refused.value)


def test_a_campaign_is_paused_and_continues(spec: Path) -> None:
    campaign(spec, stop_after=11)
    assert mlipilot.pause(spec).is_paused
    assert "(paused)" in repr(mlipilot.pause(spec))
    assert not mlipilot.pause(spec, on=False).is_paused
    assert mlipilot.cancel(spec) is False


def test_a_closed_campaign_is_told_with_its_report_and_its_specs(spec: Path) -> None:
    folder = campaign(spec)
    ended = mlipilot.load(spec).execute()
    assert isinstance(ended, mlipilot.Ended)
    assert ended.is_closed
    assert ended.run is not None
    assert ended.run.folder == folder
    assert ended.report is not None
    assert ended.report.is_file()
    assert ended.accepted
    assert all(path.is_file() and not mlipilot.load(path).check() for path in ended.accepted.values())
    assert main(["status", str(spec)]) == 0


def test_a_campaign_whose_record_was_altered_is_an_error(spec: Path) -> None:
    folder = campaign(spec)
    path = folder / "campaign.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"trial": 1', '"trial": 2', 1), encoding="utf-8")
    experiment = mlipilot.load(spec)
    for call in (experiment.execute, mlipilot.status, mlipilot.report, mlipilot.rejudge, mlipilot.replay):
        with pytest.raises(mlipilot.MlipilotError) as refused:
            call()
        assert [fault.code for fault in refused.value.diagnostics] == ["MLP0807"]
    assert not mlipilot.verify().holds


def test_a_campaign_that_has_lost_its_record_is_an_error(spec: Path) -> None:
    from mlipilot.compiler.plan_file import write_plan

    folder = campaign(spec)
    compiled, _ = compile_file(spec)
    assert compiled is not None
    (folder / "plan.json").write_text(write_plan(compiled, folder), encoding="utf-8")
    (folder / "campaign.jsonl").unlink()
    for call in (mlipilot.status, mlipilot.report, mlipilot.verify, mlipilot.rejudge, mlipilot.replay):
        with pytest.raises(mlipilot.MlipilotError) as refused:
            call()
        assert [fault.code for fault in refused.value.diagnostics] == ["MLP0910"]


def test_a_record_is_audited_and_decided_again(spec: Path) -> None:
    campaign(spec)
    assert mlipilot.replay(spec).is_identical
    same, other = mlipilot.rejudge(spec), mlipilot.rejudge(spec, alpha="1 %", confirm_seeds=2)
    assert same.changed == 0
    assert (other.gate.alpha, other.gate.confirm_seeds) == (0.01, 2)
    assert (other.then.alpha, other.then.confirm_seeds) == (same.gate.alpha, same.gate.confirm_seeds)
