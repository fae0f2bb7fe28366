"""The dataset job."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
from ase.calculators.emt import EMT

from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations import dataset

FILES = ["card.md", "sealed.xyz", "summary.json", "test.xyz", "train.xyz", "unstrained.xyz", "valid.xyz"]
MakeJob = Callable[..., JobContext]


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def trajectories(folder: Path, split: str) -> list[str]:
    return list(dict.fromkeys(frame.info["trajectory"] for frame in ase.io.read(folder / f"{split}.xyz", ":")))


def test_every_file_is_written(copper_data: Path) -> None:
    assert sorted(path.name for path in copper_data.iterdir()) == FILES
    summary = json.loads((copper_data / "summary.json").read_text())
    assert summary["frames"] == {"train": 12, "valid": 6, "test": 6, "sealed": 6}
    assert summary["labels"]["sealed"] == ["energy", "forces", "stress"]
    assert summary["elements"] == ["Cu"]
    assert 1.8 < summary["min_distance"] < 2.6
    assert 0.2 < summary["rms_force"] < 2.0


def test_splits_are_whole_trajectories_in_order(copper_data: Path) -> None:
    assert trajectories(copper_data, "train") == ["T300-00", "T300-01", "T900-00", "T900-01"]
    assert trajectories(copper_data, "valid") == ["T300-02", "T900-02"]
    assert trajectories(copper_data, "test") == ["T300-03", "T900-03"]
    assert trajectories(copper_data, "sealed") == ["T300-04", "T900-04"]


def test_labels_are_those_of_ase_at_the_stored_positions(copper_data: Path) -> None:
    for frame in ase.io.read(copper_data / "test.xyz", ":"):
        frame.calc = EMT()
        assert frame.info["REF_energy"] == pytest.approx(frame.get_potential_energy(), abs=1e-10)
        np.testing.assert_allclose(frame.arrays["REF_forces"], frame.get_forces(), atol=1e-8)
        np.testing.assert_allclose(frame.info["REF_stress"], frame.get_stress(), atol=1e-10)


def test_strains_are_isotropic_within_bounds_and_one_a_trajectory(copper_data: Path) -> None:
    for frame in ase.io.read(copper_data / "train.xyz", ":"):
        strain = frame.info["strain"]
        assert -0.04 <= strain <= 0.04
        np.testing.assert_allclose(frame.cell.lengths() / (np.array([2, 2, 1]) * 3.59), 1 + strain, rtol=1e-12)
    strains = {frame.info["trajectory"]: frame.info["strain"] for frame in ase.io.read(copper_data / "train.xyz", ":")}
    assert len(set(strains.values())) == len(strains)


def test_the_unstrained_cell_is_the_conventional_one(copper_data: Path) -> None:
    atoms = ase.io.read(copper_data / "unstrained.xyz")
    assert (len(atoms), atoms.pbc.all()) == (4, True)
    np.testing.assert_allclose(atoms.cell.array, 3.59 * np.eye(3))


def test_two_processes_make_the_bytes_of_one(job: MakeJob, supercells: dict[str, Any], copper_data: Path) -> None:
    context = job(supercells, threads=2)
    dataset.run(context)
    assert contents(context.out) == contents(copper_data)


def test_a_trajectory_does_not_depend_on_what_else_is_made(
    job: MakeJob, supercells: dict[str, Any], copper_data: Path
) -> None:
    supercells |= {"temperatures": [300.0], "trajectories": 1, "split": {"train": 1}}
    context = job(supercells)
    with pytest.raises(ValueError, match="add up"):
        dataset.run(job({**supercells, "split": {"train": 2}}))
    dataset.run(context)
    here, there = (ase.io.read(folder / "train.xyz", ":") for folder in (context.out, copper_data))
    for one, other in zip(here, there[:3], strict=True):
        np.testing.assert_array_equal(one.positions, other.positions)


def test_another_seed_gives_other_frames(job: MakeJob, supercells: dict[str, Any], copper_data: Path) -> None:
    supercells |= {"temperatures": [300.0], "trajectories": 1, "split": {"train": 1}, "seed": 8}
    context = job(supercells)
    dataset.run(context)
    one, other = (ase.io.read(folder / "train.xyz", 0) for folder in (context.out, copper_data))
    assert not np.allclose(one.positions, other.positions)


@pytest.mark.parametrize("threads", [1, 2])
def test_an_exploding_trajectory_is_named(job: MakeJob, supercells: dict[str, Any], threads: int) -> None:
    with pytest.raises(JobFailure, match=r"T300-0\d exploded") as failure:
        dataset.run(job({**supercells, "timestep": 400.0}, threads=threads))
    assert failure.value.code == "MLP0811"


@pytest.mark.parametrize("threads", [1, 2])
def test_it_stops_when_asked(job: MakeJob, supercells: dict[str, Any], threads: int) -> None:
    with pytest.raises(Stopped):
        dataset.run(job(supercells, threads=threads, stop_requested=lambda: True))


def test_progress_counts_trajectories(job: MakeJob, supercells: dict[str, Any]) -> None:
    context = job(supercells)
    dataset.run(context)
    assert context.progress_file is not None
    events = [json.loads(line) for line in context.progress_file.read_text().splitlines()]
    assert [event["done"] for event in events if event.get("phase") == "label"] == list(range(1, 11))
    assert events[-1]["result"] == "12 train, 6 valid, 6 test frames"


def test_files_become_a_dataset(job: MakeJob, copper_data: Path) -> None:
    entries = {
        split: [{"path": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}]
        for split in ("train", "valid", "test")
        for path in [copper_data / f"{split}.xyz"]
    }
    names = {"energy": "REF_energy", "forces": "REF_forces", "stress": "REF_stress"}
    whole = {"split": None, "seed": 0, "isolated": "IsolatedAtom", "select": [], "exclude": [], "every": 1, "types": []}
    units = {"units": dict.fromkeys(("energy", "length", "forces", "stress"), "1"), "virial": False}
    context = job({"op": "files", "files": [], **entries, "sealed": [], **names, **whole, **units})
    dataset.run(context)
    again, before = (json.loads((folder / "summary.json").read_text()) for folder in (context.out, copper_data))
    assert again["min_distance"] == before["min_distance"]
    assert again["trajectories"] == {**before["trajectories"], "sealed": 0}
    assert (context.out / "sealed.xyz").read_bytes() == b""
    assert not (context.out / "unstrained.xyz").exists()
