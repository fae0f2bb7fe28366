"""The evaluate job."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import ase.io
import numpy as np
import pytest
import torch

from mlipilot.runtime.backends.mace.potential import MacePotential as Potential
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations import evaluate, measure
from mlipilot.spec.schema import METRICS

MakeJob = Callable[..., JobContext]


def context(job: MakeJob, model: Path, data: Path, **changes: object) -> JobContext:
    return job({"models": ["fit"], "split": "test"}, {"model:fit": model, "data": data}, **changes)


def test_every_prediction_is_kept_beside_its_label(job: MakeJob, copper_model: Path, copper_data: Path) -> None:
    data = copper_data / "test.xyz"
    made = context(job, copper_model, data)
    evaluate.run(made)
    frames = ase.io.read(data, ":")
    with np.load(made.out / "predictions-fit.npz", allow_pickle=False) as table:
        assert table["groups"].tolist() == ["T300-03", "T900-03"]
        assert table["group"].tolist() == [0, 0, 0, 1, 1, 1]
        assert table["temperature"].tolist() == [300.0] * 3 + [900.0] * 3
        assert table["atoms"].tolist() == [16] * 6
        assert table["frame"].tolist() == [number for number in range(6) for _ in range(16)]
        assert (table["numbers"] == 29).all()
        np.testing.assert_array_equal(table["energy_ref"], [frame.info["REF_energy"] for frame in frames])
        np.testing.assert_array_equal(table["forces_ref"], np.concatenate([f.arrays["REF_forces"] for f in frames]))
        np.testing.assert_array_equal(table["stress_ref"], [frame.info["REF_stress"] for frame in frames])
        predictions = list(Potential.load(copper_model).evaluate(frames, stress=True))
        np.testing.assert_allclose(table["energy_pred"], [p.energy for p in predictions], atol=1e-10)
        np.testing.assert_allclose(table["forces_pred"], np.concatenate([p.forces for p in predictions]), atol=1e-12)
        np.testing.assert_allclose(table["stress_pred"], [p.stress for p in predictions], atol=1e-12)


def test_errors_are_per_atom_and_per_component(job: MakeJob, copper_model: Path, copper_data: Path) -> None:
    made = context(job, copper_model, copper_data / "test.xyz")
    evaluate.run(made)
    errors = json.loads((made.out / "errors.json").read_text())["fit"]
    with np.load(made.out / "predictions-fit.npz") as table:
        energy = (table["energy_pred"] - table["energy_ref"]) / 16
        force = table["forces_pred"] - table["forces_ref"]
    assert errors["energy_rmse"] == pytest.approx(np.sqrt(np.mean(energy**2)))
    assert errors["energy_mae"] == pytest.approx(np.mean(abs(energy)))
    assert errors["force_rmse"] == pytest.approx(np.sqrt(np.mean(force**2)))
    assert errors["force_mae"] == pytest.approx(np.mean(abs(force)))


def test_the_bytes_repeat(job: MakeJob, copper_model: Path, copper_data: Path) -> None:
    made = [context(job, copper_model, copper_data / "test.xyz") for _ in range(2)]
    for one in made:
        evaluate.run(one)
    assert len({(one.out / "predictions-fit.npz").read_bytes() for one in made}) == 1


def test_frames_without_stress_and_trajectory_are_evaluated_alike(
    job: MakeJob, copper_model: Path, copper_data: Path, tmp_path: Path
) -> None:
    frames = ase.io.read(copper_data / "test.xyz", ":2")
    for frame in frames:
        frame.info = {"REF_energy": frame.info["REF_energy"]}
    ase.io.write(tmp_path / "bare.xyz", frames)
    made = context(job, copper_model, tmp_path / "bare.xyz")
    evaluate.run(made)
    with np.load(made.out / "predictions-fit.npz", allow_pickle=False) as table:
        assert table["groups"].tolist() == ["frame-0", "frame-1"]
        assert np.isnan(table["temperature"]).all()
        assert "stress_ref" not in table


def test_a_frame_without_a_stress_has_a_row_of_nan_beside_those_that_have_one(
    job: MakeJob, copper_model: Path, copper_data: Path, tmp_path: Path
) -> None:
    frames = ase.io.read(copper_data / "test.xyz", ":4")
    whole = context(job, copper_model, copper_data / "test.xyz")
    evaluate.run(whole)
    del frames[1].info["REF_stress"]
    frames[2].pbc = False
    ase.io.write(tmp_path / "partly.xyz", frames)
    made = context(job, copper_model, tmp_path / "partly.xyz")
    evaluate.run(made)
    with np.load(made.out / "predictions-fit.npz") as table, np.load(whole.out / "predictions-fit.npz") as full:
        assert np.isnan(table["stress_ref"]).all(axis=1).tolist() == [False, True, True, False]
        assert np.isnan(table["stress_pred"]).all(axis=1).tolist() == [False, False, True, False]
        assert np.isfinite(table["energy_pred"]).all()
        np.testing.assert_array_equal(table["stress_ref"][[0, 3]], full["stress_ref"][[0, 3]])
        np.testing.assert_allclose(table["stress_pred"][[0, 3]], full["stress_pred"][[0, 3]], atol=1e-12)
    path = made.out / "predictions-fit.npz"
    measured = measure(METRICS["stress_rmse"], {path.name: path}, {}, "fit", 0.95)
    assert measured.method.endswith("over 2 frames with a stress of 4")


def test_a_prediction_that_is_not_finite_is_named(
    job: MakeJob, copper_model: Path, copper_data: Path, tmp_path: Path
) -> None:
    model = torch.load(copper_model, weights_only=False)
    next(model.readouts[0].parameters()).data.fill_(torch.nan)
    torch.save(model, tmp_path / "nan.model")
    with pytest.raises(JobFailure, match="model fit: the prediction for frame 0") as failure:
        evaluate.run(context(job, tmp_path / "nan.model", copper_data / "test.xyz"))
    assert failure.value.code == "MLP0815"


def test_a_frame_without_labels_is_named(job: MakeJob, copper_model: Path, copper_data: Path, tmp_path: Path) -> None:
    frames = ase.io.read(copper_data / "test.xyz", ":2")
    del frames[1].info["REF_energy"]
    ase.io.write(tmp_path / "bad.xyz", frames)
    with pytest.raises(JobFailure, match="frame 1") as failure:
        evaluate.run(context(job, copper_model, tmp_path / "bad.xyz"))
    assert failure.value.code == "MLP0811"


def test_an_empty_split_is_refused(job: MakeJob, copper_model: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.xyz").touch()
    with pytest.raises(JobFailure, match="no frames"):
        evaluate.run(context(job, copper_model, tmp_path / "empty.xyz"))


def test_it_stops_when_asked(job: MakeJob, copper_model: Path, copper_data: Path) -> None:
    with pytest.raises(Stopped):
        evaluate.run(context(job, copper_model, copper_data / "test.xyz", stop_requested=lambda: True))
