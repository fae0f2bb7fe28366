"""How much factors explain: against written-out sums of squares, and nothing where there is nothing to explain."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mlipilot.runtime.encodings.benchmark.variance import explained


def design(effect: float, noise: float, folds: int = 20) -> tuple[dict[str, list[object]], np.ndarray]:
    """Three encodings under two scalings; the encoding moves the score, the scaling does not."""
    cells = list(itertools.product("abc", ("none", "standard")))
    rng = np.random.default_rng(0)
    of_fold = 0.05 * rng.standard_normal(folds)
    scores = np.array([effect * "abc".index(one) + of_fold + noise * rng.standard_normal(folds) for one, _ in cells])
    return {"encoding": [one for one, _ in cells], "scaling": [two for _, two in cells]}, scores


def test_a_factor_explains_what_its_sums_of_squares_say() -> None:
    levels, scores = design(0.1, 0.02)
    found = {one.factor: one for one in explained(levels, scores)}
    total = scores - scores.mean()
    between = sum(2 * 20 * total[2 * at : 2 * at + 2].mean() ** 2 for at in range(3))
    of_scaling = sum(3 * 20 * total[at::2].mean() ** 2 for at in range(2))
    of_folds = 6 * (total.mean(axis=0) ** 2).sum()
    freedom = total.size - 1 - 19 - 2 - 1
    error = ((total**2).sum() - between - of_scaling - of_folds) / freedom
    assert found["encoding"].omega_squared == pytest.approx((between - 2 * error) / ((total**2).sum() + error))
    assert found["encoding"].levels == 3
    assert found["encoding"].omega_squared > 0.5
    assert found["scaling"].omega_squared < 0.01


def test_noise_is_explained_by_nothing_and_a_factor_of_one_level_is_left_out() -> None:
    levels, scores = design(0.0, 0.02)
    assert all(one.omega_squared < 0.03 for one in explained(levels, scores))
    levels["dimension"] = [None] * len(scores)
    assert {one.factor for one in explained(levels, scores)} == {"encoding", "scaling"}


def test_equal_scores_have_no_variance_to_explain() -> None:
    levels, scores = design(0.0, 0.0)
    assert [one.omega_squared for one in explained(levels, np.ones_like(scores))] == [0.0, 0.0]
