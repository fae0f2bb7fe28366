"""Specs executed on a real Slurm, as a user does it: from the command line, from one shell and then from another."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cluster_project import LONG, Project
from minislurm import MiniSlurm


@pytest.fixture
def project(cluster: MiniSlurm, tmp_path: Path) -> Project:
    return Project(tmp_path, cluster)


def test_a_run_on_a_cluster_is_found_on_this_machine_and_nothing_runs_twice(project: Project) -> None:
    project.write()
    code, said = project.run("execute", "data.mlp")
    assert code == 0, said
    assert "on the cluster, at most 50 jobs at a time" in said
    assert set(project.status().values()) == {"done"}
    assert len(project.queue()) == 2  # one alone, to see that jobs begin, and the rest as an array
    code, said = project.run("execute", "data.mlp", "--engine", "here")
    assert code == 0
    assert "all 3 are done already" in said


def test_a_check_asks_the_cluster_where_it_is_told_to(project: Project) -> None:
    project.write()
    code, said = project.run("check", "data.mlp")
    assert code == 0
    assert "engine `cluster` was not asked whether it takes the jobs: `mlipilot check --engine cluster`" in said
    code, said = project.run("check", "data.mlp", "--engine", "cluster")
    assert code == 0
    assert "engine `cluster` takes its jobs" in said
    code, said = project.run("doctor", "--engine", "cluster")
    assert code == 0
    assert "main         at most 60 min, gpu:2, the default" in said
    assert "engine `cluster` takes the jobs of `data.mlp`" in said


@pytest.mark.parametrize(
    ("engine", "headline", "help_"),
    [
        (', partition = "mian"', "the cluster has no partition `mian`", "did you mean `main`?"),
        (
            ', options = ["constraint=a100"]',
            "the cluster refuses `dataset/cu0` (1 core): allocation failure: Invalid feature specification",
            "change what the `engine` block asks for",
        ),
        (', exclude = ["n7"]', "allocation failure: Invalid node name specified", "change what the `engine` block"),
        (", threads = 100", "(100 cores): allocation failure: Requested node configuration is not available", "change"),
    ],
)
def test_what_a_cluster_would_refuse_is_said_before_a_job_is_submitted(
    project: Project, engine: str, headline: str, help_: str
) -> None:
    project.write(engine)
    code, said = project.run("check", "data.mlp", "--engine", "cluster")
    assert code == 2
    assert "error[MLP0831]" in said
    assert headline in said
    assert help_ in said
    assert project.run("execute", "data.mlp")[0] == 1
    assert project.queue() == set()


def test_without_the_commands_of_slurm_nothing_is_begun(project: Project) -> None:
    project.write()
    project.environment["PATH"] = str(Path(sys.executable).parent)
    code, said = project.run("execute", "data.mlp")
    assert code == 1
    assert "error[MLP0830]: this machine has no `sbatch`" in said
    assert "--engine local" in said


@pytest.mark.parametrize(
    ("engine", "code", "words"),
    [
        (', setup = ["module-that-is-not load cuda"]', "MLP0832", "a line of `setup` fails on node `n1`: module-that"),
        (', python = "/nowhere/bin/python"', "MLP0834", "node `n1` does not have the environment that jobs need"),
        (', container = "false"', "MLP0835", "the first job ended on node `n1` before its work began"),
    ],
)
def test_a_first_job_that_does_not_begin_ends_the_run_before_a_second_is_submitted(
    project: Project, engine: str, code: str, words: str
) -> None:
    project.write(engine)
    ended, said = project.run("execute", "data.mlp")
    assert ended == 1
    assert f"error[{code}]: {words}" in said
    assert "Slurm says FAILED" in said
    assert len(project.queue()) == 1


def test_12_a_folder_that_nodes_do_not_see_ends_the_run_before_a_second_job_is_submitted(
    clusters: Callable[..., MiniSlurm], tmp_path: Path
) -> None:
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs mounts of its own")
    folder = tmp_path / "project"
    folder.mkdir()
    project = Project(folder, clusters("n1", hidden=folder))
    project.write()
    ended, said = project.run("execute", "data.mlp")
    assert ended == 1
    assert "error[MLP0833]: node `n1` cannot write in" in said
    assert "into a folder that every node sees under the same path" in said
    assert len(project.queue()) == 1


def test_a_signal_leaves_the_jobs_to_run_and_another_shell_follows_them(project: Project) -> None:
    project.write(equilibration="4 ps")
    first = project.start("execute", "data.mlp")
    project.wait_for("running")
    first.send_signal(signal.SIGINT)
    said, _ = first.communicate(timeout=240)
    assert first.returncode == 130
    assert "what was submitted continues without this process" in said
    code, said = project.run("resume")
    assert code == 0, said
    assert set(project.status().values()) == {"done"}
    assert submitted_once(project)


def test_a_killed_supervisor_is_taken_over_and_no_job_starts_twice(project: Project) -> None:
    project.write(equilibration="4 ps")
    first = project.start("execute", "data.mlp")
    project.wait_for("running", 2)
    first.kill()
    first.communicate()
    assert "running" in project.status().values()
    code, said = project.run("execute", "data.mlp")
    assert code == 0, said
    assert set(project.status().values()) == {"done"}
    assert submitted_once(project)


def submitted_once(project: Project) -> bool:
    """Whether each of three results comes of the only attempt that was submitted."""
    results = list(project.folder.glob(".mlipilot/store/*/*/result"))
    return [len(list(path.parent.glob("request-*.json"))) for path in results] == [1, 1, 1]


@pytest.mark.parametrize("is_followed", [True, False])
def test_a_run_is_cancelled_from_another_shell(project: Project, is_followed: bool) -> None:
    project.write(equilibration=LONG)
    first = project.start("execute", "data.mlp")
    project.wait_for("running", 2)
    if not is_followed:
        first.kill()
        first.communicate()
    code, said = project.run("cancel", "data.mlp")
    assert code == 0
    assert "stopped" in said
    deadline = time.monotonic() + 120  # a job leaves the queue a moment after it ended
    while left := project.queue("PD,R,S,CF,CG"):
        assert time.monotonic() < deadline, left
    if is_followed:
        first.communicate(timeout=240)
        assert first.returncode == 130
    assert "running" not in project.status().values()
    assert project.run("cancel", "data.mlp") == (0, f"{run_of(project)} is not running\n")


def run_of(project: Project) -> str:
    (run,) = project.folder.glob(".mlipilot/runs/*")
    return run.name
