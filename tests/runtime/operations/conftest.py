"""A small dataset and a way to run a job."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations import dataset

SUPERCELLS: dict[str, Any] = {
    "op": "emt_supercells",
    "element": "Cu",
    "lattice": 3.59,
    "repeats": [2, 2, 1],
    "strain": [-0.04, 0.04],
    "temperatures": [300.0, 900.0],
    "trajectories": 5,
    "frames": 3,
    "split": {"train": 2, "valid": 1, "test": 1, "sealed": 1},
    "seed": 7,
    "timestep": 5.0,
    "equilibration": 100.0,
    "spacing": 50.0,
    "relaxation": 100.0,
}


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., JobContext]:
    """Makes a context with a fresh `out`."""
    made = 0

    def make(params: dict[str, Any], inputs: dict[str, Path] | None = None, **changes: Any) -> JobContext:
        nonlocal made
        made += 1
        out, scratch = tmp_path / f"out{made}", tmp_path / "scratch"
        out.mkdir()
        scratch.mkdir(exist_ok=True)
        return JobContext(params, inputs or {}, out, scratch, progress_file=tmp_path / "progress.jsonl", **changes)

    return make


@pytest.fixture
def supercells() -> dict[str, Any]:
    return json.loads(json.dumps(SUPERCELLS))


@pytest.fixture(scope="session")
def copper_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a dataset job run on SUPERCELLS."""
    out = tmp_path_factory.mktemp("copper_data")
    dataset.run(JobContext(SUPERCELLS, {}, out, out))
    return out
