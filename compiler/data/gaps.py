"""A few values that lie apart from all others: what active learning appends to a sound set, and what a slip leaves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.data.energies import Floats

Mask = NDArray[np.bool_]
_FEW, _SHARE, _LARGEST = 3, 0.05, 0.25
"""So many values at most, or such a share of all; never more than a quarter: those would be a kind of their own."""
_KIND = 4
"""Values of a kind that can be compared with each other."""


def most(count: int) -> int:
    """How many of some values may lie apart."""
    return int(min(max(_FEW, _SHARE * count), _LARGEST * count))


def apart_below(values: Floats, ratio: float) -> Mask:
    """Which few positive values are below `ratio` times the next larger one; values that are not finite are not."""
    found = np.zeros(len(values), bool)
    known = np.flatnonzero(np.isfinite(values) & (values > 0))
    order = known[np.argsort(values[known], kind="stable")]
    rising = values[order]
    ends = np.flatnonzero(rising[:-1] < ratio * rising[1:])
    ends = ends[ends < most(len(known))]
    if len(ends):
        found[order[: ends[-1] + 1]] = True
    return found


def apart_above(values: Floats, ratio: float) -> Mask:
    """Which few positive values are above `ratio` times the next smaller one."""
    with np.errstate(divide="ignore", over="ignore"):
        return apart_below(1.0 / values, 1.0 / ratio)


def of_kinds(values: Floats, kinds: NDArray[np.intp], apart: Callable[[Floats], Mask]) -> Mask:
    """Which few values lie apart from all others, or from those of their kind."""
    found = apart(values)
    for kind in np.unique(kinds):
        alike = np.flatnonzero((kinds == kind) & np.isfinite(values))
        if len(alike) >= _KIND:
            found[alike] |= apart(values[alike])
    return found


__all__ = ["apart_above", "apart_below", "most", "of_kinds"]
