"""Frames of a split: what is read of them, and the label that is missing or wrong by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase import Atoms

from mlipilot.runtime.backends.mace.frames import check_elements, read_split
from mlipilot.runtime.foundation.failures import JobFailure

Write = Callable[[list[Atoms]], Path]


def test_labels_and_places_are_those_of_the_file(frames: list[Atoms], written: Write) -> None:
    split = read_split("train", written(frames), needs_stress=True, r_max=4.0)
    assert (split.name, split.indices, split.isolated) == ("train", [0, 1, 2, 3], {})
    assert split.elements == [29, 79]
    for atoms, found in zip(frames, split.configurations, strict=True):
        assert found.properties["energy"] == pytest.approx(atoms.info["REF_energy"], abs=1e-7)
        assert found.properties["forces"] == pytest.approx(atoms.arrays["REF_forces"], abs=1e-7)
        assert np.ravel(found.properties["stress"]) == pytest.approx(atoms.info["REF_stress"], abs=1e-7)


def test_isolated_atoms_are_set_apart_and_need_an_energy_alone(frames: list[Atoms], written: Write) -> None:
    free = Atoms("Cu", info={"config_type": "IsolatedAtom", "REF_energy": -1.5})
    split = read_split("train", written([frames[0], free, frames[1]]), needs_stress=True, r_max=4.0)
    assert split.isolated == {29: -1.5}
    assert split.indices == [0, 2]
    with pytest.raises(JobFailure, match=r"train: frames\.xyz holds no frame to train or validate on") as caught:
        read_split("train", written([free]), needs_stress=False, r_max=4.0)
    assert caught.value.code == "MLP0814"
    del free.info["REF_energy"]
    with pytest.raises(JobFailure, match="train: frame 1 has no REF_energy"):
        read_split("train", written([frames[0], free]), needs_stress=False, r_max=4.0)


def free_atom(energy: float, edge: float = 0.0, symbol: str = "Cu") -> Atoms:
    atoms = Atoms(symbol, info={"config_type": "IsolatedAtom", "REF_energy": energy})
    if edge:
        atoms.cell, atoms.pbc = [edge] * 3, True
    return atoms


def test_two_energies_of_one_isolated_atom_contradict_each_other(frames: list[Atoms], written: Write) -> None:
    alike = [frames[0], free_atom(-1.5), free_atom(-1.5004), free_atom(-3.0, symbol="Au")]
    assert read_split("train", written(alike), needs_stress=False, r_max=4.0).isolated == {29: -1.5, 79: -3.0}
    with pytest.raises(JobFailure, match=r"frame 2: the isolated atom of Cu has -1\.2 eV, and 3\.51 eV in an earlier"):
        read_split("train", written([frames[0], free_atom(3.51), free_atom(-1.2)]), needs_stress=False, r_max=4.0)


def test_an_isolated_atom_that_sees_its_own_image_is_refused(frames: list[Atoms], written: Write) -> None:
    assert read_split("train", written([frames[0], free_atom(-1.5, 4.5)]), needs_stress=False, r_max=4.0).isolated
    with pytest.raises(JobFailure, match=r"frame 1: an isolated atom has its own image at 3\.60 Å, within r_max = 4 Å"):
        read_split("train", written([frames[0], free_atom(-1.5, 3.6)]), needs_stress=False, r_max=4.0)


@pytest.mark.parametrize("shape", [(6,), (9,), (3, 3)])
def test_a_stress_may_have_six_numbers_or_nine(shape: tuple[int, ...], frames: list[Atoms], written: Write) -> None:
    full = np.arange(1.0, 10.0).reshape(3, 3)
    full = full + full.T
    six = [full[0, 0], full[1, 1], full[2, 2], full[1, 2], full[0, 2], full[0, 1]]
    frames[0].info["REF_stress"] = np.array(six) if shape == (6,) else full.reshape(shape)
    split = read_split("train", written(frames[:1]), needs_stress=True, r_max=4.0)
    assert np.size(split.configurations[0].properties["stress"]) == np.prod(shape)


@pytest.mark.parametrize(
    ("label", "value", "needs_stress", "message"),
    [
        ("REF_energy", "low", False, "valid: frame 1: REF_energy is not a number: 'low'"),
        ("REF_energy", [1.0, 2.0], False, r"valid: frame 1: REF_energy has the shape \(2,\), not \(\)"),
        ("REF_energy", np.inf, False, "valid: frame 1: REF_energy is not finite"),
        ("REF_stress", [1.0, 2.0, 3.0], True, r"valid: frame 1: REF_stress has the shape \(3,\), not \(6,\)"),
        ("REF_stress", [1.0, 2.0, 3.0, 4.0, 5.0, np.nan], False, "valid: frame 1: REF_stress is not finite"),
        ("REF_stress", None, True, "valid: frame 1 has no REF_stress"),
    ],
)
def test_a_label_that_is_no_label_is_named(
    label: str, value: Any, needs_stress: bool, message: str, frames: list[Atoms], written: Write
) -> None:
    del frames[1].info[label]
    frames[1].info |= {} if value is None else {label: value}
    with pytest.raises(JobFailure, match=message) as caught:
        read_split("valid", written(frames), needs_stress=needs_stress, r_max=4.0)
    assert caught.value.code == "MLP0811"


def test_a_stress_that_is_missing_harms_nothing_where_none_is_needed(frames: list[Atoms], written: Write) -> None:
    del frames[1].info["REF_stress"]
    assert len(read_split("train", written(frames), needs_stress=False, r_max=4.0).configurations) == 4


def test_forces_of_another_width_are_named(frames: list[Atoms], written: Write) -> None:
    frames[2].arrays["REF_forces"] = frames[2].arrays["REF_forces"][:, :2]
    with pytest.raises(JobFailure, match=r"train: frame 2: REF_forces has the shape \(4, 2\), not \(4, 3\)") as caught:
        read_split("train", written(frames), needs_stress=False, r_max=4.0)
    assert caught.value.code == "MLP0811"


def test_an_element_that_the_training_lacks_is_named(frames: list[Atoms], written: Write) -> None:
    whole = read_split("train", written(frames), needs_stress=False, r_max=4.0)
    copper = read_split("valid", written(frames[:2]), needs_stress=False, r_max=4.0)
    check_elements(whole, copper)
    with pytest.raises(JobFailure, match="frame 2 holds Au; the training set has only Cu") as caught:
        check_elements(copper, whole)
    assert caught.value.code == "MLP0813"
