"""The dynamics job."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import polars as pl
import pytest
from ase.build import molecule

from mlipilot.runtime.dynamics.death import deaths_in_words
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations import dynamics

MakeJob = Callable[..., JobContext]
NVE: dict[str, Any] = {
    "ensemble": "nve",
    "temperature": 320.0,
    "timestep": 2.0,
    "steps": 20,
    "every": 5,
    "replicas": 4,
    "thermostat": None,
    "seed": 123456789,
}
NVT: dict[str, Any] = {**NVE, "ensemble": "nvt", "thermostat": {"kind": "langevin", "relaxation": 100.0}}


def context(job: MakeJob, params: dict[str, Any], model: Path, data: Path, **changes: Any) -> JobContext:
    inputs = {"model": model, "start": data / "test.xyz", "summary": data / "summary.json"}
    return job(params, inputs, **changes)


@pytest.mark.parametrize("params", [NVE, NVT])
def test_every_replica_is_recorded(job: MakeJob, copper_model: Path, copper_data: Path, params: dict[str, Any]) -> None:
    made = context(job, params, copper_model, copper_data)
    dynamics.run(made)
    report = json.loads((made.out / "dynamics.json").read_text())
    assert report["target_temperature"] == 320.0
    assert report["min_distance"] == json.loads((copper_data / "summary.json").read_text())["min_distance"]
    assert report["seconds_per_step"] > 0
    assert [replica["start_frame"] for replica in report["replicas"]] == [0, 1, 2, 0]
    for replica in report["replicas"]:
        assert replica["start_temperature"] == pytest.approx(320.0)
        assert (replica["start_label_temperature"], replica["start_trajectory"]) == (300.0, "T300-03")
        assert (replica["steps_done"], replica["stopped"]) == (20, None)
        assert (replica["atoms"], replica["degrees_of_freedom"]) == (16, 45)
        assert replica["bonds"] == {"pairs": [], "lengths": []}
    thermo = pl.read_parquet(made.out / "thermo.parquet")
    assert thermo.columns == ["replica", "step", "time_fs", "potential", "kinetic", "total", "temperature"]
    assert thermo.height == 4 * 21
    frames = ase.io.read(copper_data / "test.xyz", ":")
    with np.load(made.out / "trajectory.npz", allow_pickle=False) as arrays:
        assert int(arrays["replicas"]) == 4
        for number, start in enumerate([0, 1, 2, 0]):
            assert arrays[f"positions_{number}"].shape == (5, 16, 3)
            assert arrays[f"steps_{number}"].tolist() == [0, 5, 10, 15, 20]
            assert arrays[f"temperature_{number}"].shape == (5,)
            np.testing.assert_array_equal(arrays[f"positions_{number}"][0], frames[start].positions)
            np.testing.assert_array_equal(arrays[f"cell_{number}"], frames[start].cell.array)
            assert arrays[f"pbc_{number}"].all()
            assert (arrays[f"numbers_{number}"] == 29).all()


def test_nve_of_a_model_conserves_energy(job: MakeJob, copper_model: Path, copper_data: Path) -> None:
    made = context(job, {**NVE, "steps": 100, "replicas": 1}, copper_model, copper_data)
    dynamics.run(made)
    total = pl.read_parquet(made.out / "thermo.parquet")["total"].to_numpy() / 16
    assert np.ptp(total) < 1e-5


def test_the_files_repeat_to_the_last_bit(job: MakeJob, copper_model: Path, copper_data: Path) -> None:
    made = [context(job, NVT, copper_model, copper_data) for _ in range(2)]
    for one in made:
        dynamics.run(one)
    for name in ("thermo.parquet", "trajectory.npz"):
        assert len({(one.out / name).read_bytes() for one in made}) == 1


def test_a_molecule_brings_its_bonds(job: MakeJob, organic_model: Path, tmp_path: Path) -> None:
    water = molecule("H2O")
    ase.io.write(tmp_path / "test.xyz", [water, molecule("CH4")])
    (tmp_path / "summary.json").write_text('{"min_distance": 0.9}')
    made = context(job, {**NVE, "timestep": 0.5, "replicas": 2}, organic_model, tmp_path)
    dynamics.run(made)
    first, second = json.loads((made.out / "dynamics.json").read_text())["replicas"]
    assert first["bonds"]["pairs"] == [[0, 1], [0, 2]]
    assert first["bonds"]["lengths"][0] == pytest.approx(water.get_distance(0, 1))
    assert (first["degrees_of_freedom"], first["start_label_temperature"]) == (3, None)
    assert len(second["bonds"]["pairs"]) == 4
    with np.load(made.out / "trajectory.npz") as arrays:
        assert arrays["positions_0"].shape[1:] == (3, 3)
        assert arrays["positions_1"].shape[1:] == (5, 3)


def test_a_collapsed_start_is_reported_not_raised(
    job: MakeJob, copper_model: Path, copper_data: Path, tmp_path: Path
) -> None:
    frame = ase.io.read(copper_data / "test.xyz", 0)
    frame.positions[1] = frame.positions[0]
    ase.io.write(tmp_path / "test.xyz", [frame])
    (tmp_path / "summary.json").write_text((copper_data / "summary.json").read_text())
    made = context(job, NVE, copper_model, tmp_path)
    dynamics.run(made)
    report = json.loads((made.out / "dynamics.json").read_text())
    assert all(replica["steps_done"] <= 20 for replica in report["replicas"])


def test_progress_ends_at_the_last_step(job: MakeJob, copper_model: Path, copper_data: Path) -> None:
    made = context(job, NVE, copper_model, copper_data)
    dynamics.run(made)
    assert made.progress_file is not None
    *_, last, closing = (json.loads(line) for line in made.progress_file.read_text().splitlines())
    assert (last["phase"], last["done"], last["total"], last["unit"]) == ("dynamics", 20, 20, "step")
    assert "of 4 replicas" in closing["result"]


def test_deaths_are_told_with_cause_and_time(
    job: MakeJob, copper_model: Path, copper_data: Path, tmp_path: Path
) -> None:
    (tmp_path / "test.xyz").write_text((copper_data / "test.xyz").read_text())
    (tmp_path / "summary.json").write_text('{"min_distance": 9.0}')
    made = context(job, NVE, copper_model, tmp_path)
    dynamics.run(made)
    assert made.progress_file is not None
    *_, closing = (json.loads(line) for line in made.progress_file.read_text().splitlines())
    assert closing["result"].startswith("0 of 4 replicas reached ")
    assert closing["result"].endswith("; 4 died: two atoms too close, the first at 0.02 ps")
    report = json.loads((made.out / "dynamics.json").read_text())
    assert {(replica["stopped"], replica["steps_done"]) for replica in report["replicas"]} == {("too_close", 10)}


@pytest.mark.parametrize(
    ("causes", "times", "words"),
    [
        ([], [], ""),
        (["bond_broken"], [0.042], "1 died: a broken bond, at 0.042 ps"),
        (["too_hot", "too_hot"], [0.5, 0.25], "2 died: too hot, the first at 0.25 ps"),
        (
            ["too_hot", "too_close", "too_hot"],
            [3.0, 2.0, 4.0],
            "3 died: too hot (2), two atoms too close (1), the first at 2 ps",
        ),
    ],
)
def test_deaths_in_words(causes: list[str], times: list[float], words: str) -> None:
    assert deaths_in_words(causes, times) == words


def test_it_stops_when_asked(job: MakeJob, copper_model: Path, copper_data: Path) -> None:
    with pytest.raises(Stopped):
        dynamics.run(context(job, NVE, copper_model, copper_data, stop_requested=lambda: True))


def test_without_start_frames_it_fails_by_name(
    job: MakeJob, copper_model: Path, copper_data: Path, tmp_path: Path
) -> None:
    (tmp_path / "test.xyz").touch()
    (tmp_path / "summary.json").write_text("{}")
    with pytest.raises(JobFailure) as failure:
        dynamics.run(context(job, NVE, copper_model, tmp_path))
    assert failure.value.code == "MLP0814"
