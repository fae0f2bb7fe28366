"""Forces that are none: one for all atoms, zeros where symmetry has no part, sums that are not 0, other scales."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.energies import Floats
from mlipilot.compiler.data.facts import LARGEST_SINGLE_FORCE, Facts
from mlipilot.compiler.data.gaps import apart_above, most, of_kinds
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import ONE_SIDED, SAME_PLACE, Mask, Rows, Table, counted

_BONDED = 1.6
"""Of a covalent distance: what is farther may feel no force."""
_NET, _TYPICAL = 0.3, 0.05
"""Of the sum of forces over what random ones would have: more than a calculation leaves, and less than it."""
_PEERS = 8
"""Frames of one formula that can be compared with each other."""
_TYPICALLY = 10.0
"""Times a typical force: what heat does not do, and another unit does."""
_LARGER, _NEARER = 3.5, 0.95
"""Times the largest force of all other frames, at pairs that are hardly closer than theirs: another unit, where the
energy is not the highest too."""


def find(facts: Facts) -> Iterator[Finding]:
    """Split by split; where all forces are of another unit, single ones say nothing."""
    if facts.foreign_forces or not facts.open:
        return
    scale, closeness = facts.joined(_scale), facts.joined(lambda table: table.column("closeness"))
    large = of_kinds(scale, facts.formulas, lambda values: apart_above(values, _LARGER))
    usual = float(np.nanmin(closeness[np.isfinite(scale) & ~large], initial=np.inf))
    large &= ~_dear(facts, large) & (scale > _TYPICALLY * _typical(facts, scale))
    lowest = facts.parted(_lowest(facts))
    for (table, larger), (_, at_minimum) in zip(facts.parted(large), lowest, strict=True):
        constant = table.constant_forces
        yield from _named(table, np.flatnonzero(constant), "MLP1057", "one force on all atoms", _SENTINEL, _VALUE)
        yield from _named(
            table, _idle(table, at_minimum), "MLP1057", "forces of 0, and no symmetry makes them so", _SENTINEL
        )
        yield from _named(table, _pulled(table, constant), "MLP1059", "forces that do not add up to 0", _SUM)
        far = larger & ~constant & (table.column("force_max") <= LARGEST_SINGLE_FORCE)
        far &= table.column("closeness") >= _NEARER * usual
        yield from _named(table, np.flatnonzero(far), "MLP1063", "far larger forces than all others", _UNIT)


_SENTINEL = "leave them out, or calculate them again: a program that fails may write such numbers"
_SUM = "leave them out, unless something outside of the frame pulls at it"
_UNIT = "look at their unit, eV/Å: the atoms are no closer than in other frames"
_VALUE = (
    "a force that all atoms share moves the frame as a whole, and no calculation of a crystal or molecule gives one"
)


def _known(table: Table) -> Mask:
    known: Mask = table.good("forces") & ~table.lone
    return known


def _typical(facts: Facts, scale: Floats) -> Floats:
    """What forces are like in the frames of each row's formula; in all frames where there are few of them."""
    typical = np.full(len(scale), np.nanmedian(scale) if np.isfinite(scale).any() else np.inf)
    for formula in np.unique(facts.formulas):
        alike = (facts.formulas == formula) & np.isfinite(scale)
        if alike.sum() >= _PEERS:
            typical[alike] = np.median(scale[alike])
    return typical


def _dear(facts: Facts, large: Mask) -> Mask:
    """Rows whose energy is higher than that of all peers: what pushes atoms as hard by nature has cost as much."""
    dear = np.zeros(len(large), bool)
    for row in np.flatnonzero(large):
        peers = (facts.formulas == facts.formulas[row]) & ~large
        chosen = peers if peers.sum() >= _PEERS else ~large
        dear[row] = facts.residuals[row] > np.nanmax(facts.residuals[chosen], initial=-np.inf)
    return dear


def _scale(table: Table) -> Floats:
    return np.where(_known(table), table.column("force_rms"), np.nan)


def _lowest(facts: Facts) -> Mask:
    """The row of the lowest energy of each formula that has several: at a minimum forces may well be 0."""
    lowest = np.zeros(len(facts.formulas), bool)
    for formula in np.unique(facts.formulas):
        alike = np.flatnonzero((facts.formulas == formula) & np.isfinite(facts.residuals))
        if len(alike) > 1:
            lowest[alike[facts.residuals[alike].argmin()]] = True
    return lowest


def _idle(table: Table, at_minimum: Mask) -> Rows:
    """Frames without any force, whose atoms' surroundings are one-sided."""
    known = _known(table) & ~at_minimum
    with np.errstate(invalid="ignore"):
        idle = known & (table.column("one_sidedness") > ONE_SIDED) & (table.column("closeness") < _BONDED)
    # Where most frames have none, another rule speaks of all of them.
    return np.flatnonzero(idle) if 2 * idle.sum() <= known.sum() else np.zeros(0, np.intp)


def _pulled(table: Table, constant: Mask) -> Rows:
    """Frames whose forces do not add up to 0, though those of other frames do; fixed atoms have none of their own."""
    known = _known(table) & ~constant & (table.column("atoms") > 1) & (table.column("force_rms") > 0)
    known &= table.column("still") == 0
    known &= table.column("shortest") >= SAME_PLACE  # two atoms on one place are spoken of elsewhere
    rows = np.flatnonzero(known)
    random = np.sqrt(3.0 * table.column("atoms")[rows]) * table.column("force_rms")[rows]
    with np.errstate(invalid="ignore"):
        ratio = table.column("net_force")[rows] / random
    far = ratio > _NET
    few = far.sum() <= most(len(rows)) and len(rows) > 0 and np.median(ratio) < _TYPICAL
    return rows[far] if few else np.zeros(0, np.intp)


def _named(table: Table, rows: Rows, code: str, what: str, remedy: str, note: str = "") -> Iterator[Finding]:
    if not len(rows):
        return
    largest = float(table.column("force_max")[rows].max())
    yield Finding(
        code,
        f"{counted(len(rows), int(table.kept.sum()), table.noun)} {'has' if len(rows) == 1 else 'have'} {what}",
        table.anchor(rows),
        table.places(rows) + (f"; up to {largest:.3g} eV/Å" if largest else ""),
        remedy,
        (note,) if note else (),
    )


__all__ = ["find"]
