"""The cell that stock MACE works in: what is not periodic is padded by a box around the origin.

Source: `get_neighborhood` in mace/data/neighborhood.py (0.3.16).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.data.table import Table

_CUTOFFS, _MARGIN = 5.0, 1.0
"""The box has so many cutoffs (in number) times the largest coordinate and a margin (Å)."""


def padded_volumes(table: Table, r_max: float) -> NDArray[np.float64]:
    """Of each frame's cell, Å³; `r_max` in Å. 0 where it is no number."""
    farthest = np.abs(table.column("extremes").reshape(-1, 2)).max(axis=1, initial=0.0)
    with np.errstate(all="ignore"):
        box = (_CUTOFFS * r_max * (farthest + _MARGIN))[:, None, None] * np.identity(3)
        box[:, ~np.identity(3, dtype=bool)] = 0.0
        volumes = np.abs(np.linalg.det(np.where(table.periodic[:, :, None], table.cells, box)))
    return np.where(np.isfinite(volumes), volumes, 0.0)


__all__ = ["padded_volumes"]
