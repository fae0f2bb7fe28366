"""Neighbours against ASE and matscipy, for any cell, periodicity and cutoff, and what is refused."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from ase.neighborlist import neighbor_list
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mlipilot import _core

steady = settings(deadline=None, max_examples=60)  # a busy machine is no failure


@st.composite
def configurations(draw: st.DrawFn) -> tuple[Atoms, float]:
    """Atoms in and out of a skewed cell, any mixture of periodic directions, cutoffs from short to several periods."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(1, 10))
    pbc = [draw(st.booleans()) for _ in range(3)]
    cell = np.diag(rng.uniform(1.5, 12.0, size=3)) + draw(st.sampled_from([0.0, 0.5, 2.0])) * rng.normal(size=(3, 3))
    if abs(np.linalg.det(cell)) < 30.0:
        cell = np.diag(np.abs(np.diag(cell))) + 2 * np.eye(3)
    spread = draw(st.sampled_from([1.0, 3.0]))
    positions = rng.uniform(-spread, spread + 1, size=(n, 3)) @ cell
    if draw(st.booleans()):
        cell = cell * np.array(pbc)[:, None]
    return Atoms(f"H{n}", positions=positions, cell=cell, pbc=pbc), draw(st.floats(0.3, 7.0))


def arguments(atoms: Atoms) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    return atoms.positions, atoms.cell.array, atoms.pbc


def table(first: object, second: object, shift: NDArray[np.int64]) -> list[tuple[int, ...]]:
    return sorted(map(tuple, np.column_stack([first, second, shift]).tolist()))


@given(configurations())
@settings(steady, max_examples=100)
def test_pairs_agree_with_ase(configuration: tuple[Atoms, float]) -> None:
    atoms, cutoff = configuration
    first, second, distance, shift = neighbor_list("ijdS", atoms, cutoff)
    found_first, found_second, found_shift, found_distance = _core.pairs(*arguments(atoms), cutoff)
    assert table(found_first, found_second, found_shift) == table(first, second, shift)
    assert np.allclose(np.sort(found_distance), np.sort(distance), rtol=0, atol=1e-9)
    counts = _core.neighbour_counts(*arguments(atoms), cutoff)
    assert counts.tolist() == np.bincount(first, minlength=len(atoms)).tolist()
    shortest = _core.minimum_distance(*arguments(atoms), cutoff)
    assert shortest == (pytest.approx(distance.min(), abs=1e-9) if distance.size else None)


@steady
@given(configurations())
def test_pairs_obey_their_definition_and_come_from_both_ends(configuration: tuple[Atoms, float]) -> None:
    atoms, cutoff = configuration
    first, second, shift, distance = _core.pairs(*arguments(atoms), cutoff)
    between = atoms.positions[second] - atoms.positions[first] + shift @ atoms.cell.array
    assert np.allclose(np.linalg.norm(between, axis=1), distance, rtol=0, atol=1e-9)
    assert np.all(distance < cutoff)
    assert np.all(np.diff(first) >= 0)
    assert table(first, second, shift) == table(second, first, -shift)


@steady
@given(configurations())
def test_pairs_agree_with_matscipy_in_full_cells(configuration: tuple[Atoms, float]) -> None:
    matscipy = pytest.importorskip("matscipy.neighbours")
    atoms, cutoff = configuration
    if abs(np.linalg.det(atoms.cell.array)) < 1.0:
        atoms.cell = np.diag([5.0, 6.0, 7.0])
    if not all(atoms.pbc):
        # matscipy drops pairs of atoms outside of a cell that is not periodic.
        atoms.positions = atoms.cell.array.T.dot((atoms.get_scaled_positions(wrap=False) % 1.0).T).T
    first, second, shift = matscipy.neighbour_list("ijS", atoms, cutoff)
    found = _core.pairs(*arguments(atoms), cutoff)
    assert table(*found[:3]) == table(first, second, shift)


@steady
@given(configurations(), st.integers(0, 2**32))
def test_counts_and_shortest_distance_do_not_see_translations_by_whole_cells(
    configuration: tuple[Atoms, float], seed: int
) -> None:
    atoms, cutoff = configuration
    counts = _core.neighbour_counts(*arguments(atoms), cutoff)
    shifts = np.random.default_rng(seed).integers(-3, 4, size=(len(atoms), 3)) * atoms.pbc
    moved = atoms.copy()
    moved.positions += shifts @ atoms.cell.array
    assert _core.neighbour_counts(*arguments(moved), cutoff).tolist() == counts.tolist()


