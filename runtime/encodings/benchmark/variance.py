"""How much of the scores of an encoding each factor explains: a decomposition of variance, folds as blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Explained(NamedTuple):
    """What a factor explains."""

    factor: str
    levels: int
    omega_squared: float
    """Share of the variance in the population; 0 where it explains no more than noise does."""


def explained(levels: Mapping[str, Sequence[object]], scores: NDArray[np.float64]) -> list[Explained]:
    """The share of variance that the main effect of each factor explains.

    Omega squared is `(SS - df MS_error) / (SS_total + MS_error)` (Hays, Statistics, 1963), its error what is left after
    all main effects and the folds. It is exact for a balanced design: every combination of levels once.

    Args:
        levels: by factor, the level of each cell, shape (cells,); factors of one level are left out.
        scores: (cells, folds).
    """
    factors = {name: _codes(own) for name, own in levels.items()}
    factors = {name: codes for name, codes in factors.items() if codes.max() > 0}
    total = scores - scores.mean()
    all_squares = float((total**2).sum())
    parts = {name: (_squares(total, codes), int(codes.max())) for name, codes in factors.items()}
    of_folds = float(len(total) * (total.mean(axis=0) ** 2).sum())
    freedom = total.size - 1 - (total.shape[1] - 1) - sum(df for _, df in parts.values())
    left = all_squares - of_folds - sum(squares for squares, _ in parts.values())
    if freedom <= 0:
        return []
    error = max(0.0, left) / freedom
    below = all_squares + error
    return [
        Explained(name, df + 1, max(0.0, (squares - df * error) / below) if below > 0 else 0.0)
        for name, (squares, df) in parts.items()
    ]


def _codes(own: Sequence[object]) -> NDArray[np.intp]:
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(level, len(seen)) for level in own])


def _squares(total: NDArray[np.float64], codes: NDArray[np.intp]) -> float:
    """The sum of squares between the levels of a factor."""
    groups = (total[codes == level] for level in range(int(codes.max()) + 1))
    return float(sum(group.size * group.mean() ** 2 for group in groups))


__all__ = ["Explained", "explained"]
