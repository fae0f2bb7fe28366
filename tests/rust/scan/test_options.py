"""What a scan can be asked: virials, units, references of elements, groups, and the beginning of a file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from ase.stress import voigt_6_to_full_3x3_stress
from hypothesis import given
from hypothesis import strategies as st
from scanning import labelled, scan, scan_text, steady, structures

from mlipilot import _core


def scan_with(path: Path, **options: Any) -> _core.FrameScan:
    return _core.scan_extxyz(path, **{"energy": "E", "forces": "F", "stress": "S", **options})


@steady
@given(structures(), st.integers(0, 2**32), st.booleans())
def test_a_virial_becomes_the_stress_that_a_volume_gives_it(path: Path, atoms: Atoms, seed: int, full: bool) -> None:
    stress = np.random.default_rng(seed).normal(size=6)
    virial = -stress * atoms.get_volume()
    written = voigt_6_to_full_3x3_stress(virial).ravel() if full else virial
    scan(path, [labelled(atoms, 0.0, np.zeros((len(atoms), 3)), written)])
    found = scan_with(path, virial=True)
    assert found.stress_state.tolist() == [1]
    assert found.stress[0] == pytest.approx(stress)


@pytest.mark.parametrize(
    ("keys", "state"),
    [
        ('S="1 2 3 4 5 6"', 0),
        ('S="1 2 3 4 5 nan"', 0),
        ('S="1 2 3"', 3),
        ('Lattice="0 0 0 0 0 0 0 0 0" pbc="F F F" S="1 2 3 4 5 6"', 0),
        ('Lattice="9 0 0 0 9 0 0 0 9" S="1 2 3 4 5 6"', 1),
        ('Lattice="9 0 0 0 9 0 0 0 9" S="1 2 3 4 5 nan"', 2),
        ('Lattice="9 0 0 0 9 0 0 0 9" S="1 2 3"', 3),
        ('Lattice="9 0 0 0 9 0 0 0 9"', 0),
    ],
)
def test_a_virial_without_a_volume_is_no_stress(path: Path, keys: str, state: int) -> None:
    scan_text(path, f"1\nProperties=species:S:1:pos:R:3 {keys}\nH 0 0 0\n")
    found = scan_with(path, virial=True)
    assert found.stress_state.tolist() == [state]
    assert np.isfinite(found.stress).all() == (state == 1)


def test_factors_convert_frames_before_they_are_looked_at(path: Path) -> None:
    copper = bulk("Cu", "fcc", a=3.59) * 2
    copper.rattle(0.1, seed=1)
    rng = np.random.default_rng(0)
    images = [labelled(copper, energy, rng.normal(size=(8, 3)), rng.normal(size=6)) for energy in (-1.0, -2.0)]
    images[0].info["free_energy"], images[0].info["other"] = 3.0, 4.0
    images[1].positions += 0.05
    others = [("free_energy", [1]), ("other", [1])]
    scan(path, images)
    plain = scan_with(path, others=others, r_max=3.0)
    factors = (27.2114, 0.529177, -51.42, -0.0062415)
    found = scan_with(path, others=others, factors=factors, r_max=3.0 * factors[1], search=12.0 * factors[1])
    energy, length, forces, stress = factors
    assert found.energy == pytest.approx(energy * plain.energy)
    assert found.others["free_energy"][1] == pytest.approx([3 * energy, np.nan], nan_ok=True)
    assert found.others["other"][1] == pytest.approx([4.0, np.nan], nan_ok=True)
    for name in ("cells", "extremes", "shortest", "loneliest"):
        assert getattr(found, name) == pytest.approx(length * getattr(plain, name)), name
    assert found.volume == pytest.approx(length**3 * plain.volume)
    assert found.neighbours.tolist() == plain.neighbours.tolist()
    for name in ("force_max", "force_rms", "net_force"):
        assert getattr(found, name) == pytest.approx(abs(forces) * getattr(plain, name)), name
    assert found.stress == pytest.approx(stress * plain.stress)
    distance = _core.near_duplicates(plain, plain, 0.1)[0][2]
    assert _core.near_duplicates(found, found, 0.1) == [(0, 1, pytest.approx(length * distance, abs=1e-6))]
    virial = scan_with(path, factors=factors, virial=True)
    assert virial.stress == pytest.approx(-stress * plain.stress / (length**3 * plain.volume[:, None]))


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_factors_without_sense_are_refused(path: Path, index: int, value: float) -> None:
    factors = [1.0] * 4
    factors[index] = value
    with pytest.raises(ValueError, match="factors: must be finite and not 0"):
        scan_with(path, factors=tuple(factors))
    with pytest.raises(ValueError, match="factors: that of lengths must be positive"):
        scan_with(path, factors=(1.0, -1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("marker", "keys", "is_isolated"),
    [
        ("IsolatedAtom", "config_type=IsolatedAtom", True),
        ("IsolatedAtom", "config_type=isolated", False),
        ("isolated", "config_type=isolated", True),
        ("0", "config_type=0", True),
        ("0", "config_type=00", False),
        ("1 2", 'config_type="1 2"', True),
        ("0", "E=0", False),
    ],
)
def test_isolated_atoms_are_marked_by_any_text(path: Path, marker: str, keys: str, is_isolated: bool) -> None:
    rest = "Properties=species:S:1:pos:R:3"
    scan_text(path, f"1\n{keys} {rest}\nH 0 0 0\n2\n{keys} {rest}\nH 0 0 0\nH 0 0 1\n")
    assert scan_with(path, isolated=marker).isolated.tolist() == [is_isolated, False]


def test_isolated_atoms_without_a_marker_are_those_without_a_near_image(path: Path) -> None:
    def atom(*edges: float, pbc: Any = True) -> Atoms:
        return Atoms("H", cell=edges or None, pbc=pbc if edges else False)

    wide = np.array([[10.0, 0, 0], [9.0, 7.9, 0], [0, 0, 10]])  # planes are closer than images
    images = [
        atom(), atom(7.99, 20, 20), atom(8, 8, 8), atom(2, 9, 9, pbc=[False, True, True]), atom(2, 9, 9, pbc=False),
        bulk("Cs", "bcc", a=6.14), Atoms("H", cell=wide, pbc=True), molecule("H2"),
    ]  # fmt: skip
    images[0].info["config_type"] = "bulk"
    scan(path, images)
    expected = [True, False, True, True, True, False, False, False]
    for search in (3.0, 12.0):  # how far others are looked for does not matter
        assert scan_with(path, isolated=None, search=search).isolated.tolist() == expected
    assert not scan_with(path).isolated.any()
    twice = [atom(9, 9, 9), atom(9, 9, 9), atom(7, 7, 7), atom(7, 7, 7)]
    scan(path, twice)
    found = scan_with(path, isolated=None)
    assert [pair[:2] for pair in _core.near_duplicates(found, found)] == [(2, 3)]


def test_a_periodic_atom_without_a_sound_cell_is_not_isolated(path: Path) -> None:
    scan_text(path, '1\npbc="T T T"\nH 0 0 0\n')
    assert scan_with(path, isolated=None).isolated.tolist() == [False]


def test_frames_are_grouped_by_any_key(path: Path) -> None:
    text = "".join(f"1\nProperties=species:S:1:pos:R:3 {run} trajectory=t\nH 0 0 0\n" for run in ("run=1", "run=x", ""))
    scan_text(path, text)
    assert scan_with(path, group="run").trajectories == ["1", "x", None]
    assert scan_with(path).trajectories == ["t"] * 3


def test_steps_join_frames_of_one_group(path: Path) -> None:
    images = []
    for index in range(8):
        images.append(labelled(Atoms("H2", [[0, 0, 0], [0, 0, 1 + 0.01 * index**1.5]]), index, [[0, 0, 1], [0, 0, -1]]))
        images[-1].info["run"] = index // 4
    scan(path, images)
    assert _core.work_consistency(scan_with(path))[0] == 7
    assert _core.work_consistency(scan_with(path, group="run"))[0] == 6


def test_a_file_can_be_read_at_its_beginning_alone(path: Path) -> None:
    good, bad = "1\nProperties=species:S:1:pos:R:3 E=1\nH 0 0 0\n", "1\nProperties=species:S:1:pos:R:3\nH 0 0 x\n"
    scan_text(path, good + bad + good * 3)
    found = scan_with(path, most=3)
    assert (found.frames, found.fault_count) == (2, 1)
    assert scan_with(path, most=9).frames == 4
    assert found.size == path.stat().st_size
    for most in (0, -1):
        with pytest.raises(ValueError, match="most: must be at least 1"):
            scan_with(path, most=most)