@pytest.mark.parametrize("repeats", [1, 2, 5])
def test_copper_has_twelve_neighbours_at_a_over_root_two(repeats: int) -> None:
    copper = bulk("Cu", "fcc", a=3.59, cubic=True).repeat(repeats)
    assert set(_core.neighbour_counts(*arguments(copper), 3.0).tolist()) == {12}
    assert set(_core.neighbour_counts(*arguments(copper), 3.6).tolist()) == {18}
    assert _core.minimum_distance(*arguments(copper), 3.0) == pytest.approx(3.59 / np.sqrt(2), rel=1e-12)
    assert _core.minimum_distance(*arguments(copper), 2.5) is None


def test_one_atom_in_a_primitive_cell_sees_the_whole_crystal() -> None:
    primitive = bulk("Cu", "fcc", a=3.59)
    large = bulk("Cu", "fcc", a=3.59, cubic=True).repeat(6)
    assert _core.neighbour_counts(*arguments(primitive), 10.0)[0] == _core.neighbour_counts(*arguments(large), 10.0)[0]


def test_a_molecule_without_a_cell_and_atoms_far_apart_are_searched() -> None:
    ethanol = molecule("CH3CH2OH")
    assert _core.minimum_distance(*arguments(ethanol), 5.0) == pytest.approx(
        neighbor_list("d", ethanol, 5.0).min(), abs=1e-12
    )
    apart = Atoms("H3", positions=[[0, 0, 0], [3e8, 0, 0], [3e8, 0.75, 0]])
    assert _core.minimum_distance(*arguments(apart), 1.0) == 0.75


def test_a_big_skewed_cell_agrees_with_ase() -> None:
    rng = np.random.default_rng(2)
    cell = np.array([[25.0, 0, 0], [14.0, 22.0, 0], [-9.0, 11.0, 20.0]])
    atoms = Atoms("H900", positions=rng.uniform(-1, 2, size=(900, 3)) @ cell, cell=cell, pbc=[True, False, True])
    first, second, shift = neighbor_list("ijS", atoms, 3.0)
    assert table(*_core.pairs(*arguments(atoms), 3.0)[:3]) == table(first, second, shift)


def test_coincident_atoms_are_at_distance_zero() -> None:
    assert _core.minimum_distance(np.zeros((2, 3)), np.zeros((3, 3)), np.zeros(3, dtype=bool), 1.0) == 0.0


def test_no_atoms_have_no_neighbours() -> None:
    empty, cell, pbc = np.zeros((0, 3)), np.eye(3), np.ones(3, dtype=bool)
    assert _core.minimum_distance(empty, cell, pbc, 1.0) is None
    assert _core.neighbour_counts(empty, cell, pbc, 1.0).shape == (0,)
    assert [array.shape for array in _core.pairs(empty, cell, pbc, 1.0)] == [(0,), (0,), (0, 3), (0,)]


def test_bad_input_is_refused_by_name() -> None:
    one, cell, pbc = np.zeros((1, 3)), np.eye(3), np.ones(3, dtype=bool)
    for cutoff in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="cutoff: must be positive"):
            _core.minimum_distance(one, cell, pbc, cutoff)
    with pytest.raises(ValueError, match="spans too many periods"):
        _core.minimum_distance(one, cell, pbc, 1e6)
    with pytest.raises(ValueError, match="positions: value 1 is not finite"):
        _core.pairs(np.array([[0.0, np.nan, 0.0]]), cell, pbc, 1.0)
    with pytest.raises(ValueError, match="positions: must lie within"):
        _core.pairs(np.full((1, 3), 1e12), cell, pbc, 1.0)
    with pytest.raises(ValueError, match="cell: its periodic vectors must be linearly independent"):
        _core.neighbour_counts(one, np.zeros((3, 3)), pbc, 1.0)
    with pytest.raises(ValueError, match="cell: value 0 is not finite"):
        _core.neighbour_counts(one, np.full((3, 3), np.inf), pbc, 1.0)
    with pytest.raises(ValueError, match="pbc: expected shape"):
        _core.pairs(one, cell, pbc[:2].copy(), 1.0)
    with pytest.raises(ValueError, match="cell: expected shape"):
        _core.pairs(one, np.eye(2), pbc, 1.0)
    with pytest.raises(ValueError, match="positions: expected shape"):
        _core.pairs(np.zeros((1, 2)), cell, pbc, 1.0)
