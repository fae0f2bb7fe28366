"""Copies of frames that were turned, shifted, mirrored or renumbered: nothing that a model sees has changed.

Such copies agree in their formula, energy, forces and distances to more digits than unrelated frames ever do, and they
have other coordinates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.data.energies import Floats
from mlipilot.compiler.data.table import GOOD, Mask, Table

_DIGITS = {"energy": 1e-4, "force_rms": 1e-4, "force_max": 1e-4, "shortest": 1e-4, "loneliest": 1e-4}
"""What no motion changes, and how far copies may differ by rounding: eV, eV/Å and Å."""
_PULLED = 1e-2
"""eV/Å, root mean square: relaxed frames agree in their forces without being one."""
_LOOK = 32
"""Frames next in energy that one is compared with; energies so dense are no energies."""


def moved_copies(one: Table, other: Table, comparable: tuple[Mask, Mask]) -> dict[int, int]:
    """Rows of `other` that are copies of frames of `one` but for a motion, with the row that each is a copy of."""
    mine, theirs = (_telling(table, rows) for table, rows in zip((one, other), comparable, strict=True))
    if not len(mine) or not len(theirs):
        return {}
    ours, wanted = _invariants(one, mine), _invariants(other, theirs)
    order = np.argsort(ours[:, 0])
    mine, ours = mine[order], ours[order]
    within = np.array([*_DIGITS.values()])
    start = np.searchsorted(ours[:, 0], wanted[:, 0] - within[0])
    end = np.minimum(np.searchsorted(ours[:, 0], wanted[:, 0] + within[0], side="right"), start + _LOOK)
    found: dict[int, int] = {}
    for row, (low, high) in enumerate(zip(start, end, strict=True)):
        near = (np.abs(ours[low:high] - wanted[row]) <= within).all(axis=1)
        near &= (one.composition[mine[low:high]] == other.composition[theirs[row]]).all(axis=1)
        if near.any():
            found[int(theirs[row])] = int(mine[low + int(near.argmax())])
    return found


def _telling(table: Table, comparable: Mask) -> NDArray[np.intp]:
    """Rows of frames whose labels and distances tell them apart."""
    finite = np.isfinite(table.column("shortest")) & np.isfinite(table.column("loneliest"))
    labelled = (table.state("energy") == GOOD) & (table.state("forces") == GOOD)
    return np.flatnonzero(comparable & finite & labelled & (np.nan_to_num(table.column("force_rms")) > _PULLED))


def _invariants(table: Table, rows: NDArray[np.intp]) -> Floats:
    return np.stack([table.column(name)[rows] for name in _DIGITS], axis=1).astype(float)


__all__ = ["moved_copies"]
