"""How many compositions are independent of each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.compiler.molecules.compositions import independent_compositions
from mlipilot.compiler.molecules.molecule import Molecule


def _molecule(*numbers: int) -> Molecule:
    return Molecule("m", numbers, tuple((0.0, 0.0, float(place)) for place in range(len(numbers))), 0)


@pytest.mark.parametrize(
    ("molecules", "independent"),
    [
        ([], 0),
        ([(6, 1, 1, 1, 1)], 1),
        ([(6, 1, 1, 1, 1), (6, 1, 1, 1, 1)], 1),
        ([(6, 1, 1), (6, 6, 1, 1, 1, 1)], 1),  # CH2 and C2H4: the same proportions
        ([(6, 1, 1, 1, 1), (6, 6, 1, 1, 1, 1, 1, 1)], 2),
        ([(6, 1, 1, 1, 1), (8, 1, 1), (6, 8, 1, 1)], 3),
        ([(6, 1, 1, 1, 1), (8, 1, 1), (6, 8, 1, 1, 1, 1, 1, 1)], 2),  # the third is the sum of the others
    ],
)
def test_proportions_that_repeat_or_add_up_tell_nothing_new(molecules: list[tuple[int, ...]], independent: int) -> None:
    assert independent_compositions(_molecule(*numbers) for numbers in molecules) == independent


@given(st.lists(st.lists(st.sampled_from([1, 6, 7, 8]), min_size=1, max_size=6), min_size=1, max_size=8))
def test_it_is_the_rank_of_the_counts(molecules: list[list[int]]) -> None:
    counts = np.array([[numbers.count(element) for element in (1, 6, 7, 8)] for numbers in molecules])
    expected = int(np.linalg.matrix_rank(counts))
    assert independent_compositions(_molecule(*numbers) for numbers in molecules) == expected
