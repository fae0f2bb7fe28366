"""A campaign on the command line: how `execute` ends, `status` and `report`, from its record."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from mlipilot.cli import main
from mlipilot.cli.inspection import report, status
from mlipilot.cli.printouts import logs
from mlipilot.cli.running import execute
from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan_file import write_plan
from mlipilot.runtime.display.campaign_watchers import PlainCampaignWatcher
from mlipilot.runtime.record import Journal, Run, read_journal, workspace_of
from mlipilot.runtime.record.about import About

sys.path.append(str(Path(__file__).parents[1] / "runtime" / "pilot" / "campaign"))

from simulated import Campaign, Truth, better_with_channels, spec_text

TEXT = spec_text(budget="trials <= 3")


def made(folder: Path, truth: Truth = better_with_channels, stop_after: int | None = None) -> tuple[Path, Run]:
    """A spec whose campaign was run in a simulated laboratory, in the folder where `execute` looks for it."""
    spec = folder / "copper.mlp"
    spec.write_text(TEXT)
    compiled, _ = compile_file(spec)
    assert compiled is not None
    run = workspace_of(spec).run(spec, compiled.plan.hash)
    run.folder.mkdir(parents=True)
    Campaign(run.folder, TEXT, truth=truth, stop_after=stop_after).run()
    run.journal.touch()
    return spec, run


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MLIPILOT_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_execute_of_a_closed_campaign_ends_with_the_sentence_and_writes_the_report(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, run = made(there)
    assert execute(spec, gate=True, as_json=False) == 0
    out = capsys.readouterr().out
    assert "No language model took part" in out
    assert run.report.is_file()


def test_the_gate_is_closed_where_no_arm_accepted_a_design(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, _ = made(there, truth=lambda point: {"force_rmse": 0.02, "energy_rmse": 0.04})
    assert execute(spec, gate=True, as_json=False) == 3
    assert execute(spec, gate=False, as_json=False) == 0
    assert "no arm accepted a design" in capsys.readouterr().out


def test_execute_as_json_names_the_accepted_specs(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, _ = made(there)
    assert execute(spec, gate=False, as_json=True) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["stage"] == "closed"
    assert shown["accepted"]
    assert all(Path(path).is_file() for path in shown["accepted"].values())


def test_status_is_found_by_spec_by_run_and_by_folder(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, run = made(there)
    shown = []
    for which in (str(spec), run.name, str(run.folder), None):
        assert status(which, as_json=False) == 0
        shown.append(capsys.readouterr().out)
    assert len(set(shown)) == 1


def test_status_says_of_each_trial_what_was_tried_and_decided(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, run = made(there)
    entries = [e for e in read_journal(run.campaign).entries if e["event"] == "trial"]
    assert status(str(spec), as_json=False) == 0
    text = capsys.readouterr().out
    assert len(entries) == 6
    for entry in entries:
        assert entry["reason"] in text
    assert status(str(spec), as_json=True) == 0
    shown = json.loads(capsys.readouterr().out)
    trials = [(lane["lane"], t["trial"], t["state"]) for lane in shown["lanes"] for t in lane["trials"]]
    assert sorted(trials) == sorted((e["lane"], e["trial"], e["state"]) for e in entries)


def test_status_of_a_campaign_that_stopped_says_where_it_stands(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, _ = made(there, stop_after=12)
    assert status(str(spec), as_json=True) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["stage"], shown["running"], shown["added_value"]) == ("searching", False, None)
    assert shown["headline"].startswith("Stopped")


def test_a_damaged_record_is_said_to_be(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, run = made(there)
    data = run.campaign.read_bytes()
    run.campaign.write_bytes(data.replace(b'"lane": "tpe/1"', b'"lane": "tpe/2"', 1))
    assert status(str(spec), as_json=False) == 1
    assert report(str(spec), None) == 1
    assert "MLP0807" in capsys.readouterr().err


def test_a_report_goes_where_it_is_asked_to_but_never_over_a_spec(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, run = made(there)
    assert report(str(run.folder), there / "page.html") == 0
    assert (there / "page.html").read_text().startswith("<!DOCTYPE html>")
    assert report(str(run.folder), spec) == 2
    assert spec.read_text() == TEXT


def test_without_a_terminal_each_decision_is_a_line(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, run = made(there)
    entries = read_journal(run.campaign).entries
    first = next(n for n, entry in enumerate(entries) if entry["event"] == "trial")
    watcher = PlainCampaignWatcher()
    for entry in entries[: first + 1]:
        watcher.told(entry)
    watcher.begin([], [])
    for entry in entries[first + 1 :]:
        watcher.told(entry)
    lines = capsys.readouterr().err.splitlines()
    decided = [entry for entry in entries if entry["event"] == "trial"]
    assert lines[0] == "goes on after 1 trial"
    for entry in decided[1:]:
        begin = f"{entry['lane']}/{entry['trial']} {entry['state']}"
        assert sum(line.startswith(begin) for line in lines) == 1
    assert watcher.board.stage == "closed"
    assert {p.name: p.decided for p in watcher.board.places.values()} == {"tpe/1": 3, "random/1": 3}


def test_the_log_of_a_trials_job_is_found_by_its_name(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, run = made(there)
    compiled, _ = compile_file(spec)
    assert compiled is not None
    run.plan.write_text(write_plan(compiled, run.folder), encoding="utf-8")
    journal = Journal(run.journal)
    journal.append("started", **About("tpe/1/1/screen/train/fit/seed-7", "ab" * 32, "train").document(), attempt=1)
    journal.close()
    entry = workspace_of(spec).store.entry("ab" * 32)
    assert entry.claim() == 1
    entry.log(1).write_text("epoch 1 of 3\n")
    assert logs("screen/train/fit/seed-7", str(spec), None, follow=False) == 0
    assert "epoch 1 of 3" in capsys.readouterr().out
    assert logs("screen/train/fit/seed-8", str(spec), None, follow=False) == 2


def test_without_a_job_logs_names_those_that_have_one_what_failed_first(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, run = made(there)
    compiled, _ = compile_file(spec)
    assert compiled is not None
    run.plan.write_text(write_plan(compiled, run.folder), encoding="utf-8")
    assert main(["logs", str(spec)]) == 2
    assert "no job" in capsys.readouterr().err
    journal = Journal(run.journal)
    jobs = [f"tpe/1/{n}/screen/train/fit/seed-{n}" for n in range(1, 30)]
    for number, job in enumerate(jobs, 1):
        key = f"{number:064x}"
        about = About(job, key, "train", lane="tpe/1", trial=number, purpose="screen").document()
        journal.append("started", **about, attempt=1)
        state = {"state": "failed", "code": "MLP0810"} if number == 3 else {"state": "done", "code": ""}
        journal.append("ended", **about, attempt=1, message="", device_seconds=1.0, **state)
        entry = workspace_of(spec).store.entry(key)
        assert entry.claim() == 1
        entry.log(1).write_text("epoch 1 of 3\n")
    journal.close()
    shown = []
    for arguments in ([], [str(spec)], [run.name], ["--run", str(spec)]):
        assert main(["logs", *arguments]) == 0
        shown.append(capsys.readouterr().out)
    assert len(set(shown)) == 1
    lines = shown[0].splitlines()
    assert jobs[2] in lines[1]
    assert jobs[-1] in lines[2]
    assert "9 earlier ones" in lines[-1]


def test_while_the_baseline_is_measured_status_and_report_say_so(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, run = made(there)
    first = run.campaign.read_bytes().splitlines(keepends=True)[0]
    run.campaign.write_bytes(first)
    assert status(str(run.folder), as_json=False) == 0
    assert "calibrating: the baseline is measured under 5 seeds" in capsys.readouterr().out
    assert report(str(run.folder), None) == 0


def test_a_campaign_that_has_lost_its_record_is_not_taken_for_a_run(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, run = made(there)
    compiled, _ = compile_file(spec)
    assert compiled is not None
    run.plan.write_text(write_plan(compiled, run.folder))
    Journal(run.journal).append("begin", keys={}, hardware={})
    run.campaign.unlink()
    assert main(["verify", str(spec)]) == 1
    assert status(str(spec), as_json=False) == 1
    assert capsys.readouterr().err.count("error[MLP0910]") == 2
