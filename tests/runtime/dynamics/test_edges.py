"""Edges against MACE's own neighbourhood, and the cache against a fresh search."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mace.data.neighborhood import get_neighborhood

from mlipilot.runtime.dynamics.edges import EdgeCache, Edges, find_edges


def as_set(index: np.ndarray, images: np.ndarray) -> list[tuple[int, ...]]:
    return sorted(map(tuple, np.column_stack([index.T, np.rint(images)]).astype(int).tolist()))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    atoms=st.integers(1, 12),
    pbc=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    cutoff=st.floats(1.5, 5.0),
)
def test_edges_are_those_of_mace_in_any_cell(seed: int, atoms: int, pbc: tuple[bool, ...], cutoff: float) -> None:
    rng = np.random.default_rng(seed)
    cell = 4.0 * np.eye(3) + rng.uniform(-0.8, 0.8, (3, 3))
    positions = rng.uniform(-5.0, 9.0, (atoms, 3))
    found = find_edges(positions, cell, np.array(pbc), cutoff)
    index, _, images, _ = get_neighborhood(positions, cutoff, pbc, cell.copy())
    assert as_set(found.index, found.images) == as_set(index, images)
    np.testing.assert_allclose(found.images @ cell, found.shifts, atol=1e-12)


@pytest.mark.parametrize("atoms", [20, 400])
def test_molecules_of_any_size_have_the_same_edges_as_in_mace(atoms: int) -> None:
    positions = np.random.default_rng(1).uniform(0.0, 15.0, (atoms, 3))
    found = find_edges(positions, np.zeros((3, 3)), np.zeros(3, dtype=bool), 4.0)
    index, _, images, _ = get_neighborhood(positions, 4.0, (False, False, False), np.zeros((3, 3)))
    assert as_set(found.index, found.images) == as_set(index, images)
    assert not found.shifts.any()


def test_a_molecule_flown_apart_has_no_edges() -> None:
    positions = np.array([[0.0, 0.0, 0.0], [1e9, 0.0, 0.0], [0.0, 3e12, 1.0]])
    assert find_edges(positions, np.zeros((3, 3)), np.zeros(3, dtype=bool), 5.0).index.shape == (2, 0)


def test_cached_edges_are_the_fresh_ones_along_a_walk() -> None:
    rng = np.random.default_rng(5)
    cell, pbc = 6.0 * np.eye(3), np.array([True, True, True])
    positions = rng.uniform(0.0, 6.0, (20, 3))
    searches = 0

    def search(where: np.ndarray, cutoff: float) -> Edges:
        nonlocal searches
        searches += 1
        return find_edges(where, cell, pbc, cutoff)

    cached = EdgeCache(search, 4.0, 0.6)
    fresh = EdgeCache(partial(_find, cell, pbc), 4.0, 0.0)
    for _ in range(60):
        positions = positions + rng.normal(scale=0.03, size=positions.shape)
        edges, vectors = cached.find(positions)
        expected, _ = fresh.find(positions)
        assert as_set(edges.index, edges.images) == as_set(expected.index, expected.images)
        assert (np.linalg.norm(vectors, axis=1) < 4.0).all()
    assert 1 < searches < 60


def _find(cell: np.ndarray, pbc: np.ndarray, positions: np.ndarray, cutoff: float) -> Edges:
    return find_edges(positions, cell, pbc, cutoff)
