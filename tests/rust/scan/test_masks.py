"""Masks over the rows of a scan: what lies outside is not looked at."""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule
from hypothesis import given
from hypothesis import strategies as st
from scanning import labelled, scan, steady

from mlipilot import _core


def images(count: int, seed: int = 0, step: float = 0.02) -> list[Atoms]:
    """A molecule on a walk, with labels that say nothing true."""
    rng = np.random.default_rng(seed)
    water, found = molecule("H2O"), []
    for _ in range(count):
        water.positions += step * rng.normal(size=(3, 3))
        found.append(labelled(water, rng.normal(), rng.normal(size=(3, 3))))
    return found


@steady
@given(st.integers(0, 2**32), st.booleans())
def test_near_duplicates_between_rows_are_those_among_all_that_lie_in_them(
    path: Path, seed: int, is_split: bool
) -> None:
    rng = np.random.default_rng(seed)
    found = scan(path, images(24, seed))
    first = rng.random(24) < 0.5
    second = ~first if is_split else rng.random(24) < 0.5
    pairs = _core.near_duplicates(found, found, 0.1)
    both = sorted(pairs + [(j, i, d) for i, j, d in pairs])
    expected = [pair[:2] for pair in both if first[pair[0]] and second[pair[1]]]
    assert [pair[:2] for pair in _core.near_duplicates(found, found, 0.1, first, second)] == expected
    one_sided = [pair[:2] for pair in both if first[pair[0]]]
    assert [pair[:2] for pair in _core.near_duplicates(found, found, 0.1, rows_a=first)] == one_sided
    again = scan(path)
    across = _core.near_duplicates(found, again, 0.1, first, second)
    diagonal = [(row, row) for row in range(24) if first[row] and second[row]]
    assert [pair[:2] for pair in across] == sorted(expected + diagonal)


def test_steps_count_where_both_frames_are_in_the_rows(path: Path) -> None:
    walk = images(12)
    found = scan(path, walk)
    rows = np.ones(12, bool)
    rows[[0, 5]] = False
    assert _core.work_consistency(found) == _core.work_consistency(found, np.ones(12, bool))
    assert _core.work_consistency(found)[0] == 11
    parts = walk[1:5], walk[6:]
    steps, correlation = _core.work_consistency(found, rows)
    assert steps == sum(len(part) - 1 for part in parts)
    ratio = _core.work_ratio(found, rows)
    for number, part in enumerate(parts):
        for atoms in part:
            atoms.info["trajectory"] = number
    apart = scan(path, [*parts[0], *parts[1]])
    assert _core.work_consistency(apart) == (steps, pytest.approx(correlation))
    assert _core.work_ratio(apart) == pytest.approx(ratio)
    assert _core.work_consistency(found, np.zeros(12, bool))[0] == 0


def test_a_mask_of_another_length_is_refused(path: Path) -> None:
    found = scan(path, images(3))
    short = np.ones(2, bool)
    for refused in (
        lambda: _core.near_duplicates(found, found, rows_a=short),
        lambda: _core.near_duplicates(found, found, rows_b=short),
        lambda: _core.work_consistency(found, short),
        lambda: _core.work_ratio(found, short),
    ):
        with pytest.raises(ValueError, match=r"rows.*: expected 3 values, one a frame, found 2"):
            refused()
