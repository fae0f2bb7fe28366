"""What a batch script says, and what `sbatch` is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mlipilot.runtime.engine.slurm.need import Need
from mlipilot.runtime.engine.slurm.script import SETUP_FAILED, sbatch_options, script

PLAIN = {"checkpoint": 120.0}


def told(need: Need, count: int = 1, **options: object) -> list[str]:
    return sbatch_options({**PLAIN, **options}, need, "mlp-a-1", Path("/out/job.txt"), count)


def test_a_job_is_told_what_it_needs_and_is_never_queued_again_by_slurm() -> None:
    found = told(Need(cores=8, gpus=2, memory=32 * 10**9, seconds=3601.0, partition="gpu"), account="mine", gpu="a100")
    assert found == [
        "--job-name=mlp-a-1",
        "--output=/out/job.txt",
        "--open-mode=append",
        "--nodes=1",
        "--ntasks=1",
        "--cpus-per-task=8",
        "--time=61",
        "--signal=B:USR2@120",
        "--partition=gpu",
        "--account=mine",
        "--mem=30518M",
        "--gres=gpu:a100:2",
        "--no-requeue",
        "--export=ALL",
    ]


def test_what_is_not_given_is_left_to_the_cluster() -> None:
    found = told(Need())
    names = {word.partition("=")[0] for word in found}
    assert names.isdisjoint(("--mem", "--time", "--partition", "--gres", "--array", "--qos"))


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"qos": "long"}, "--qos=long"),
        ({"exclude": ["n1", "n2"]}, "--exclude=n1,n2"),
        ({"gpu_request": "gpus"}, "--gpus=1"),
        ({"gpu_request": "gpus", "gpu": "a100"}, "--gpus=a100:1"),
        ({"options": ["reservation=mine", "--exclusive"]}, "--reservation=mine"),
        ({"options": ["reservation=mine", "--exclusive"]}, "--exclusive"),
    ],
)
def test_options_are_passed_on(options: dict[str, object], word: str) -> None:
    assert word in told(Need(gpus=1), **options)


def test_several_are_an_array() -> None:
    assert "--array=0-11" in told(Need(), 12)


def test_the_setup_runs_line_by_line_before_the_task(tmp_path: Path) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text('#!/bin/sh\necho "$GREETING" "$@"\n')
    stand_in.chmod(0o755)
    text = script({"setup": ["export GREETING=hello", "true"], "python": str(stand_in)}, tmp_path / "tasks.json")
    done = subprocess.run(["bash"], input=text, capture_output=True, text=True, check=True)
    assert done.stdout == f"hello -m mlipilot.runtime.engine.slurm.task {tmp_path}/tasks.json\n"


def test_a_setup_that_fails_ends_the_script_and_is_named(tmp_path: Path) -> None:
    text = script({"setup": ["echo before", "false 'it'\"s\"", "echo after"]}, tmp_path / "tasks.json")
    done = subprocess.run(["bash"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == SETUP_FAILED
    assert done.stdout == "before\n"
    assert done.stderr == "mlipilot: a line of `setup` failed: false 'it'\"s\"\n"


def test_a_container_wraps_the_task(tmp_path: Path) -> None:
    text = script({"container": "apptainer exec --nv image.sif"}, tmp_path / "tasks.json")
    assert f"exec apptainer exec --nv image.sif {sys.executable} -m" in text
