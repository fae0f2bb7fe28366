"""Stops and kills: nothing finished is lost, nothing runs twice, and what was interrupted goes on."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import polars as pl
import pytest
from execution_project import Project, kill_group

from mlipilot.runtime.record.journal import read_journal

EPOCHS = "stage forces { epochs = 4,"


def _longer(project: Project, epochs: int = 40) -> None:
    project.spec.write_text(project.spec.read_text().replace(EPOCHS, f"stage forces {{ epochs = {epochs},"))


def _endless(project: Project) -> None:
    """A training that is stopped by the test alone, however slow the machine is."""
    _longer(project, 4000)


def _history(project: Project) -> pl.DataFrame:
    return pl.read_parquet(project.result("train/fit/seed-1") / "history.parquet").drop("seconds")


def _processes_of(folder: Path) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if path.readlink() == folder and int(path.parent.name) != os.getpid():
                found.append((path.parent / "cmdline").read_bytes().decode().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.mark.slow
def test_a_training_killed_in_an_epoch_resumes_to_the_bit(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _longer(project)
    whole = Project(tmp_path_factory.mktemp("whole"))
    whole.spec.write_text(project.spec.read_text())

    process = project.start("execute", "tiny.mlp")
    project.wait_for_epoch(7, process)
    kill_group(process)
    deadline = time.monotonic() + 120
    while _processes_of(project.folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _processes_of(project.folder) == []
    killed = {job["id"]: job["state"] for job in project.status()["jobs"]}
    assert killed["dataset/cu"] == "done"
    assert killed["train/fit/seed-1"] == "stopped"

    project.run("execute", "tiny.mlp")
    whole.run("execute", "tiny.mlp")

    resumed, straight = _history(project), _history(whole)
    assert resumed["epoch"].to_list() == list(range(1, 44))
    assert resumed.equals(straight)
    model = Path("train/fit/seed-1")
    assert json.loads((project.result(str(model)) / "training.json").read_text())["seed"] == 1
    attempts = {job["id"]: job["attempt"] for job in project.status()["jobs"]}
    assert attempts["dataset/cu"] == 1
    assert attempts["train/fit/seed-1"] == 2
    journal = read_journal(next(project.folder.glob(".mlipilot/runs/*/journal.jsonl"))).entries
    ended = [entry for entry in journal if entry["event"] == "ended" and entry["job"] == "train/fit/seed-1"]
    assert [(entry["attempt"], entry["state"]) for entry in ended] == [(1, "stopped"), (2, "done")]
    assert all(entry["device_seconds"] > 0 for entry in ended)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_cleanly_and_execute_goes_on(project: Project, number: signal.Signals) -> None:
    _longer(project)
    process = project.start("execute", "tiny.mlp")
    project.wait_for_epoch(3, process)

    os.kill(process.pid, number)
    out, err = process.communicate(timeout=300)

    assert process.returncode == 130, out + err
    assert "Traceback" not in out + err
    assert "continues from here" in out
    assert _processes_of(project.folder) == []
    states = {job["id"]: job["state"] for job in project.status()["jobs"]}
    assert states["train/fit/seed-1"] == "stopped"
    assert states["verdict/sanity"] == "pending"
    assert "ACCEPTED" in project.run("execute", "tiny.mlp").stdout


@pytest.mark.slow
def test_a_run_is_executed_by_one_process_and_can_be_cancelled(project: Project) -> None:
    _endless(project)
    process = project.start("execute", "tiny.mlp")
    project.wait_for_epoch(2, process)

    second = project.run("execute", "tiny.mlp", code=1)
    assert "MLP0802" in second.stderr
    running = project.status()
    assert {job["state"] for job in running["jobs"] if job["id"] == "train/fit/seed-1"} == {"running"}
    assert running["holder"]["pid"] == process.pid

    cancelled = project.run("cancel", "tiny.mlp")
    assert "stopped" in cancelled.stdout
    assert process.wait(timeout=120) == 130


@pytest.mark.slow
def test_a_killed_job_fails_by_name_and_what_needs_it_is_skipped(project: Project) -> None:
    _endless(project)
    process = project.start("execute", "tiny.mlp")
    project.wait_for_epoch(2, process)
    owner = next(
        json.loads(path.read_text())
        for path in project.store.glob("*/*/owner.json")
        if not (path.parent / "result").exists()
    )

    os.kill(owner["pid"], signal.SIGKILL)
    out, err = process.communicate(timeout=300)

    assert process.returncode == 1, out + err
    assert "MLP0803" in err
    assert "SIGKILL" in err
    states = {job["id"]: job["state"] for job in project.status()["jobs"]}
    assert states["train/fit/seed-1"] == "failed"
    assert states["verdict/sanity"] == "skipped"


@pytest.mark.slow
def test_a_spent_budget_stops_the_run_and_keeps_what_is_done(project: Project) -> None:
    _longer(project)
    project.spec.write_text(project.spec.read_text() + "budget { device_time <= 2 s }\n")

    stopped = project.run("execute", "tiny.mlp", code=1)

    assert "MLP0805" in stopped.stderr
    states = {job["id"]: job["state"] for job in project.status()["jobs"]}
    assert set(states.values()) <= {"done", "stopped", "pending"}
    assert states["train/fit/seed-1"] != "done"


@pytest.mark.slow
def test_a_damaged_result_is_set_aside_and_made_again(project: Project) -> None:
    project.spec.write_text(project.spec.read_text().split("model small")[0])
    project.run("execute", "tiny.mlp")
    (project.result("dataset/cu") / "train.xyz").write_text("broken")

    again = project.run("execute", "tiny.mlp")

    assert "MLP0806" in again.stderr
    assert {job["id"]: job["state"] for job in project.status()["jobs"]}["dataset/cu"] == "done"
    assert (project.result("dataset/cu").parent / "damaged-1" / "train.xyz").read_text() == "broken"
