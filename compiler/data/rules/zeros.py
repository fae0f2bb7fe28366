"""Energies of splits that do not share a zero: another method, functional or pseudopotential, another unit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.energies import Floats
from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import GOOD, Rows, Table

_UNLIKE, _UNLIKE_SPREADS = 10.0, 20.0
"""eV/atom, more than any bond explains, and spreads of the residuals: zeros of frames that are nothing alike."""
_ALIKE, _ALIKE_SPREADS = 0.3, 5.0
"""The same for frames of one formula, with like forces and a like density: more than phases and isomers differ by."""
_REACTED = 1.5
"""The same where molecules of one or two formulas may have reacted in between: more than any combustion yields."""
_FORMULAS = 3
"""Formulas that do not all react alike."""
_SHARED = 0.5
"""Share of a split's frames whose formula must be trained on."""
_HOTTER, _DENSER = 1.5, 1.1
"""Typical forces and volumes of an atom differ by less where two splits are at one temperature and of one phase."""
_ONE_SIDE = 0.95
"""Share of the frames that must lie on the side of the shift."""


def find(facts: Facts) -> Iterator[Finding]:
    """One finding for each open split that lies elsewhere than the training frames."""
    train = facts.train
    if train is None:
        return
    for table in facts.open:
        if table is train:
            continue
        rows = np.flatnonzero(table.good("energy") & ~table.lone)
        shift = _at_equal_formula(train, table, rows)
        where = "at equal formula, with like forces" if shift else "at equal composition, over most frames"
        shift = shift or _at_equal_composition(facts, table, rows)
        if shift:
            yield Finding(
                "MLP1026",
                f"the {table.noun} energies lie {abs(shift):,.{1 if abs(shift) >= 1 else 2}f} eV/atom "
                f"{'above' if shift > 0 else 'below'} those of the training frames",
                table.anchor(rows),
                "another zero, unit or method",
                "label all splits by one method",
                (where,),
            )


def _at_equal_composition(facts: Facts, table: Table, rows: Rows) -> float:
    """The shift against the fit over elements, eV/atom; 0 where structures could explain it."""
    fit = facts.train_energies
    if fit is None:
        return 0.0
    residual = fit.residual(table.composition[rows], table.column("energy")[rows])
    residual = residual[np.isfinite(residual)]
    shift = float(np.median(residual)) if len(residual) > 1 else 0.0
    return shift if abs(shift) > max(_UNLIKE, _UNLIKE_SPREADS * fit.spread) else 0.0


def _at_equal_formula(train: Table, table: Table, rows: Rows) -> float:
    """The shift against training frames of the same formula, eV/atom; 0 where structures could explain it."""
    known = np.flatnonzero(train.good("energy") & ~train.lone)
    if len(rows) < 2 or not len(known):
        return 0.0
    both = np.concatenate([train.composition[known], table.composition[rows]])
    formula = np.unique(both, axis=0, return_inverse=True)[1].reshape(-1)
    mine, theirs = formula[: len(known)], formula[len(known) :]
    energy = _per_atom(train, known)
    centre = {int(f): float(np.median(energy[mine == f])) for f in np.unique(mine)}
    shared = np.array([int(f) in centre for f in theirs])
    if shared.sum() < max(2, _SHARED * len(rows)):
        return 0.0
    rows, theirs = rows[shared], theirs[shared]
    used = np.isin(mine, theirs)
    away = _per_atom(table, rows) - np.array([centre[int(f)] for f in theirs])
    at_home = energy[used] - np.array([centre[int(f)] for f in mine[used]])
    shift = float(np.median(away))
    spread = max(float(np.median(np.abs(away - shift))), float(np.median(np.abs(at_home))))
    dense = _like_volumes(train, known[used], table, rows)
    if dense is False or not _like_forces(train, known[used], table, rows):
        return 0.0
    least = _ALIKE if dense or len(set(theirs.tolist())) >= _FORMULAS else _REACTED
    one_side = float((np.sign(away) == np.sign(shift)).mean())
    return shift if abs(shift) > max(least, _ALIKE_SPREADS * spread) and one_side >= _ONE_SIDE else 0.0


def _per_atom(table: Table, rows: Rows) -> Floats:
    energy: Floats = table.column("energy")[rows] / table.column("atoms")[rows]
    return energy


def _like_forces(one: Table, some: Rows, other: Table, rows: Rows) -> bool:
    """Whether typical forces agree: those of a hotter split are larger, as are its energies."""
    typical = []
    for table, of in ((one, some), (other, rows)):
        labelled = of[table.state("forces")[of] == GOOD]
        typical.append(float(np.median(table.column("force_rms")[labelled])) if len(labelled) else 0.0)
    low, high = sorted(typical)
    return low > 0.0 and high < _HOTTER * low


def _like_volumes(one: Table, some: Rows, other: Table, rows: Rows) -> bool | None:
    """Whether an atom has a like volume; None for molecules, which have none."""
    volumes = []
    for table, of in ((one, some), (other, rows)):
        bulk = table.periodic[of].all(axis=1)
        if bulk.any() != bulk.all():
            return False
        volumes.append(float(np.median(table.column("volume")[of] / table.column("atoms")[of])) if bulk.all() else 0.0)
    low, high = sorted(volumes)
    return None if high == 0.0 else high < _DENSER * low
