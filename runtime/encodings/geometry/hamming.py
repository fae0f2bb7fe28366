"""Whether the Hamming distance of code words follows the distance of what they encode."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
from scipy.spatial.distance import pdist, squareform
from scipy.stats import spearmanr

from mlipilot.runtime.encodings.geometry.options import switch
from mlipilot.runtime.encodings.geometry.representation import Floats, read_representation, require_same_samples


@dataclass(frozen=True)
class HammingCorrelation:
    """How a code's distances follow those of the values.

    Attributes:
        rank_correlation: Spearman correlation, in [-1, 1], of d_H with the L1 distance of the values, over all pairs:
            1 where the order is kept.
        cliff: the most bits that change from one value to the next, over values in ascending order; 0 where `values`
            has several columns, which have no next.
        cliff_between: the two values of the first such step; None where there is none.
        reason: why the correlation is NaN, where it is.
    """

    rank_correlation: float
    cliff: int
    cliff_between: tuple[float, float] | None
    reason: str = ""


def hamming_correlation(words: Any, values: Any = None, *, self_pairs: bool = False) -> HammingCorrelation:
    """The rank correlation of Hamming distances with distances of values, and the cliff of the code.

    Args:
        words: (n, bits) of 0 and 1. Without `values` row k is the word of the level k, and the distance |k - k'|.
        values: (n,) or (n, d) what the rows encode, such as the data before its encoding.
        self_pairs: count each row with itself too, at distance 0, as over the full matrix of distances; of all
            8-bit levels that gives .331 for binary and .382 for Gray, against .323 and .374 of different rows.

    Raises:
        ValueError: a matrix that cannot be read: not two-dimensional, fewer than 2 samples, text, NaN or infinity (with
            its place), complex, uint64; a word with something other than 0 and 1, other numbers of rows.
    """
    switch("self_pairs", self_pairs)
    bits = read_representation(words, "words")
    unscaled = bits.values * bits.scale
    wrong = ~np.isin(unscaled, (0.0, 1.0))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise ValueError(
            f"words has {unscaled[row, column]:g} at row {row}, column {column}: expected 0 and 1, one column a bit"
        )
    given = np.arange(len(unscaled)) if values is None else np.asarray(values)
    levels = read_representation(given.reshape(-1, 1) if given.ndim == 1 else given, "values")
    require_same_samples(len(unscaled), len(levels.values), "words", "values")
    # Of bits, the sum of absolute differences is the Hamming distance.
    distances, apart = (pdist(matrix, "cityblock") for matrix in (unscaled, levels.values))
    cliff, between = _cliff(unscaled, levels.values * levels.scale)
    if np.ptp(distances) == 0 or np.ptp(apart) == 0:
        what = "words" if np.ptp(distances) == 0 else "values"
        return HammingCorrelation(nan, cliff, between, f"all pairs of {what} are equally far apart")
    if self_pairs:
        distances, apart = (squareform(condensed).ravel() for condensed in (distances, apart))
    return HammingCorrelation(float(spearmanr(apart, distances).statistic), cliff, between)


def is_binary(values: Floats) -> bool:
    """Whether a matrix holds only 0 and 1."""
    return bool(np.isin(values, (0.0, 1.0)).all())


def _cliff(words: Floats, levels: Floats) -> tuple[int, tuple[float, float] | None]:
    """The most bits that change between neighbouring distinct values, and those values."""
    if levels.shape[1] != 1:
        return 0, None
    distinct, rows = np.unique(levels[:, 0], return_index=True)
    if len(distinct) < 2:
        return 0, None
    changed = np.abs(np.diff(words[rows], axis=0)).sum(axis=1)
    at = int(changed.argmax())
    return int(changed[at]), (float(distinct[at]), float(distinct[at + 1]))
