"""Comparisons against their formulas, written out with SciPy, and at their edges."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark.comparison import compare, holm
from mlipilot.runtime.encodings.benchmark.verdict import Word, factor_to_decide, judge

PROTOCOL = Protocol(outer=5, repeats=4, inner=4)
ROPE = 0.01


def scores(seed: int, mean: float = 0.0, deviation: float = 0.02) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, deviation, PROTOCOL.differences)


@pytest.mark.parametrize("seed", range(5))
def test_a_comparison_is_the_corrected_t_of_its_differences(seed: int) -> None:
    arm, control = scores(seed, 0.91), scores(seed + 100, 0.9)
    found = compare(arm, control, PROTOCOL, ROPE)
    differences = arm - control
    error = np.sqrt((1 / 20 + 1 / 4) * differences.var(ddof=1))
    posterior = stats.t(19, differences.mean(), error)
    assert found.error == pytest.approx(error, rel=1e-12)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(differences.mean()) / error, 19), rel=1e-9)
    assert found.chance_better == pytest.approx(posterior.sf(ROPE), rel=1e-9)
    assert found.chance_worse == pytest.approx(posterior.cdf(-ROPE), rel=1e-9)
    assert found.chance_equivalent == pytest.approx(posterior.cdf(ROPE) - posterior.cdf(-ROPE), rel=1e-9)
    assert found.interval(0.9) == pytest.approx(posterior.interval(0.9), rel=1e-9)


def test_exchanged_arms_have_the_opposite_verdict() -> None:
    arm, control = scores(1, 0.95, 0.01), scores(2, 0.90, 0.01)
    (there,), (back,) = (judge([compare(*pair, PROTOCOL, ROPE)]) for pair in ((arm, control), (control, arm)))
    assert (there.word, back.word) == (Word.BETTER, Word.WORSE)
    assert there.comparison.chance_better == pytest.approx(back.comparison.chance_worse)


def test_arms_that_never_differ_are_equivalent_with_p_of_1() -> None:
    arm = scores(3, 0.9)
    (verdict,) = judge([compare(arm, arm, PROTOCOL, 0.0)])
    assert (verdict.word, verdict.comparison.p_value, verdict.comparison.chance_equivalent) == (Word.EQUIVALENT, 1, 1)


@pytest.mark.parametrize(("shift", "word"), [(0.005, Word.EQUIVALENT), (0.02, Word.BETTER), (-0.02, Word.WORSE)])
def test_one_difference_in_all_folds_is_known_without_an_error(shift: float, word: Word) -> None:
    arm = scores(4, 0.9)
    (verdict,) = judge([compare(arm + shift, arm, PROTOCOL, ROPE)])
    assert verdict.word == word


def test_a_difference_that_is_smaller_than_its_error_is_undecided_and_more_samples_would_decide_it() -> None:
    found = compare(scores(5, 0.9, 0.05), scores(6, 0.9, 0.05), PROTOCOL, ROPE)
    (verdict,) = judge([found])
    assert verdict.word == Word.UNDECIDED
    assert factor_to_decide(found) > 1


def test_a_family_takes_back_what_one_comparison_alone_would_show() -> None:
    rng = np.random.default_rng(7)
    noise = [compare(rng.normal(0, 0.02, 20), np.zeros(20), PROTOCOL, 0.0) for _ in range(39)]
    one = compare(scores(8, 0.03, 0.02), np.zeros(20), PROTOCOL, 0.0)
    assert judge([one])[0].word == Word.BETTER
    assert judge([one, *noise])[0].word == Word.UNDECIDED


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_corrected_p_values_keep_their_order_and_lie_between_their_own_and_bonferronis(p_values: list[float]) -> None:
    corrected = holm(p_values)
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    assert all(corrected[a] <= corrected[b] for a, b in pairwise(order))
    for own, other in zip(p_values, corrected, strict=True):
        assert own <= other <= min(1.0, len(p_values) * own) + 1e-15
    assert corrected[order[0]] == min(1.0, len(p_values) * p_values[order[0]])


@pytest.mark.parametrize(
    ("arm", "rope", "message"),
    [
        (np.zeros(19), ROPE, r"arm has scores of shape \(19,\), expected one for each of the folds: \(20,\)"),
        (np.full(20, np.nan), ROPE, "arm has no score in fold 0"),
        (np.zeros(20), -0.1, "rope is -0.1: write a finite number of at least 0"),
    ],
)
def test_scores_that_cannot_be_compared_are_refused(arm: np.ndarray, rope: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare(arm, np.zeros(20), PROTOCOL, rope)


BAYCOMP = [
    (5, 4, (0.34771105049124773, 0.5339416159833019, 0.11834733352545035)),
    (10, 1, (0.830562966352045, 0.16699379635215295, 0.002443237295802092)),
    (10, 10, (0.4988587991485388, 0.4868077912731299, 0.014333409578331291)),
    (2, 5, (0.5078511458973225, 0.1889509835480212, 0.3031978705546563)),
]
"""Folds, repeats, and what `baycomp.two_on_single` 1.0.3 gives of them: P(better), P(equivalent), P(worse)."""


@pytest.mark.parametrize(("seed", "known"), list(enumerate(BAYCOMP)))
def test_chances_are_those_of_baycomp(seed: int, known: tuple[int, int, tuple[float, ...]]) -> None:
    outer, repeats, chances = known
    rng = np.random.default_rng(seed)
    arm, control = rng.normal(0.91, 0.02, outer * repeats), rng.normal(0.9, 0.02, outer * repeats)
    found = compare(arm, control, Protocol(outer, repeats, 2), 0.01)
    assert (found.chance_better, found.chance_equivalent, found.chance_worse) == pytest.approx(chances, rel=1e-9)


def test_corrected_p_values_are_those_of_scikit_posthocs() -> None:
    """`posthoc_ttest(..., p_adjust="holm")` of scikit-posthocs 0.17.1, on raw values of its own."""
    raw = [0.15385754943408653, 4.709277210865198e-05, 0.018456326555657303]
    assert holm(raw) == pytest.approx([0.15385754943408653, 0.00014127831632595593, 0.03691265311131461], rel=1e-12)
    assert holm([0.01, 0.04, 0.03, 0.005, 0.2, 0.04]) == pytest.approx([0.05, 0.12, 0.12, 0.03, 0.2, 0.12], rel=1e-12)
