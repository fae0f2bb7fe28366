"""Frames whose forces or energy are far from all others: exploded simulations, failed calculations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.energies import Floats
from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import GOOD, Mask, Rows, Table, counted

LARGEST_FORCE = 200.0
"""eV/Å: above it MACE's documentation advises to cut frames out."""
_DEVIATIONS, _GAP, _LEAST = 15.0, 1.5, 0.1
"""An outlying energy lies so many spreads from the median, so many times as far as the farthest other frame, and so
many eV/atom: hot frames of one long tail are none."""
_FEW = 0.05
"""Share of the frames; more of them are another kind of structure, not outliers."""
_COMMON = 2
"""Other frames of the same formula: without any, a strange energy may be the structure's own."""
_ROBUST = "leave them out, unless they are meant"
_SQUARED = _ROBUST + "; a `huber` or `universal` loss weighs large errors less than a squared one"


def find(facts: Facts) -> Iterator[Finding]:
    """Forces, then energies; of training frames nothing where the loss is robust against them."""
    for table in _judged(facts) if not facts.foreign_forces else []:
        largest = table.column("force_max")
        rows = np.flatnonzero(table.kept & (table.state("forces") == GOOD) & (largest > LARGEST_FORCE))
        if len(rows):
            worst = rows[largest[rows].argmax()]
            yield Finding(
                "MLP1031",
                f"{counted(len(rows), int(table.kept.sum()), table.noun)} "
                f"{'has' if len(rows) == 1 else 'have'} forces above {LARGEST_FORCE:g} eV/Å",
                table.anchor(rows),
                f"{table.places(rows)}; the largest is {largest[worst]:,.0f} eV/Å",
                _SQUARED if table.name == "train" else _ROBUST,
            )
    yield from _energies(facts)


def _judged(facts: Facts) -> list[Table]:
    return [table for table in facts.open if not (table.name == "train" and facts.question.robust_loss)]


def _energies(facts: Facts) -> Iterator[Finding]:
    """Each split in its own distribution: a test set may well be hotter than the training frames."""
    fit = facts.all_energies
    if fit is None or fit.spread == 0:
        return
    formulas = np.concatenate([table.composition[table.kept] for table in facts.open])
    for table in _judged(facts):
        rows = np.flatnonzero(table.good("energy") & ~table.lone)
        residual = fit.residual(table.composition[rows], table.column("energy")[rows])
        rows, residual = rows[np.isfinite(residual)], residual[np.isfinite(residual)]
        far = _far(np.abs(residual), fit.spread)
        for index in np.flatnonzero(far):
            alike = (formulas == table.composition[rows[index]]).all(axis=1).sum()
            of_them = (table.composition[rows[far]] == table.composition[rows[index]]).all(axis=1).sum()
            far[index] = alike - of_them >= _COMMON
        if far.any():
            yield _outlier(table, rows[far], residual[far], residual[~far])


def _far(distance: Floats, spread: float) -> Mask:
    """Frames beyond a gap, so few that they are no kind of their own."""
    order = np.argsort(distance)[::-1]
    falling = distance[order]
    ends = np.flatnonzero((falling[:-1] > max(_DEVIATIONS * spread, _LEAST)) & (falling[:-1] > _GAP * falling[1:]))
    result = np.zeros(len(distance), bool)
    if len(ends) and ends[-1] + 1 <= max(1, _FEW * len(distance)):
        result[order[: ends[-1] + 1]] = True
    return result


def _outlier(table: Table, rows: Rows, residual: Floats, others: Floats) -> Finding:
    worst = residual[np.abs(residual).argmax()]
    return Finding(
        "MLP1032",
        f"{counted(len(rows), int(table.kept.sum()), table.noun)} "
        f"{'has' if len(rows) == 1 else 'have'} an energy far from all others",
        table.anchor(rows),
        f"{table.places(rows)}; up to {worst:+.2f} eV/atom, all others within {np.abs(others).max():.2f}",
        _SQUARED if table.name == "train" else _ROBUST,
        ("measured from the sum over elements that fits all frames best",),
    )
