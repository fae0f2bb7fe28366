"""A training killed with SIGKILL and resumed gives the bits of one that was left alone."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import torch

from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.training.checkpoint import CheckpointStore, Progress
from mlipilot.runtime.training.job import run

KILLER = """
import json, os, signal, sys
from pathlib import Path
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.training.job import run

told = json.loads(sys.argv[1])
steps = 0

def die():
    global steps
    steps += 1
    if steps == told["kill_at"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return False

paths = {name: Path(path) for name, path in told["inputs"].items()}
run(JobContext(told["params"], paths, Path(told["out"]), Path(told["scratch"]), threads=1, stop_requested=die))
"""


def in_own_process(job: JobContext, kill_at: int) -> int:
    """Run the job in a fresh process that kills itself before step `kill_at` (0: never); its return code."""
    told = {
        "params": job.params,
        "inputs": {name: str(path) for name, path in job.inputs.items()},
        "out": str(job.out),
        "scratch": str(job.scratch),
        "kill_at": kill_at,
    }
    return subprocess.run([sys.executable, "-c", KILLER, json.dumps(told)], capture_output=True, check=False).returncode


def results(job: JobContext) -> tuple[pl.DataFrame, dict[str, torch.Tensor]]:
    """History without wall times, and the parameters handed out."""
    model = torch.load(job.out / "model.model", weights_only=False)
    return pl.read_parquet(job.out / "history.parquet").drop("seconds"), model.state_dict()


@pytest.mark.slow
def test_killed_and_resumed_gives_the_same_bits(params: dict[str, Any], make_job: Callable[..., JobContext]) -> None:
    second = {**params["stages"][0], "name": "energy", "lr": 1e-3, "epochs": 2}
    second["loss"] = {"kind": "weighted", "energy": 1000, "forces": 100, "stress": 0}
    second["scheduler"] = {"kind": "exponential", "gamma": 0.9}
    params["stages"].append(second)
    whole, killed = make_job(params, "whole"), make_job(params, "killed")

    assert in_own_process(whole, kill_at=0) == 0
    # Four steps an epoch: in the second epoch, and (ten steps later) in the first of the second stage.
    assert in_own_process(killed, kill_at=6) == -signal.SIGKILL
    assert in_own_process(killed, kill_at=10) == -signal.SIGKILL
    assert not (killed.out / "model.model").exists()
    assert in_own_process(killed, kill_at=0) == 0

    (expected, weights), (history, resumed) = results(whole), results(killed)
    assert history.equals(expected)
    assert history["epoch"].to_list() == [1, 2, 3, 4, 5]
    assert weights.keys() == resumed.keys()
    assert all(torch.equal(tensor, resumed[name]) for name, tensor in weights.items())


def test_a_stop_leaves_the_last_epoch(params: dict[str, Any], make_job: Callable[..., JobContext]) -> None:
    asked = iter([False] * 6 + [True])
    job = make_job(params, stop_requested=lambda: next(asked))
    with pytest.raises(Stopped):
        run(job)
    assert len(load(job).rows) == 1
    assert not (job.out / "model.model").exists()


def test_a_checkpoint_of_other_parameters_is_not_used(
    params: dict[str, Any], make_job: Callable[..., JobContext]
) -> None:
    params["stages"][0]["epochs"] = 1
    run(make_job(params))
    params["seed"] = 2
    job = make_job(params)
    run(job)
    assert json.loads((job.out / "training.json").read_text())["seed"] == 2
    assert len(job.remarks) == 1
    assert len(pl.read_parquet(job.out / "history.parquet")) == 1


def test_a_torn_checkpoint_starts_anew(params: dict[str, Any], make_job: Callable[..., JobContext]) -> None:
    params["stages"][0]["epochs"] = 1
    job = make_job(params)
    run(job)
    checkpoint = job.scratch / "checkpoint.pt"
    checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    run(job)
    assert len(pl.read_parquet(job.out / "history.parquet")) == 1
    (remark,) = job.remarks
    assert "damaged" in remark
    assert "restarts from the beginning" in remark


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"cposix\nnothing_of_this_name\n.", b"\x80\x05K\x01."])
def test_bytes_that_are_no_checkpoint_are_named_and_not_used(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(content)
    remarks: list[str] = []
    assert CheckpointStore(tmp_path, "identity", torch.device("cpu"), remarks.append).load() is None
    assert len(remarks) == 1


def test_without_a_checkpoint_there_is_nothing_to_remark(tmp_path: Path) -> None:
    remarks: list[str] = []
    assert CheckpointStore(tmp_path, "identity", torch.device("cpu"), remarks.append).load() is None
    assert remarks == []


def test_a_failure_keeps_the_last_finite_checkpoint(
    params: dict[str, Any], make_job: Callable[..., JobContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlipilot.runtime.backends.mace.step import PlainStep
    from mlipilot.runtime.backends.protocol import StepResult

    plain, calls = PlainStep.__call__, iter(range(100))

    def poisoned(self: PlainStep, batch: Any) -> StepResult:
        result = plain(self, batch)
        return StepResult(result.loss * float("nan"), result.gradients) if next(calls) == 5 else result

    monkeypatch.setattr(PlainStep, "__call__", poisoned)
    job = make_job(params)
    with pytest.raises(JobFailure, match="stage forces, epoch 2, step 2") as caught:
        run(job)
    assert caught.value.code == "MLP0810"
    progress = load(job)
    assert len(progress.rows) == 1
    assert progress.best is not None
    assert all(torch.isfinite(t).all() for t in progress.best.values())


def load(job: JobContext) -> Progress:
    """Progress in a job's checkpoint."""
    from mlipilot.runtime.training.checkpoint import fingerprint

    store = CheckpointStore(job.scratch, fingerprint(job.params, job.inputs), torch.device("cpu"))
    found = store.load()
    assert found is not None
    return found[0]
