"""Labels of frames: read to the last digit, or named for what is wrong."""

from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule
from ase.stress import voigt_6_to_full_3x3_stress
from hypothesis import given
from hypothesis import strategies as st
from scanning import labelled, scan, scan_text, steady, structures

from mlipilot import _core


@steady
@given(structures(), st.integers(0, 2**32))
def test_good_labels_are_read_to_the_last_digit(path: Path, atoms: Atoms, seed: int) -> None:
    rng = np.random.default_rng(seed)
    energy, forces, stress = rng.normal(), rng.normal(size=(len(atoms), 3)).round(8), rng.normal(size=6)
    full = voigt_6_to_full_3x3_stress(stress)
    found = scan(path, [labelled(atoms, energy, forces, stress), labelled(atoms, energy, forces, full.ravel())])
    assert found.energy.tolist() == [energy] * 2
    assert found.energy_state.tolist() == found.forces_state.tolist() == found.stress_state.tolist() == [1, 1]
    assert found.force_max == pytest.approx(np.linalg.norm(forces, axis=1).max())
    assert found.force_rms == pytest.approx(np.sqrt(np.mean(forces**2)))
    assert found.net_force == pytest.approx(np.linalg.norm(forces.sum(axis=0)), abs=1e-12)
    assert np.array_equal(found.stress, [stress, stress])
    assert found.stress_asymmetry.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("key", "value", "state"),
    [
        ("E", "1", 1), ("E", "-2.5e3", 1), ("E", "_JSON [3]", 1), ("E", "nan", 2), ("E", "-inf", 2), ("E", "1 2", 3),
        ("E", "x", 3), ("E", "T", 3), ("E", "", 3), ("F", "1 2 3 4 5 6", 1), ("F", "1 2 3 4 5 nan", 2),
        ("F", "1 2 3", 3), ("S", "1 2 3 4 5 6", 1), ("S", "1 2 3 2 5 6 3 6 inf", 2), ("S", "1 2 3", 3), ("S", "x", 3),
    ],
)  # fmt: skip
def test_a_header_label_is_good_or_named_for_what_is_wrong(path: Path, key: str, value: str, state: int) -> None:
    found = scan_text(path, f'2\n{key}="{value}"\nH 0 0 0\nH 0 0 1\n')
    states = {"E": found.energy_state, "F": found.forces_state, "S": found.stress_state}
    assert {name: states[name][0] for name in states} == {"E": 0, "F": 0, "S": 0, key: state}
    is_known = {name: name == key and state == 1 for name in states}
    assert np.isfinite(found.energy[0]) == is_known["E"]
    forces = [found.force_max[0], found.force_rms[0], found.net_force[0]]
    assert np.isfinite(forces).tolist() == [is_known["F"]] * 3
    assert np.isfinite(found.stress).tolist() == [[is_known["S"]] * 6]


@pytest.mark.parametrize(
    ("column", "first", "second", "state"),
    [
        ("F:R:3", "1 0 0", "0 2 0", 1),
        ("F:I:3", "1 0 0", "0 2 0", 1),
        ("F:R:3", "1 0 nan", "0 2 0", 2),
        ("F:R:2", "1 0", "0 2", 3),
        ("F:S:3", "1 0 0", "0 2 0", 3),
    ],
)
def test_a_column_label_is_good_or_named_for_what_is_wrong(
    path: Path, column: str, first: str, second: str, state: int
) -> None:
    found = scan_text(path, f"2\nProperties=species:S:1:pos:R:3:{column}\nH 0 0 0 {first}\nH 0 0 1 {second}\n")
    assert found.forces_state.tolist() == [state]
    expected = (2.0, np.sqrt(5)) if state == 1 else (np.nan, np.nan)
    assert (found.force_max[0], found.net_force[0]) == pytest.approx(expected, nan_ok=True)


def test_a_stress_that_is_not_symmetric_says_by_how_much(path: Path) -> None:
    found = scan_text(path, '1\nS="1 2 3 2.5 5 6 3 6 9"\nH 0 0 0\n')
    assert found.stress.tolist() == [[1.0, 5.0, 9.0, 6.0, 3.0, 2.25]]
    assert found.stress_asymmetry.tolist() == [0.5]


def test_labels_that_are_not_asked_for_are_absent(path: Path) -> None:
    ase.io.write(path, labelled(molecule("H2O"), 1.0, np.ones((3, 3))), format="extxyz")
    found = _core.scan_extxyz(path, energy=None, forces=None, stress=None)
    assert (found.energy_state[0], found.forces_state[0], found.stress_state[0]) == (0, 0, 0)
