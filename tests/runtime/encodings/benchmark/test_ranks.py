"""Ranks over data sets: only of many, and cliques of what signed-rank tests do not tell apart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mlipilot.runtime.encodings.benchmark.ranks import FEWEST, ranked


def merits(sets: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    level = rng.random(sets)
    return np.array([level, level + 0.001 * rng.standard_normal(sets), level - 0.2 - 0.05 * rng.random(sets)])


def test_few_data_sets_or_one_arm_say_nothing() -> None:
    assert ranked(merits(FEWEST - 1)) is None
    assert ranked(merits(FEWEST)[:1]) is None


def test_ranks_are_means_and_arms_that_differ_stand_in_no_clique() -> None:
    given = merits(20)
    found = ranked(given)
    assert found is not None
    expected = np.array([stats.rankdata(-column) for column in given.T]).mean(axis=0)
    assert found.means == pytest.approx(expected)
    assert found.means[2] == 3
    assert [set(clique) for clique in found.cliques] == [{0, 1}]
    assert found.friedman_p == pytest.approx(stats.friedmanchisquare(*given).pvalue)


def test_arms_that_are_alike_everywhere_are_one_clique() -> None:
    found = ranked(np.ones((3, 12)))
    assert found is not None
    assert found.friedman_p == 1
    assert [set(clique) for clique in found.cliques] == [{0, 1, 2}]


def test_two_arms_are_tested_by_signs() -> None:
    given = merits(12)[[0, 2]]
    found = ranked(given)
    assert found is not None
    assert found.friedman_p == pytest.approx(2 * 0.5**12)
    assert found.cliques == []
