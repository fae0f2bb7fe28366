"""Experiments that cannot succeed end with a named failure, never with an accepted model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from clusters import write_splits
from execution_project import Project

from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.plan_file import read_plan, write_plan


def _edit(project: Project, old: str, new: str) -> None:
    text = project.spec.read_text()
    assert old in text
    project.spec.write_text(text.replace(old, new))


@pytest.mark.slow
def test_a_learning_rate_of_1000_never_gives_an_accepted_model(project: Project) -> None:
    """A spec may not ask for it; a plan that was written by other means may."""
    path = project.folder / "tiny.plan.json"
    project.run("compile", "tiny.mlp", "-o", str(path))
    compiled = read_plan(path.read_text(), path)
    assert isinstance(compiled, Compiled)
    jobs = tuple(
        replace(job, params={**job.params, "stages": [{**stage, "lr": 1000.0} for stage in job.params["stages"]]})
        if job.kind == "train"
        else job
        for job in compiled.plan.jobs
    )
    path.write_text(write_plan(compiled._replace(plan=replace(compiled.plan, jobs=jobs)), project.folder))
    process = project.start("execute", path.name, "--gate")
    out, err = process.communicate(timeout=600)

    assert process.returncode == 3, out + err
    assert "REJECTED" in out
    assert "ACCEPTED" not in out
    assert "Traceback" not in out + err


def test_a_cutoff_below_the_neighbour_distance_is_refused_before_the_run(project: Project) -> None:
    _edit(project, "r_max = 4 Å", "r_max = 2 Å")

    assert "MLP0501" in project.run("execute", "tiny.mlp", code=2).stderr
    assert not project.store.exists()


def test_a_survival_that_cannot_be_proven_is_refused_before_the_run(project: Project) -> None:
    _edit(project, "survival(hot) >= 40 %", "survival(hot) >= 95 %")
    _edit(project, "duration = 100 fs, replicas = 4", "duration = 100 fs, replicas = 8")

    refused = project.run("execute", "tiny.mlp", code=2).stderr

    assert "MLP0505" in refused
    assert "8 of 8 prove 68.7 %" in refused
    assert "replicas = 59" in refused


FILES = """\
edition "2026"
dataset copper : files { train = ["train.xyz"], valid = ["valid.xyz"], test = ["test.xyz"], forces = "%s" }
model small : mace { r_max = 4 Å, channels = 4, max_L = 0, correlation = 1, interactions = 1 }
training fit { model = small, data = copper, batch = 1, stage one { epochs = 1 } }
"""


def test_a_files_dataset_without_forces_is_refused_before_the_run(project: Project) -> None:
    write_splits(project.folder)
    project.spec.write_text(FILES % "forces_dft")

    refused = project.run("execute", "tiny.mlp", code=2)

    assert "MLP1003" in refused.stderr
    assert "`REF_forces`" in refused.stderr
    assert not project.store.exists()


def test_a_data_file_that_changed_since_the_plan_was_compiled_is_refused(project: Project) -> None:
    write_splits(project.folder)
    project.spec.write_text(FILES % "REF_forces")
    project.run("compile", "tiny.mlp")
    write_splits(project.folder, first=1)

    failed = project.run("execute", "tiny.plan.json", code=1)

    assert "MLP0814" in failed.stderr
    assert "`mlipilot explain MLP0814`" in failed.stderr
