"""Reading a user's extended XYZ: label names, and every way it can be wrong."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule
from ase.calculators.singlepoint import SinglePointCalculator

from mlipilot.runtime.datasets.file_sample import sample_files
from mlipilot.runtime.datasets.files import read_splits
from mlipilot.runtime.datasets.summary import summarize
from mlipilot.runtime.foundation.failures import JobFailure

UNSAID: dict[str, Any] = {
    "op": "files",
    "files": [],
    "sealed": [],
    "stress": None,
    "virial": False,
    "split": None,
    "seed": 0,
    "isolated": "IsolatedAtom",
    "select": [],
    "exclude": [],
    "every": 1,
    "units": {"energy": "1", "length": "1", "forces": "1", "stress": "1"},
    "types": [],
}
"""Parameters of a spec that names files and keys alone."""


def read(arguments: dict[str, Any]) -> Mapping[str, Sequence[Atoms]]:
    return read_splits(arguments).splits


def water(energy: float = -14.0, **info: Any) -> Atoms:
    atoms = molecule("H2O")
    atoms.rattle(0.02, seed=abs(int(energy)))
    atoms.info.update({"energy_xtb": energy, **info})
    atoms.new_array("forces_xtb", np.arange(9.0).reshape(3, 3) / 10)
    return atoms


def entry(path: Path, frames: list[Atoms]) -> dict[str, str]:
    ase.io.write(path, frames, format="extxyz")
    return {"path": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def params(tmp_path: Path, train: list[Atoms], test: list[Atoms] | None = None, **changes: Any) -> dict[str, Any]:
    test = [water(-13.0)] if test is None else test
    return {
        **UNSAID,
        "train": [entry(tmp_path / "train.xyz", train)],
        "valid": [entry(tmp_path / "valid.xyz", [water(-12.0)])],
        "test": [entry(tmp_path / "test.xyz", test)],
        "energy": "energy_xtb",
        "forces": "forces_xtb",
        **changes,
    }


def failure(arguments: dict[str, Any]) -> JobFailure:
    with pytest.raises(JobFailure) as caught:
        read_splits(arguments)
    return caught.value


def test_labels_get_the_names_mace_reads(tmp_path: Path) -> None:
    splits = read(params(tmp_path, [water(-14.0), water(-15.0)]))
    assert [len(splits[name]) for name in ("train", "valid", "test", "sealed")] == [2, 1, 1, 0]
    assert splits["train"][1].info["REF_energy"] == -15.0
    np.testing.assert_allclose(splits["train"][0].arrays["REF_forces"], np.arange(9.0).reshape(3, 3) / 10)


@pytest.mark.parametrize("end", ["gz", "bz2", "xz"])
def test_compressed_files_give_the_frames_of_the_plain_ones(tmp_path: Path, end: str) -> None:
    frames = [water(-14.0), water(-15.0), water(-16.0)]
    plain = params(tmp_path, frames)
    packed = {**plain, "train": [entry(tmp_path / f"train.xyz.{end}", frames)]}
    assert packed["train"][0]["sha256"] != plain["train"][0]["sha256"]
    assert read(packed)["train"] == read(plain)["train"]
    paths = {item["sha256"]: item["path"] for split in ("train", "valid") for item in (*plain[split], *packed[split])}
    samples = [
        sample_files(
            arguments | {name: [e["sha256"] for e in arguments[name]] for name in ("files", "train", "valid")}, paths
        )
        for arguments in (plain, packed)
    ]
    assert samples[0] == samples[1]
    assert len(samples[1].train) == 3


@pytest.mark.parametrize("end", ["gz", "bz2", "xz"])
def test_a_compressed_file_that_was_cut_is_a_failure_with_a_name(tmp_path: Path, end: str) -> None:
    arguments = params(tmp_path, [water(-14.0), water(-15.0)])
    item = entry(tmp_path / f"train.xyz.{end}", [water(-14.0)])
    content = Path(item["path"]).read_bytes()[:-9]
    Path(item["path"]).write_bytes(content)
    arguments["train"] = [{**item, "sha256": hashlib.sha256(content).hexdigest()}]
    assert failure(arguments).code == "MLP0814"


def test_lines_may_end_as_on_any_system(tmp_path: Path) -> None:
    plain = params(tmp_path, [water(-14.0), water(-15.0)])
    frames = read(plain)["train"]
    for end in (b"\r\n", b"\r"):
        path = tmp_path / "ended.xyz"
        path.write_bytes((tmp_path / "train.xyz").read_bytes().replace(b"\n", end))
        item = {"path": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        assert read({**plain, "train": [item]})["train"] == frames


def test_labels_that_ase_takes_into_its_calculator_are_found(tmp_path: Path) -> None:
    atoms = Atoms("H2", positions=[[0, 0, 0], [0, 0, 0.8]], cell=[4, 4, 4], pbc=True)
    atoms.calc = SinglePointCalculator(atoms, energy=-3.0, forces=np.ones((2, 3)), stress=np.arange(6.0))
    names = {"energy": "energy", "forces": "forces", "stress": "stress"}
    arguments = params(tmp_path, [atoms], [atoms], **names)
    arguments["valid"] = arguments["test"]
    frame = read(arguments)["train"][0]
    assert frame.info["REF_energy"] == -3.0
    np.testing.assert_allclose(frame.arrays["REF_forces"], 1.0)
    np.testing.assert_allclose(frame.info["REF_stress"], np.arange(6.0))


def test_a_stress_of_nine_components_becomes_voigt(tmp_path: Path) -> None:
    tensor = np.array([[1.0, 6.0, 5.0], [6.0, 2.0, 4.0], [5.0, 4.0, 3.0]])
    frames = [water(-14.0, sigma=tensor.reshape(-1))]
    frames[0].cell, frames[0].pbc = 12.0 * np.eye(3), True
    arguments = params(tmp_path, frames, frames, stress="sigma")
    arguments["valid"] = arguments["test"]
    np.testing.assert_allclose(read(arguments)["train"][0].info["REF_stress"], [1, 2, 3, 4, 5, 6])


@pytest.mark.parametrize(
    ("cell", "pbc", "why"),
    [
        ([0.0, 0.0, 0.0], False, "it is not periodic"),
        ([12.0, 12.0, 12.0], False, "it is not periodic"),
        ([12.0, 12.0, 0.0], (True, True, False), "its cell has no volume"),
    ],
)
def test_a_stress_of_a_frame_that_cannot_have_one_is_refused_by_name(
    tmp_path: Path, cell: list[float], pbc: object, why: str
) -> None:
    frame = water(-14.0, sigma=np.ones(6))
    frame.cell, frame.pbc = cell, pbc
    found = failure(params(tmp_path, [frame], stress="sigma"))
    assert (found.code, found.message.endswith(f"frame 0 cannot have a stress: {why}")) == ("MLP0811", True)


def test_a_missing_label_names_file_frame_key_and_the_nearest_key(tmp_path: Path) -> None:
    bad = water(-15.0)
    bad.info["energy_xtbb"] = bad.info.pop("energy_xtb")
    found = failure(params(tmp_path, [water(), bad]))
    assert found.code == "MLP0811"
    assert "train.xyz, frame 1" in found.message
    assert "no `energy_xtb`" in found.message
    assert "`forces_xtb`" in found.message
    assert found.help == "did you mean `energy_xtbb`?"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_label_that_is_not_finite_is_named(tmp_path: Path, value: float) -> None:
    bad = water(-15.0)
    bad.arrays["forces_xtb"][2, 1] = value
    found = failure(params(tmp_path, [water()], [water(), bad]))
    assert (found.code, "test.xyz, frame 1: `forces_xtb` is not finite" in found.message) == ("MLP0811", True)


def test_an_energy_that_is_not_a_number_is_named(tmp_path: Path) -> None:
    found = failure(params(tmp_path, [water(energy_xtb="unknown")]))
    assert found.code == "MLP0811"
    assert "frame 0" in found.message


def test_a_file_changed_since_the_plan_is_refused(tmp_path: Path) -> None:
    arguments = params(tmp_path, [water()])
    (tmp_path / "test.xyz").write_text("3\n\n")
    found = failure(arguments)
    assert (found.code, "changed since" in found.message) == ("MLP0814", True)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    arguments = params(tmp_path, [water()])
    (tmp_path / "valid.xyz").unlink()
    assert (failure(arguments).code, "valid.xyz" in failure(arguments).message) == ("MLP0814", True)


@pytest.mark.parametrize("text", ["", "not xyz at all\n", "3\nProperties=species:S:1:pos:R:3\nH 0 0 0\n", "\x89PNG"])
def test_a_file_that_is_not_extended_xyz_is_refused(tmp_path: Path, text: str) -> None:
    arguments = params(tmp_path, [water()])
    path = tmp_path / "train.xyz"
    path.write_text(text)
    arguments["train"] = [{"path": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}]
    assert failure(arguments).code == "MLP0814"


def test_an_element_without_training_frames_is_refused(tmp_path: Path) -> None:
    methane = molecule("CH4")
    methane.info["energy_xtb"] = -1.0
    methane.new_array("forces_xtb", np.zeros((5, 3)))
    found = failure(params(tmp_path, [water()], [water(), methane]))
    assert (found.code, "frame 1 of the test split holds C," in found.message) == ("MLP0813", True)


def test_isolated_atoms_stay_in_training_alone(tmp_path: Path) -> None:
    atom = Atoms("H")
    atom.info.update({"energy_xtb": -10.7, "config_type": "IsolatedAtom"})
    splits = read(params(tmp_path, [atom, water()], [atom, water()]))
    assert [len(splits[name]) for name in ("train", "test")] == [2, 1]
    assert splits["train"][0].info["config_type"] == "IsolatedAtom"
    np.testing.assert_array_equal(splits["train"][0].arrays["REF_forces"], 0.0)


def test_isolated_atoms_alone_are_no_training_set(tmp_path: Path) -> None:
    atom = Atoms("H")
    atom.info.update({"energy_xtb": -10.7, "config_type": "IsolatedAtom"})
    assert failure(params(tmp_path, [atom])).code == "MLP0814"


@pytest.mark.skipif("MLIPILOT_TEST_DATA" not in os.environ, reason="MLIPILOT_TEST_DATA names no folder")
def test_a_published_data_set_is_read() -> None:
    folder = Path(os.environ["MLIPILOT_TEST_DATA"]) / "solvent"
    entries = {
        split: [{"path": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}]
        for split, path in {"train": folder / "train_50.xyz", "test": folder / "test.xyz"}.items()
    }
    labels = {"energy": "energy_xtb", "forces": "forces_xtb", "stress": None}
    splits = read({**UNSAID, **entries, "valid": entries["test"], **labels})
    assert len(splits["test"]) == 1000
    isolated = [frame for frame in splits["train"] if frame.info.get("config_type") == "IsolatedAtom"]
    assert sorted(symbol for frame in isolated for symbol in frame.get_chemical_symbols()) == ["C", "H", "O"]
    summary = summarize(splits)
    assert summary["elements"] == ["H", "C", "O"]
    assert 0.8 < summary["min_distance"] < 1.1


def test_frames_without_a_trajectory_are_groups_of_their_own(tmp_path: Path) -> None:
    splits = read(params(tmp_path, [water(), water(-15.0, trajectory=7), water(-16.0, trajectory=7)]))
    assert [frame.info["trajectory"] for frame in splits["train"]] == ["train-0", "7", "7"]
