"""Files in another unit than the training files are named, and files of other structures are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from emt_frames import ENERGY, FORCES, STRESS, Frames, findings, rattled, stressed

FACTORS = {"kcal/mol/Å": 23.061, "kJ/mol/Å": 96.485, "meV/Å": 1000.0, "Hartree/Bohr": 1 / 51.422}


def scaled(frames: Frames, energy: float = 1.0, forces: float = 1.0, stress: float = 1.0) -> Frames:
    """Copies with their labels multiplied."""
    found = [atoms.copy() for atoms in frames]
    for atoms in found:
        atoms.info[ENERGY] *= energy
        atoms.arrays[FORCES] = atoms.arrays[FORCES] * forces
        if STRESS in atoms.info:
            atoms.info[STRESS] = atoms.info[STRESS] * stress
    return found


def said(folder: Path, train: Frames, valid: Frames, stress: str | None = None) -> list[tuple[str, str, str]]:
    """The file, the headline and the first note of each finding of a unit."""
    splits = {"train": train, "valid": valid, "test": rattled(8, 0.08, 0.03, 23) if stress is None else train[:1]}
    found = findings(folder, splits, stress=stress)
    return [(f.anchor.source or "", f.headline, f.notes[0]) for f in found if f.code == "MLP1033"]


@pytest.mark.parametrize("with_energy", [False, True])
@pytest.mark.parametrize("unit", FACTORS)
def test_forces_of_a_split_in_another_unit_are_named(unit: str, with_energy: bool, tmp_path: Path) -> None:
    factor = FACTORS[unit]
    valid = scaled(rattled(12, 0.08, 0.03, 21), factor if with_energy else 1.0, factor)
    ((split, headline, note),) = said(tmp_path, rattled(30, 0.08, 0.03, 20), valid)
    assert split == "valid"
    assert headline.startswith("the validation forces are ")
    assert note.startswith(f"these in {unit} would give")


def test_where_the_training_files_are_the_odd_ones_the_ratio_is_turned(tmp_path: Path) -> None:
    train = scaled(rattled(30, 0.04, 0.03, 20), 1.0, 23.061)
    found = said(tmp_path, train, rattled(12, 0.04, 0.03, 21))
    assert {split for split, _, _ in found} <= {"valid", "test"}
    assert [note for split, _, note in found if split == "valid"] == ["those in kcal/mol/Å would give 0.0434"]


@pytest.mark.parametrize(("unit", "factor"), [("GPa", 160.218), ("kbar", -1602.18)])
def test_stresses_of_a_split_in_another_unit_are_named(unit: str, factor: float, tmp_path: Path) -> None:
    train, valid = stressed(rattled(30, 0.08, 0.03, 20)), stressed(rattled(12, 0.08, 0.03, 21))
    ((split, headline, note),) = said(tmp_path, train, scaled(valid, stress=factor), STRESS)
    assert split == "valid"
    assert headline.startswith("the validation stresses are ")
    assert note.startswith(f"these in {unit} would give")


@pytest.mark.parametrize(
    "valid",
    [
        rattled(12, 0.08, 0.03, 21),
        rattled(12, 0.3, 0.03, 21),  # hotter
        rattled(12, 0.004, 0.03, 21),  # relaxed, but for a twentieth
        rattled(12, 0.002, 0.0, 21),
        rattled(12, 0.08, 0.12, 21),  # pressed and torn
        rattled(12, 0.1, 0.02, 21, gold=True),
        scaled(rattled(12, 0.08, 0.03, 21), forces=3.0),  # by no unit
    ],
    ids=["alike", "hotter", "relaxed", "perfect", "pressed", "alloys", "threefold"],
)
@pytest.mark.parametrize("label", ["forces", "stress"])
def test_other_structures_are_no_other_unit(label: str, valid: Frames, tmp_path: Path) -> None:
    train = rattled(30, 0.08, 0.03, 20)
    if label == "stress":
        assert said(tmp_path, stressed(train), stressed(valid), STRESS) == []
    else:
        assert said(tmp_path, train, valid) == []


def test_a_few_frames_say_too_little(tmp_path: Path) -> None:
    assert said(tmp_path, rattled(30, 0.08, 0.03, 20), scaled(rattled(4, 0.08, 0.03, 21), 23.061, 23.061)) == []


def test_a_typical_ratio_is_that_of_the_unit(tmp_path: Path) -> None:
    ((_, headline, _),) = said(
        tmp_path, rattled(30, 0.08, 0.03, 20), scaled(rattled(30, 0.08, 0.03, 21), forces=23.061)
    )
    ratio = float(headline.split(" are ")[1].split()[0])
    assert np.isclose(ratio, 23.061, rtol=0.15)
