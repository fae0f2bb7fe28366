"""The speed job."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations import speed

MakeJob = Callable[..., JobContext]
PARAMS: dict[str, Any] = {
    "repeats": [1, 2, 2],
    "rounds": 4,
    "reference": {"channels": 8, "max_L": 0, "correlation": 2, "r_max": 5.0, "interactions": 2},
    "precision": "float64",
}


@pytest.fixture
def inputs(copper_model: Path, copper_data: Path) -> dict[str, Path]:
    return {"model": copper_model, "cell": copper_data / "unstrained.xyz"}


def test_ratios_are_reference_over_ours_round_by_round(job: MakeJob, inputs: dict[str, Path]) -> None:
    made = job(PARAMS, inputs)
    speed.run(made)
    report = json.loads((made.out / "speed.json").read_text())
    assert len(report["ours_s"]) == len(report["reference_s"]) == len(report["ratios"]) == 4
    for ours, theirs, ratio in zip(report["ours_s"], report["reference_s"], report["ratios"], strict=True):
        assert ratio == pytest.approx(theirs / ours)
        assert ours > 0
    assert report["atoms"] == 16
    assert report["params"] == PARAMS
    assert report["hardware"]["processor"]
    assert (report["hardware"]["threads"], report["hardware"]["device"]) == (1, "cpu")


def test_a_smaller_model_is_faster_than_the_reference(job: MakeJob, inputs: dict[str, Path]) -> None:
    made = job(PARAMS, inputs)
    speed.run(made)
    assert np.median(json.loads((made.out / "speed.json").read_text())["ratios"]) > 1.0


def test_a_model_of_another_precision_is_refused(job: MakeJob, inputs: dict[str, Path]) -> None:
    with pytest.raises(JobFailure, match="float32") as failure:
        speed.run(job({**PARAMS, "precision": "float32"}, inputs))
    assert failure.value.code == "MLP0816"


def test_it_stops_when_asked(job: MakeJob, inputs: dict[str, Path]) -> None:
    with pytest.raises(Stopped):
        speed.run(job(PARAMS, inputs, stop_requested=lambda: True))
