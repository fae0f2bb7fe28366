"""Arms over many data sets: mean ranks, whether they differ at all, and which of them no test tells apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlipilot.runtime.encodings.benchmark.comparison import holm

FEWEST = 10
"""Data sets: with fewer, ranks say little, and signed-rank tests corrected for the pairs of a few arms nothing."""


class Ranked(NamedTuple):
    """What ranks say."""

    means: NDArray[np.float64]
    """(arms,) mean rank, 1 the best."""
    friedman_p: float
    """That all arms are alike (Friedman, 1937)."""
    cliques: list[tuple[int, ...]]
    """Arms that no signed-rank test tells apart, corrected by Holm's method; those that stand alone are left out."""


def ranked(merits: NDArray[np.float64], significance: float = 0.05) -> Ranked | None:
    """Ranks of merits of shape (arms, data sets), the greater the better; None of fewer than two arms, or few sets.

    Cliques are runs of neighbouring ranks none of whose pairs differs (Benavoli, Corani and Mangili, JMLR 17, 5, 2016,
    who show that tests of mean ranks depend on the other arms, and signed-rank tests do not).
    """
    arms, sets = merits.shape
    if arms < 2 or sets < FEWEST:
        return None
    means = np.apply_along_axis(stats.rankdata, 0, -merits).mean(axis=1)
    order = np.argsort(means, kind="stable")
    pairs = [(one, other) for one in range(arms) for other in range(one + 1, arms)]
    p_values = holm([_signed_rank(merits[order[one]] - merits[order[other]]) for one, other in pairs])
    apart = {pair for pair, p in zip(pairs, p_values, strict=True) if p < significance}
    friedman = 1.0 if np.ptp(merits, axis=0).max() == 0 else _friedman(merits)
    return Ranked(means, friedman, [tuple(int(order[at]) for at in run) for run in _runs(arms, apart)])


def _signed_rank(differences: NDArray[np.float64]) -> float:
    return 1.0 if not differences.any() else float(stats.wilcoxon(differences).pvalue)


def _friedman(merits: NDArray[np.float64]) -> float:
    if len(merits) == 2:  # the test needs three arms; of two it is a test of signs
        better = int((merits[0] > merits[1]).sum())
        decided = int((merits[0] != merits[1]).sum())
        return float(stats.binomtest(better, decided).pvalue) if decided else 1.0
    return float(stats.friedmanchisquare(*merits).pvalue)


def _runs(arms: int, apart: set[tuple[int, int]]) -> list[range]:
    """The longest runs of places none of whose pairs is apart, of two or more."""
    found: list[range] = []
    for start in range(arms):
        end = start + 1
        while end < arms and not any((inside, end) in apart for inside in range(start, end)):
            end += 1
        if end - start > 1 and not any(run.start <= start and end <= run.stop for run in found):
            found.append(range(start, end))
    return found


__all__ = ["FEWEST", "Ranked", "ranked"]
