"""Frames whose forces or energy are far from all others: exploded simulations, failed calculations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.energies import EnergyFit, Floats
from mlipilot.compiler.data.facts import LARGEST_SINGLE_FORCE, Facts
from mlipilot.compiler.data.gaps import most
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import GOOD, Mask, Rows, Table, counted

_DEVIATIONS, _GAP, _LEAST = 15.0, 1.5, 0.1
"""An outlying energy lies so many spreads from the median, so many times as far as the farthest other frame, and so
many eV/atom: hot frames of one long tail are none."""
_FEW = 0.05
"""Share of the frames; more of them are another kind of structure, not outliers."""
_CERTAIN = 1.0
"""eV/atom: so much, twice as many spreads and twice the gap of an outlier are no kind of structure in any number."""
_COMMON = 2
"""Other frames of the same formula: without any, a strange energy may be the structure's own."""
_OWN = 0.5
"""Of an outlying energy: where frames of its formula are as far typically, or some of other splits, it is a kind's."""
_BEYOND = 10.0
"""eV/atom that no structure of known elements can have of its own: more than any bond."""
_ROBUST = "leave them out, unless they are meant"
_SQUARED = _ROBUST + "; a `huber` or `universal` loss weighs large errors less than a squared one"


def find(facts: Facts) -> Iterator[Finding]:
    """Forces, then energies; of training frames nothing where the loss is robust against them."""
    for table in _judged(facts) if not facts.foreign_forces else []:
        largest = table.column("force_max")
        rows = np.flatnonzero(table.kept & (table.state("forces") == GOOD) & (largest > LARGEST_SINGLE_FORCE))
        if len(rows):
            worst = rows[largest[rows].argmax()]
            yield Finding(
                "MLP1031",
                f"{counted(len(rows), int(table.kept.sum()), table.noun)} "
                f"{'has' if len(rows) == 1 else 'have'} forces above {LARGEST_SINGLE_FORCE:g} eV/Å",
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
    everywhere = [_residuals(fit, table) for table in facts.open]
    formulas = np.concatenate([table.composition[rows] for table, rows, _ in everywhere])
    of_table = np.repeat([table.name for table, _, _ in everywhere], [len(rows) for _, rows, _ in everywhere])
    all_residuals = np.concatenate([residual for _, _, residual in everywhere])
    for table in _judged(facts):
        _, rows, residual = _residuals(fit, table)
        rows, residual = rows[np.isfinite(residual)], residual[np.isfinite(residual)]
        far = _far(np.abs(residual), fit.spread)
        for index in np.flatnonzero(far):
            alike = (formulas == table.composition[rows[index]]).all(axis=1)
            of_them = (table.composition[rows[far]] == table.composition[rows[index]]).all(axis=1).sum()
            usual = float(np.nanmedian(np.abs(all_residuals[alike]))) if alike.any() else 0.0
            elsewhere = all_residuals[alike & (of_table != table.name)] * np.sign(residual[index])
            kind = (elsewhere > _OWN * abs(residual[index])).sum() >= _COMMON
            own = alike.sum() - of_them < _COMMON or usual >= _OWN * abs(residual[index]) or kind
            far[index] = not own or abs(residual[index]) > _BEYOND
        far &= ~_pressed(table, rows, far, residual)
        if far.any():
            yield _outlier(table, rows[far], residual[far], residual[~far])


def _residuals(fit: EnergyFit, table: Table) -> tuple[Table, Rows, Floats]:
    """What is left of the energies of a split's frames, and their rows."""
    rows = np.flatnonzero(table.good("energy") & ~table.lone)
    return table, rows, fit.residual(table.composition[rows], table.column("energy")[rows])


def _far(distance: Floats, spread: float) -> Mask:
    """Frames beyond a gap, so few that they are no kind of their own."""
    order = np.argsort(distance)[::-1]
    falling = distance[order]
    ends = np.flatnonzero((falling[:-1] > max(_DEVIATIONS * spread, _LEAST)) & (falling[:-1] > _GAP * falling[1:]))
    certain = (falling[ends] > max(2 * _DEVIATIONS * spread, _CERTAIN)) & (falling[ends] > 2 * _GAP * falling[ends + 1])
    few = ends + 1 <= max(1, _FEW * len(distance))
    ends = ends[few | (certain & (ends + 1 <= most(len(distance))))]
    result = np.zeros(len(distance), bool)
    if len(ends):
        result[order[: ends[-1] + 1]] = True
    return result


def _pressed(table: Table, rows: Rows, far: Mask, residual: Floats) -> Mask:
    """High energies of frames whose atoms are closer and pushed harder than those of all frames that are not far.

    The push must explain the energy: the force over the whole distance.
    """
    closeness, force = table.column("closeness")[rows], table.column("force_max")[rows]
    closest = np.nanmin(closeness[~far], initial=np.inf)
    hardest = np.nanmax(force[~far], initial=0.0)
    with np.errstate(invalid="ignore"):
        work = force * table.column("shortest")[rows] / table.column("atoms")[rows]
        pressed: Mask = (residual > 0) & (residual < work) & (closeness < closest) & (force > hardest)
    return pressed


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
