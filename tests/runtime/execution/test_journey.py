"""A spec from text to a judged model, through the command line and nothing else."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from execution_project import Project

from mlipilot.runtime.record.journal import read_journal

pytestmark = pytest.mark.slow


def _numbers(document: Any) -> list[float]:
    if isinstance(document, dict):
        return [n for value in document.values() for n in _numbers(value)]
    if isinstance(document, list):
        return [n for value in document for n in _numbers(value)]
    return [float(document)] if isinstance(document, (int, float)) else []


def test_every_job_is_done_and_the_model_is_judged(finished: Project) -> None:
    status = finished.status()

    assert {job["state"] for job in status["jobs"]} == {"done"}
    assert [job["id"].split("/")[0] for job in status["jobs"]] == [
        "dataset",
        "train",
        "evaluate",
        "evaluate",
        "dynamics",
        "dynamics",
        "speed",
        "verdict",
    ]


def test_the_terminal_ends_with_scorecard_report_model_and_how_to_load_it(finished: Project) -> None:
    out = (finished.folder / "stdout.txt").read_text()

    assert out.startswith("8 jobs: 8 to run")
    assert "scorecard sanity: ACCEPTED" in out
    assert out.count(" pass") == 5
    assert out.rstrip().splitlines()[-1].startswith("atoms = read(")


def test_the_snippet_of_the_terminal_loads_the_model(finished: Project) -> None:
    from ase.build import bulk
    from mace.calculators import MACECalculator

    out = (finished.folder / "stdout.txt").read_text()
    path = finished.folder / out.split('model_paths="')[1].split('"')[0]
    atoms = bulk("Cu", cubic=True)
    atoms.calc = MACECalculator(model_paths=str(path), device="cpu")

    assert math.isfinite(atoms.get_potential_energy())
    assert np.isfinite(atoms.get_forces()).all()


def test_every_figure_of_the_verdict_is_finite_and_recomputable(finished: Project) -> None:
    verdict = json.loads((finished.result("verdict/sanity") / "verdict.json").read_text())
    assert all(math.isfinite(n) for n in _numbers(verdict))

    forces = verdict["seeds"]["1"]["constraints"][0]
    data = np.load(finished.result("evaluate/fit/seed-1/cu.test") / "predictions-energy.npz")
    rmse = np.sqrt(np.mean((data["forces_pred"] - data["forces_ref"]) ** 2))
    assert math.isclose(forces["estimate"], rmse, rel_tol=1e-12)
    assert forces["lower"] <= forces["estimate"] <= forces["upper"] < forces["threshold"]


def test_the_report_stands_alone_and_shows_the_verdict(finished: Project) -> None:
    report = Path(json.loads(finished.run("execute", "tiny.mlp", "--json").stdout)["report"]).read_text()

    assert "Does the machinery run?" in report
    assert "ccepted" in report
    assert "<svg" in report
    assert "http://" not in report.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    )


def test_a_second_execution_runs_nothing_and_says_so(finished: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.store.rglob("*")}

    again = finished.run("execute", "tiny.mlp")

    assert "all 8 are done already, nothing to run" in again.stdout
    assert "scorecard sanity: ACCEPTED" in again.stdout
    assert {path: path.stat().st_mtime_ns for path in finished.store.rglob("*")} == before


def test_the_journal_is_sound_and_pins_the_hashes(finished: Project) -> None:
    path = next((finished.folder / ".mlipilot" / "runs").glob("*/journal.jsonl"))
    read = read_journal(path)

    assert (read.broken, read.torn) == (None, 0)
    first = read.entries[0]
    assert first["event"] == "begin"
    assert len(first["plan"]) == len(first["spec"]) == len(first["scorecard"]) == 64
    ended = [entry for entry in read.entries if entry["event"] == "ended"]
    assert [entry["state"] for entry in ended] == ["done"] * 8


def test_each_job_that_is_done_says_what_it_produced(finished: Project) -> None:
    lines = (finished.folder / "stderr.txt").read_text().splitlines()
    produced = {line.split()[1]: line for line in lines if line.startswith("done ")}

    assert len(produced) == 8
    assert produced["dataset/cu"].endswith("12 train, 4 valid, 8 test frames")
    assert "validation loss" in produced["train/fit/seed-1"]
    assert produced["train/fit/seed-1"].endswith(" meV/atom")
    evaluated, _, constant = produced["evaluate/fit/seed-1/cu.test"].partition("; constants fitted to these frames: ")
    assert evaluated.endswith(" on 8 test frames")
    assert constant.endswith(" meV/atom")
    assert "4 of 4 replicas reached 0.1 ps" in produced["dynamics/hot/seed-1"]
    assert "× the reference's speed" in next(line for job, line in produced.items() if job.startswith("speed/"))
    assert produced["verdict/sanity"].endswith("accepted")


def test_logs_of_a_job_can_be_read(finished: Project) -> None:
    log = finished.run("logs", "train/fit/seed-1").stdout
    assert log.count("  epoch ") == 8
    assert "energy  epoch 7/7  loss " in log
    assert " meV/Å  energy_rmse " in log
    unknown = finished.run("logs", "nothing", code=2)
    several = finished.run("logs", "evaluate", code=2)

    assert "no job is named `nothing`" in unknown.stderr
    assert "several" in several.stderr


def test_a_report_can_be_written_elsewhere(finished: Project, tmp_path: Path) -> None:
    finished.run("report", "tiny.mlp", "-o", str(tmp_path / "again.html"))

    assert (tmp_path / "again.html").read_text().count("<svg") >= 4


def test_cancelling_what_does_not_run_says_so(finished: Project) -> None:
    assert "is not running" in finished.run("cancel").stdout


def test_the_history_has_each_epoch_once(finished: Project) -> None:
    history = pl.read_parquet(finished.result("train/fit/seed-1") / "history.parquet")

    assert history["epoch"].to_list() == list(range(1, 8))
    assert history["stage"].to_list() == ["forces"] * 4 + ["energy"] * 3
    assert history.select(pl.col("selected").sum().over("stage")).to_series().to_list() == [1] * 7


def test_each_stage_is_judged_on_its_own(finished: Project) -> None:
    verdict = json.loads((finished.result("verdict/sanity") / "verdict.json").read_text())
    stages = verdict["seeds"]["1"]["stages"]

    assert list(stages) == ["energy", "forces"]
    assert stages["energy"][0]["estimate"] == verdict["seeds"]["1"]["constraints"][0]["estimate"]
    assert stages["forces"][0]["estimate"] != stages["energy"][0]["estimate"]
