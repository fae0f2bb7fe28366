"""Distances of frames against ASE."""

from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.neighborlist import neighbor_list
from hypothesis import given
from hypothesis import strategies as st
from scanning import scan, scan_text, steady, structures

from mlipilot import _core


@steady
@given(structures(), st.floats(1.0, 6.0), st.floats(2.0, 9.0))
def test_distances_agree_with_ase(path: Path, atoms: Atoms, r_max: float, search: float) -> None:
    found = scan(path, [atoms], r_max, search)
    atoms = ase.io.read(path, format="extxyz")  # the digits that the file holds
    first, distance = neighbor_list("id", atoms, search)
    nearest = [distance[first == atom].min(initial=np.inf) for atom in range(len(atoms))]
    assert found.shortest[0] == pytest.approx(min(nearest), abs=1e-9)
    assert found.loneliest[0] == pytest.approx(max(nearest), abs=1e-9)
    assert found.neighbours[0] == pytest.approx(len(neighbor_list("i", atoms, r_max)) / len(atoms))


def test_a_lone_atom_has_no_neighbour_and_a_periodic_one_has_itself(path: Path) -> None:
    found = scan(path, [Atoms("H"), bulk("Cu", "fcc", a=3.59), Atoms("H2", positions=[[0, 0, 0], [0, 0, 13]])])
    assert found.shortest == pytest.approx([np.inf, 3.59 / np.sqrt(2), np.inf])
    assert found.loneliest == pytest.approx([np.inf, 3.59 / np.sqrt(2), np.inf])
    assert np.isnan(found.neighbours).all()


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ('1\npbc="T T T"\nH 0 0 0\n', "cell", 2),
        ('1\nLattice="1 0 0 1 0 0 0 0 1"\nH 0 0 0\n', "cell", 2),
        ('1\nLattice="0 0 0 0 0 0 0 0 0"\nH 0 0 0\n', "cell", 2),
        ('1\nLattice="9 0 0 0 9 0 0 0 1e-3"\nH 0 0 0\n', "cell", 2),
        ('1\nLattice="9 0 0 9 1e-3 0 0 0 9"\nH 0 0 0\n', "cell", 2),
        ('1\nLattice="nan 0 0 0 9 0 0 0 9"\nH 0 0 0\n', "cell", 2),
        ("2\n\nH 0 0 0\nH 0 0 nan\n", "positions", 4),
        ("2\n\nH 0 0 1e300\nH 0 0 0\n", "positions", 3),
    ],
)
def test_a_frame_without_sound_geometry_keeps_its_row_without_distances(
    path: Path, text: str, kind: str, line: int
) -> None:
    found = scan_text(path, text)
    assert [(fault.kind, fault.line, fault.frame) for fault in found.faults] == [(kind, line, 0)]
    assert found.frames == 1
    assert np.isnan([found.shortest[0], found.loneliest[0]]).all()
    assert _core.near_duplicates(found, found) == []


def test_a_cell_matters_only_where_it_is_periodic(path: Path) -> None:
    found = scan_text(path, '2\nLattice="0 0 0 0 0 0 0 0 0" pbc="F F F"\nH 0 0 0\nH 0 0 1.5\n0\nE=1\n')
    assert found.faults == []
    assert found.shortest[0] == 1.5
    assert found.volume[0] == 0.0
    assert np.isnan(found.shortest[1])


@pytest.mark.parametrize("name", ["r_max", "search"])
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf])
def test_a_distance_without_sense_is_refused_by_name(path: Path, name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name}: must be positive"):
        _core.scan_extxyz(path, energy=None, forces=None, stress=None, **{name: value})
