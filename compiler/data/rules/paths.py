"""Frames of one run that were dealt out to two splits: the nearest neighbour is far nearer than the third nearest.

Frames that are drawn independently, from one crystal at one temperature even, have their nearest neighbours at nearly
one distance; along a run, or a path, the next frame is half as far as the one after it.
"""

from __future__ import annotations

import numpy as np

from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import Table, counted, near_pairs

_REACHES = (0.05, 0.1, 0.2, 0.35, 0.5)
"""Å rms: how far neighbours are looked for, until there are too many pairs to list."""
_RANK, _NEARER = 3, 0.75
"""The nearest is less than such a share as far as the third nearest."""
_ATOMS = 4
"""Fewer have so few ways to differ that distances vary by chance."""
_FEWEST, _OF_DECIDED, _OF_ALL = 5, 0.5, 0.1
"""Frames, share of those with three neighbours, share of the split: less may be chance."""


def dealt_out(train: Table, other: Table) -> Finding | None:
    """The finding that frames of `other` lie along runs of training frames."""
    usable = other.kept & (other.column("atoms") >= _ATOMS)
    ratios = {row: ratio for row, ratio in _ratios(train, other).items() if usable[row]}
    rows = np.array(sorted(row for row, ratio in ratios.items() if ratio < _NEARER), dtype=np.intp)
    if len(rows) < max(_FEWEST, _OF_DECIDED * len(ratios), _OF_ALL * usable.sum()):
        return None
    return Finding(
        "MLP1016",
        f"{counted(len(rows), int(usable.sum()), other.noun)} lie along runs of training frames",
        other.anchor(rows),
        other.places(rows),
        "give whole runs to one split, not single frames",
        ("the nearest training frame is far nearer than others: the next one in time, or of one path",),
    )


def _ratios(train: Table, other: Table) -> dict[int, float]:
    """Distance of the nearest training frame over that of the third nearest, for rows with three in reach."""
    found: dict[int, float] = {}
    for file in range(len(other.parts)):
        for reach in _REACHES:
            distances, complete = _neighbours(train, other, file, reach)
            for row, near in distances.items():
                if len(near) >= _RANK:
                    near.sort()
                    found.setdefault(row, near[0] / near[_RANK - 1])
            if not complete:
                break
    return found


def _neighbours(train: Table, other: Table, file: int, reach: float) -> tuple[dict[int, list[float]], bool]:
    """Distances of training frames within reach of each row of a file, and whether all rows are there."""
    lists = [near_pairs(other, file, train, number, reach) for number in range(len(train.parts))]
    end = int(other.starts[file + 1])
    # Where a list is full, only the rows before its last one are complete.
    last = min((pairs[-1][0] for pairs, complete in lists if not complete), default=end)
    distances: dict[int, list[float]] = {}
    for pairs, _ in lists:
        for row, _, distance in pairs:
            if row < last:
                distances.setdefault(row, []).append(distance)
    return distances, last == end


__all__ = ["dealt_out"]
