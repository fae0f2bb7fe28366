"""Codes written out: how well Hamming distance follows the distance of levels, and where it jumps."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import spearmanr

from mlipilot.runtime.encodings.geometry import hamming_correlation

Words = NDArray[np.uint8]


def binary(bits: int) -> Words:
    """All words of a width, the most significant bit first."""
    return np.array([[int(digit) for digit in f"{k:0{bits}b}"] for k in range(2**bits)], dtype=np.uint8)


def gray(bits: int) -> Words:
    """The reflected code: the words of one bit less, and again from the last to the first under a leading 1."""
    if bits == 0:
        return np.zeros((1, 0), dtype=np.uint8)
    half = gray(bits - 1)
    return np.vstack([np.insert(half, 0, 0, axis=1), np.insert(half[::-1], 0, 1, axis=1)])


def thermometer(bits: int) -> Words:
    """As many ones as the level says."""
    return np.tri(2**bits, 2**bits - 1, -1, dtype=np.uint8)


@pytest.mark.parametrize(
    ("code", "published", "cliff"), [(binary, 0.331, 8), (gray, 0.382, 1), (thermometer, 1.000, 1)]
)
def test_eight_bits_with_each_level_paired_with_itself_give_the_published_correlations(
    code: object, published: float, cliff: int
) -> None:
    assert callable(code)
    found = hamming_correlation(code(8), self_pairs=True)
    assert round(found.rank_correlation, 3) == published
    assert found.cliff == cliff


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("code", [binary, gray, thermometer])
def test_the_correlation_is_over_pairs_of_different_levels(code: object, bits: int) -> None:
    assert callable(code)
    words = code(bits)
    pairs = [(i, j) for i in range(len(words)) for j in range(i)]
    expected = spearmanr([i - j for i, j in pairs], [int((words[i] != words[j]).sum()) for i, j in pairs]).statistic
    assert hamming_correlation(words).rank_correlation == pytest.approx(expected, abs=1e-12)


def test_the_cliff_of_binary_is_the_step_to_the_highest_bit() -> None:
    found = hamming_correlation(binary(8))
    assert (found.cliff, found.cliff_between) == (8, (127, 128))


def test_rows_may_be_data_in_any_order_with_repeats() -> None:
    levels = np.array([3, 0, 2, 2, 1, 3])
    found = hamming_correlation(thermometer(2)[levels], levels)
    assert found.rank_correlation == pytest.approx(1, abs=1e-12)
    assert hamming_correlation(binary(2)[levels], levels / 10).cliff_between == (0.1, 0.2)


def test_data_of_several_features_are_compared_by_their_l1_distance() -> None:
    levels = np.random.default_rng(0).integers(0, 8, size=(30, 3))
    words = np.hstack([thermometer(3)[column] for column in levels.T])
    found = hamming_correlation(words, levels)
    assert found.rank_correlation == pytest.approx(1, abs=1e-12)
    assert (found.cliff, found.cliff_between) == (0, None)


def test_one_hot_words_are_all_equally_far_apart_which_is_said() -> None:
    found = hamming_correlation(np.eye(8))
    assert isnan(found.rank_correlation)
    assert found.reason == "all pairs of words are equally far apart"
    assert found.cliff == 2


def test_a_word_of_other_digits_is_refused_by_place() -> None:
    words = binary(3).astype(float)
    words[5, 1] = 0.5
    with pytest.raises(ValueError, match=r"words has 0\.5 at row 5, column 1: expected 0 and 1"):
        hamming_correlation(words)


def test_values_of_other_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="words has 8 samples and values has 7"):
        hamming_correlation(binary(3), np.arange(7))
