"""Fingerprints: the same for the same frame, however it is written."""

from pathlib import Path

import numpy as np
from ase import Atoms
from hypothesis import given
from hypothesis import strategies as st
from scanning import scan, steady, structures


@steady
@given(structures(), st.integers(0, 2**32))
def test_a_fingerprint_sees_neither_order_nor_periods_nor_noise_but_a_moved_atom(
    path: Path, atoms: Atoms, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    atoms.positions = atoms.positions.round(5)
    atoms.cell = atoms.cell.array.round(5)
    same = atoms[rng.permutation(len(atoms))]
    same.positions += (rng.integers(-2, 3, size=(len(atoms), 3)) * atoms.pbc) @ atoms.cell.array
    same.positions += rng.uniform(-1e-9, 1e-9, size=(len(atoms), 3))
    moved, strained, other = atoms.copy(), atoms.copy(), atoms.copy()
    moved.positions[rng.integers(len(atoms)), rng.integers(3)] += 3e-4
    strained.cell = atoms.cell.array * (1 + 1e-3)
    other.symbols[0] = "He"
    found = scan(path, [atoms, same, moved, strained, other]).fingerprint.tolist()
    assert found[0] == found[1]
    assert found[0] not in {found[2], found[4]}
    assert (found[0] == found[3]) == (not any(atoms.pbc))
