"""Near duplicates against brute force."""

from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule
from hypothesis import given, settings
from hypothesis import strategies as st
from scanning import scan, steady, structures

from mlipilot import _core

few = settings(steady, max_examples=20)


def displacement(a: Atoms, b: Atoms) -> float:
    """The root mean square displacement by brute force over images."""
    shifts = np.array([[i, j, k] for i in range(-4, 5) for j in range(-4, 5) for k in range(-4, 5)]) * a.pbc
    delta = (b.positions - a.positions)[:, None, :] + shifts @ a.cell.array
    return float(np.sqrt(np.mean(np.sum(delta**2, axis=-1).min(axis=1))))


@few
@given(structures(), st.integers(0, 2**32), st.sampled_from([0.02, 0.2, 1.0]), st.booleans())
def test_near_duplicates_are_those_of_brute_force(
    path: Path, atoms: Atoms, seed: int, tolerance: float, strained: bool
) -> None:
    rng = np.random.default_rng(seed)
    images = []
    for scale in rng.choice([0.0, 0.01, 0.1, 0.5], size=12):
        image = atoms.copy()
        image.positions += rng.normal(scale=scale, size=(len(atoms), 3))
        image.positions += (rng.integers(-1, 2, size=(len(atoms), 3)) * atoms.pbc) @ atoms.cell.array
        if strained and rng.random() < 0.5:
            image.cell = atoms.cell.array * 1.01
        images.append(image)
    images.append(Atoms("H", positions=[[0, 0, 0]], info={"config_type": "IsolatedAtom"}))
    images.append(images[-1].copy())
    half = scan(path, images[:6])
    whole = scan(path, images)
    images = ase.io.read(path, index=":", format="extxyz")
    alike = {
        (i, j): displacement(images[i], images[j])
        for i in range(12)
        for j in range(12)
        if not (any(atoms.pbc) and images[i].cell[0, 0] != images[j].cell[0, 0])
    }
    edge = 1e-4  # single precision, and the rounding of the file
    found = {(i, j): d for i, j, d in _core.near_duplicates(whole, whole, tolerance)}
    assert set(found) >= {(i, j) for (i, j), d in alike.items() if i < j and d < tolerance - edge}
    assert all(i < j and d == pytest.approx(alike[i, j], abs=edge) for (i, j), d in found.items())
    across = {(i, j) for i, j, _ in _core.near_duplicates(half, whole, tolerance)}
    assert across >= {(i, j) for (i, j), d in alike.items() if i < 6 and d < tolerance - edge}
    assert all(i < 6 and alike[i, j] < tolerance + edge for i, j in across)


def test_near_duplicates_need_the_same_elements_in_the_same_order(path: Path) -> None:
    water = molecule("H2O")
    other = water[[0, 2, 1]]
    found = scan(path, [water, other, water[[1, 0, 2]], Atoms("OCH", positions=water.positions)])
    assert [(i, j) for i, j, _ in _core.near_duplicates(found, found, 5.0)] == [(0, 1)]


def test_near_duplicates_end_at_a_thousand_and_come_in_order(path: Path) -> None:
    found = scan(path, [molecule("H2O")] * 60)
    pairs = [(i, j) for i, j, _ in _core.near_duplicates(found, found)]
    assert len(pairs) == 1000
    assert pairs == [(i, j) for i in range(60) for j in range(i + 1, 60)][:1000]


def test_a_tolerance_without_sense_is_refused(path: Path) -> None:
    found = scan(path, [molecule("H2O")])
    for tolerance in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="tolerance: must be positive"):
            _core.near_duplicates(found, found, tolerance)
