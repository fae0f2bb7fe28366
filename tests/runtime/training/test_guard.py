"""What stock MACE trains through to a NaN model, or fails at only after training, ends early and by name."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ase.io
import pytest
import torch
from ase import Atoms

from mlipilot.runtime.backends.mace.model import load_model
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.training.job import run

Change = Callable[[list[Atoms]], None]


def missing_energy(frames: list[Atoms]) -> None:
    del frames[3].info["REF_energy"]


def nan_energy(frames: list[Atoms]) -> None:
    frames[3].info["REF_energy"] = math.nan


def missing_forces(frames: list[Atoms]) -> None:
    del frames[3].arrays["REF_forces"]


def nan_force(frames: list[Atoms]) -> None:
    frames[3].arrays["REF_forces"][5, 1] = math.nan


def other_element(frames: list[Atoms]) -> None:
    frames[3].symbols[0] = "Au"


def far_atom(frames: list[Atoms]) -> None:
    frames[3].set_cell(frames[3].cell * 10, scale_atoms=False)
    frames[3].positions[2] += 8.0


def altered(source: Path, target: Path, change: Change) -> Path:
    frames = ase.io.read(source, index=":")
    change(frames)
    ase.io.write(target, frames, format="extxyz")
    return target


@pytest.mark.parametrize(
    ("role", "change", "code", "message"),
    [
        ("train", missing_energy, "MLP0811", "train: frame 3 has no REF_energy"),
        ("train", nan_energy, "MLP0811", "train: frame 3: REF_energy is not finite"),
        ("valid", missing_forces, "MLP0811", "valid: frame 3 has no REF_forces"),
        ("train", nan_force, "MLP0811", "train: frame 3: REF_forces is not finite at atom 5"),
        ("valid", other_element, "MLP0813", "valid: frame 3 holds Au; the training set has only Cu"),
        ("train", far_atom, "MLP0812", r"train: frame 3: atom \d \(Cu\) has no neighbour within r_max = 4.5 Å"),
    ],
)
def test_data_that_cannot_train(
    role: str,
    change: Change,
    code: str,
    message: str,
    tmp_path: Path,
    data: dict[str, Path],
    params: dict[str, Any],
    make_job: Callable[..., JobContext],
) -> None:
    path = altered(data[role], tmp_path / "altered.xyz", change)
    with pytest.raises(JobFailure, match=message) as caught:
        run(make_job(params, inputs={role: path}))
    assert caught.value.code == code


def test_a_cutoff_below_the_nearest_neighbour(params: dict[str, Any], make_job: Callable[..., JobContext]) -> None:
    params["model"]["r_max"] = 1.0
    with pytest.raises(JobFailure, match=r"r_max = 1 Å; its nearest neighbour is 2\.\d+ Å away") as caught:
        run(make_job(params))
    assert caught.value.code == "MLP0812"


def test_a_stress_term_without_stress(
    tmp_path: Path, data: dict[str, Path], params: dict[str, Any], make_job: Callable[..., JobContext]
) -> None:
    def strip(frames: list[Atoms]) -> None:
        del frames[7].info["REF_stress"]

    params["stages"][0]["loss"]["stress"] = 10
    path = altered(data["train"], tmp_path / "altered.xyz", strip)
    with pytest.raises(JobFailure, match="train: frame 7 has no REF_stress") as caught:
        run(make_job(params, inputs={"train": path}))
    assert caught.value.code == "MLP0811"


def test_a_file_that_is_no_extxyz(tmp_path: Path, params: dict[str, Any], make_job: Callable[..., JobContext]) -> None:
    broken = tmp_path / "broken.xyz"
    broken.write_text("8\nLattice=\n1 2\n")
    for path in (broken, tmp_path / "absent.xyz"):
        with pytest.raises(JobFailure) as caught:
            run(make_job(params, inputs={"train": path}))
        assert caught.value.code == "MLP0814"


def test_a_missing_reference_energy(params: dict[str, Any], make_job: Callable[..., JobContext]) -> None:
    for e0 in ({"kind": "isolated"}, {"kind": "values", "values": {"Au": 1.0}}):
        params["model"]["e0"] = e0
        with pytest.raises(JobFailure, match="no reference energy for Cu") as caught:
            run(make_job(params))
        assert caught.value.code == "MLP0811"


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is there")
def test_a_device_that_is_not_there(params: dict[str, Any], make_job: Callable[..., JobContext]) -> None:
    with pytest.raises(JobFailure) as caught:
        run(make_job(params, device="cuda"))
    assert caught.value.code == "MLP0817"


@pytest.mark.parametrize("content", [b"", b"no model", None])
def test_a_file_that_is_no_model(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "broken.model"
    if content is None:
        torch.save({"weights": 1}, path)
    else:
        path.write_bytes(content)
    with pytest.raises(JobFailure, match=r"broken\.model") as caught:
        load_model(path)
    assert caught.value.code == "MLP0816"


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_an_absurd_learning_rate_never_publishes_nan(
    precision: str, params: dict[str, Any], make_job: Callable[..., JobContext]
) -> None:
    params["model"]["precision"] = precision
    params["stages"][0].update(lr=1000.0, epochs=4)
    job = make_job(params)
    with pytest.raises(JobFailure, match=r"is nan at stage forces, epoch 1, step \d \(loss .*, lr 1000\)") as caught:
        run(job)
    assert caught.value.code == "MLP0810"
    assert not (job.out / "model.model").exists()
