"""Distances that no structure has: coordinates of another kind, atoms on top of each other, frames of another scale.

A distance is judged over the sum of the covalent radii of its two elements, so that one bound serves all pairs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.energies import Floats
from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.gaps import apart_above, apart_below, of_kinds
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import SAME_PLACE, Mask, Table, counted

_SHORT = 0.6
"""Of the covalent distance: no bond is as short, and only steep repulsion lies there."""
_HALF = 0.5
"""Of the covalent distance: where typical frames have such pairs, the whole set is of another scale."""
_GAP, _WIDE = 0.75, 1.5
"""Closer than such a share of all other frames' closest pairs, or farther than such a multiple."""
_UNIT, _MARGIN = 1.0, 0.02
"""Fractional coordinates lie between 0 and 1, but for atoms that left the cell a little."""


def find(facts: Facts) -> Iterator[Finding]:
    """Split by split: fractional coordinates, close pairs, frames whose atoms are farther apart than all others'."""
    if not facts.open:
        return
    closeness = facts.joined(_closeness)
    close = of_kinds(closeness, facts.formulas, lambda values: apart_below(values, _GAP))
    wide = of_kinds(closeness, facts.formulas, lambda values: apart_above(values, _WIDE))
    known = closeness[np.isfinite(closeness)]
    mostly = len(known) > 0 and float(np.median(known)) < _HALF
    for (table, closer), (_, wider) in zip(facts.parted(close), facts.parted(wide), strict=True):
        yield from _split(table, closer, wider, mostly, facts.question.stock)


def _closeness(table: Table) -> Floats:
    several = table.kept & (table.column("atoms") > 1)
    return np.where(several, table.column("closeness"), np.nan)


def _split(table: Table, close: Mask, wide: Mask, mostly: bool, stock: bool) -> Iterator[Finding]:
    closeness = _closeness(table)
    short = np.nan_to_num(closeness, nan=np.inf) < _SHORT
    fractional = short & _in_unit_box(table)
    total = int(table.kept.sum())
    rows = np.flatnonzero(fractional)
    if len(rows):
        yield Finding(
            "MLP1061",
            f"the coordinates of {counted(len(rows), total, table.noun)} look fractional: all lie between 0 and 1",
            table.anchor(rows),
            f"{table.places(rows)}; the nearest pair is {table.column('shortest')[rows].min():.2f} Å apart",
            "write Cartesian coordinates in Å: extended XYZ knows no others",
            ("the cells are several Å wide, and all atoms lie in one corner",),
        )
    short &= ~_repelled(table, short)
    others = closeness[~short & np.isfinite(closeness)]
    rows = np.flatnonzero(short & ~fractional & (table.column("shortest") >= SAME_PLACE) & (close | mostly))
    if len(rows):
        worst = rows[closeness[rows].argmin()]
        yield Finding(
            "MLP1058",
            f"two atoms lie far too close to each other in {counted(len(rows), total, table.noun)}",
            table.anchor(rows),
            f"{table.places(rows)}; {table.column('shortest')[worst]:.2f} Å, {100 * closeness[worst]:.0f} % of a "
            "covalent bond",
            "look at the unit of the positions: `units = dft(length = …)`"
            if mostly and not stock
            else "leave them out, unless they are meant",
            (f"in the other frames the closest pair is at {100 * others.min():.0f} % or more",) if len(others) else (),
        )
    rows = np.flatnonzero(wide & table.kept & (closeness > 1.0) & (table.column("atoms") > 2))
    if len(rows):
        yield Finding(
            "MLP1062",
            f"the atoms of {counted(len(rows), total, table.noun)} are far apart, and those of all others are not",
            table.anchor(rows),
            f"{table.places(rows)}; the closest pair is at {100 * closeness[rows].min():.0f} % of a covalent bond",
            "look at the unit of their coordinates, Å; 1 Bohr is 0.529 Å",
        )


def _repelled(table: Table, short: Mask) -> Mask:
    """Frames of close pairs whose forces are larger than all others': two atoms that were pushed together, and know."""
    force = table.column("force_max")
    hardest = float(np.nanmax(force[table.kept & ~short], initial=0.0))
    with np.errstate(invalid="ignore"):
        repelled: Mask = short & (force > hardest) & (hardest > 0)
    return repelled


def _in_unit_box(table: Table) -> Mask:
    """Frames of a cell of several Å whose coordinates all lie between 0 and 1."""
    low, high = table.column("extremes").reshape(-1, 2).T
    inside = (low >= -_MARGIN) & (high <= _UNIT + _MARGIN)
    large: Mask = inside & (table.column("volume") > 8.0 * _UNIT**3)
    return large


__all__ = ["find"]
