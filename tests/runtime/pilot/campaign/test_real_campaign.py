"""A campaign of real jobs in small, through the command line: killed at any moment, and gone on with."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import time
from pathlib import Path

import full_place
import numpy as np
import pytest
from execution_project import kill_group
from real_campaign import SPEC, Campaign

from mlipilot.runtime.pilot.audit.packing import PACKED, unpack
from mlipilot.runtime.pilot.audit.verifying import verify_campaign
from mlipilot.runtime.record import Store, read_journal

MOMENTS = 10
"""At which the place of a campaign fills."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """A campaign that ran without a break; tests look at it and change nothing."""
    project = Campaign(tmp_path_factory.mktemp("finished"))
    project.run("execute", "tiny.mlp")
    return project


def test_a_campaign_runs_to_its_seal_and_finds_what_is_better(finished: Campaign) -> None:
    entries = finished.entries()
    assert entries[0]["event"] == "campaign"
    assert entries[-1]["event"] == "closed"
    accepted = {entry["lane"]: entry["changes"] for entry in entries if entry["event"] == "accepted"}
    assert [change[:2] for change in accepted["grid/1"]] == [["fit.forces.lr", "2e-2"]]
    made = (finished.record.parent / "accepted/grid-1.mlp").read_text()
    assert made == SPEC.replace("lr = 1e-5 }", "lr = 2e-2 }")
    assert (finished.folder / "tiny.mlp").read_text() == SPEC
    sealed = [entry for entry in entries if entry["event"] == "sealed"]
    assert sealed
    assert all(entry["figures"][0][0] > 0 for entry in sealed)


def test_only_the_seal_has_sealed_data(finished: Campaign) -> None:
    jobs = read_journal(finished.record.with_name("journal.jsonl")).entries
    started = {entry["job"]: entry["key"] for entry in jobs if entry["event"] == "started"}
    seals = [job for job in started if job.startswith("seal/sanity")]
    assert len(seals) == 1
    for job, key in started.items():
        intent = finished.folder / ".mlipilot/store" / key[:2] / key
        logged = (intent / "log-1.txt").read_text() if (intent / "log-1.txt").exists() else ""
        assert ("sealed" in logged) == (job in seals), job


def test_every_figure_is_made_again_also_those_of_the_seal(finished: Campaign, tmp_path: Path) -> None:
    committed = tmp_path / "record"
    whole = verify_campaign(finished.record.parent, Store(finished.folder / ".mlipilot/store"), committed)
    assert whole.archived is not None
    assert whole.measured.runs == whole.measured.recomputed > 10
    copied = verify_campaign(committed)
    assert copied.measured.missing == 0
    for found in (whole, copied):
        assert found.holds
        assert found.sealed.runs == found.sealed.recomputed == 3


def test_sealed_predictions_that_were_altered_are_found(finished: Campaign, tmp_path: Path) -> None:
    committed = tmp_path / "record"
    verify_campaign(finished.record.parent, Store(finished.folder / ".mlipilot/store"), committed)
    assert unpack(committed / PACKED, committed) == ""
    (committed / PACKED).unlink()
    (altered, *_) = sorted(committed.glob("artifacts/*/parts/*/predictions-forces.npz"))
    with np.load(altered) as file:
        arrays = dict(file)
    arrays["forces_pred"] = arrays["forces_pred"] * 0.5
    np.savez(altered, **arrays)
    found = verify_campaign(committed)
    assert [diagnostic.code for diagnostic in found.diagnostics] == ["MLP0806"]
    # With a manifest that was made to fit, the figures do not.
    manifest = altered.parents[2] / "manifest.json"
    document = json.loads(manifest.read_text())
    name = altered.relative_to(manifest.parent).as_posix()
    document["files"][name]["sha256"] = hashlib.sha256(altered.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(document))
    found = verify_campaign(committed)
    assert [diagnostic.code for diagnostic in found.diagnostics] == ["MLP0913"]
    assert found.sealed.recomputed == 2


def test_a_second_execution_has_nothing_to_run(finished: Campaign) -> None:
    before = len(read_journal(finished.record.with_name("journal.jsonl")).entries)
    finished.run("execute", "tiny.mlp")
    assert len(read_journal(finished.record.with_name("journal.jsonl")).entries) == before


def test_without_its_record_all_is_decided_anew_and_nothing_is_measured_again(
    finished: Campaign, tmp_path: Path
) -> None:
    shutil.copytree(finished.folder, tmp_path / "again")
    project = Campaign(tmp_path / "again")
    project.record.unlink()
    journal = next(project.folder.glob(".mlipilot/runs/*/journal.jsonl"))
    before = len(read_journal(journal).entries)
    told = project.run("execute", "tiny.mlp")
    assert "the record of an earlier execution is gone" in told.stdout + told.stderr
    assert project.decisions() == finished.decisions()
    assert not [entry for entry in read_journal(journal).entries[before:] if entry["event"] == "started"]


def test_a_campaign_that_is_killed_again_and_again_ends_as_one_that_is_not(finished: Campaign, tmp_path: Path) -> None:
    project = Campaign(tmp_path)
    for seconds in (7.0, 10.0):
        process = project.start("execute", "tiny.mlp")
        time.sleep(seconds)
        kill_group(process)
    # Written anew, it means the same: the campaign goes on with the text that it began with.
    project.spec.write_text(SPEC + "# what it means has not changed\n")
    project.run("execute", "tiny.mlp")
    assert project.decisions() == finished.decisions()
    made = "accepted/grid-1.mlp"
    assert (project.record.parent / made).read_bytes() == (finished.record.parent / made).read_bytes()
    jobs = read_journal(project.record.with_name("journal.jsonl")).entries
    done = [entry["key"] for entry in jobs if entry["event"] == "ended" and entry["state"] == "done"]
    assert len(done) == len(set(done))


def test_a_campaign_whose_place_fills_again_and_again_ends_as_one_that_was_not_disturbed(
    finished: Campaign, tmp_path: Path
) -> None:
    if not full_place.is_possible():
        pytest.skip("needs `unshare` and mounts of its own")
    project = Campaign(tmp_path)
    ended = full_place.executed(tmp_path, 2, MOMENTS)
    assert [one["code"] for one in ended] == [1] * MOMENTS + [0]
    for one in ended[:-1]:
        assert "Traceback" not in str(one["err"])
        assert str(one["err"]).count("error[MLP0819]") == 1
    assert project.decisions() == finished.decisions()
    jobs = read_journal(project.record.with_name("journal.jsonl")).entries
    assert {entry["state"] for entry in jobs if entry["event"] == "ended"} == {"done", "stopped"}
    done = [entry["key"] for entry in jobs if entry["event"] == "ended" and entry["state"] == "done"]
    assert len(done) == len(set(done))


def test_a_paused_campaign_starts_nothing_until_it_goes_on(tmp_path: Path) -> None:
    project = Campaign(tmp_path)
    process = project.start("execute", "tiny.mlp")
    while not list(tmp_path.glob(".mlipilot/runs/*/journal.jsonl")):
        time.sleep(0.05)
        assert process.poll() is None
    project.run("pause", "tiny.mlp")
    journal = next(tmp_path.glob(".mlipilot/runs/*/journal.jsonl"))
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        entries = read_journal(journal).entries
        running = sum((e["event"] == "started") - (e["event"] == "ended") for e in entries)
        time.sleep(1.0)
        if running == 0:
            break
    held = len(read_journal(journal).entries)
    time.sleep(2.0)
    assert len(read_journal(journal).entries) == held
    project.run("pause", "tiny.mlp", "--off")
    deadline = time.monotonic() + 300
    while len(read_journal(journal).entries) == held:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 130, err
