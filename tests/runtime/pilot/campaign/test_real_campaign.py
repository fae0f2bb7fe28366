"""A campaign of real jobs in small, through the command line: killed at any moment, and gone on with."""

from __future__ import annotations

import hashlib
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlipilot.runtime.pilot.audit.verifying import verify_campaign
from mlipilot.runtime.record import Store, read_journal

sys.path.append(str(Path(__file__).parents[2] / "execution"))

from execution_project import Project, kill_group

SPEC = """\
edition "2026"

experiment "Tiny campaign" { question = "Does the loop close?" }

dataset cu : emt_supercells {
    element = Cu, lattice = 3.59 Å, repeats = [1, 1, 2], strain = -2 % .. 2 %, temperatures = [300 K]
    trajectories = 8, frames = 4, split = by_trajectory(train = 3, valid = 1, test = 2, sealed = 2)
    equilibration = 100 fs, spacing = 50 fs
}

model small : mace {
    r_max = 4 Å, channels = 4, max_L = 0, max_ell = 1, correlation = 1, interactions = 1, radial_mlp = [8], readout = 4
}

training fit {
    model = small, data = cu, batch = 2, ema = 0.5
    stage forces { epochs = 8, lr = 1e-5 }
}

scorecard sanity {
    judges = fit
    require force_rmse(cu.test) <= 30 eV/Å because "an exploded model has more"
    minimize force_rmse(cu.test)
}

search {
    fit.forces.lr ~ choice(1e-5, 2e-2)
}

budget { trials <= 1, device_time <= 20 min }
engine here : local { workers = 2, threads = 1 }
pilot { proposer = grid, controls = [default], confirm_seeds = 3, detect = 4 }
"""


class Campaign(Project):
    """A folder with a campaign's spec, and the command line run in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.spec.write_text(SPEC)

    @property
    def record(self) -> Path:
        return next(self.folder.glob(".mlipilot/runs/*/campaign.jsonl"))

    def entries(self) -> list[dict[str, Any]]:
        read = read_journal(self.record)
        assert read.broken is None
        return read.entries

    def decisions(self) -> list[dict[str, Any]]:
        """What was proposed and decided, lane by lane, without times and costs."""
        dropped = ("seq", "time", "previous", "hash", "device_seconds", "share", "run_seconds", "spent")
        found = [
            {name: value for name, value in entry.items() if name not in dropped}
            for entry in self.entries()
            if entry["event"] in ("proposed", "measured", "trial", "accepted", "ended", "sealed", "closed")
        ]
        return sorted(found, key=lambda entry: (str(entry["lane"]), json.dumps(entry, sort_keys=True)))


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


def test_a_campaign_that_is_killed_again_and_again_ends_as_one_that_is_not(finished: Campaign, tmp_path: Path) -> None:
    project = Campaign(tmp_path)
    for seconds in (7.0, 10.0):
        process = project.start("execute", "tiny.mlp")
        time.sleep(seconds)
        kill_group(process)
    project.run("execute", "tiny.mlp")
    assert project.decisions() == finished.decisions()
    jobs = read_journal(project.record.with_name("journal.jsonl")).entries
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
    deadline = time.monotonic() + 60
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
    deadline = time.monotonic() + 60
    while len(read_journal(journal).entries) == held:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
