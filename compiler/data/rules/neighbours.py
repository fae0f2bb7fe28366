"""Atoms and the model's cutoff: every atom sees another, none too many, and no two share a place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Anchor, Finding
from mlipilot.compiler.data.table import SAME_PLACE, Rows, Table, counted
from mlipilot.spec.schema.labels import CONFIG_TYPE, ISOLATED_ATOM

_FEWEST, _MOST = 2.0, 100.0
"""Neighbours of an atom, on average, between which MACE does not warn."""

_FEW = 0.1
"""Share of a split's frames that may be left out."""
_LEAVE = "leave the frames out"
_MARK = f"mark the energy of a free atom with `{CONFIG_TYPE}={ISOLATED_ATOM}` in the header; leave another frame out"


def find(facts: Facts) -> Iterator[Finding]:
    """Overlapping atoms, lonely atoms, then the mean number of neighbours."""
    lonely = False
    for table in facts.tables.values():
        usable = table.kept & ~table.lone
        rows = np.flatnonzero(usable & (table.column("shortest") < SAME_PLACE))
        if len(rows):
            yield Finding(
                "MLP1043",
                f"two atoms lie on one place in {counted(len(rows), len(table), table.noun)}",
                table.anchor(rows),
                table.places(rows),
                "remove one of the two atoms, or the frame",
            )
        for finding in _lonely(facts, table, usable):
            lonely = True
            yield finding
    if not lonely and facts.train is not None:
        yield from _mean(facts, facts.train)


def _lonely(facts: Facts, table: Table, usable: np.ndarray) -> Iterator[Finding]:
    r_max = facts.question.r_max
    if r_max is None:
        return
    # Stock MACE only fails where no atom of any frame has a neighbour.
    distance = table.column("shortest" if facts.question.stock else "loneliest")
    rows = np.flatnonzero(usable & (distance >= r_max))
    if not len(rows) or (facts.question.stock and (table.name != "train" or len(rows) < usable.sum())):
        return
    farthest = distance[rows].max()
    if not np.isfinite(farthest):
        reach = "an atom there has no neighbour at all"
    elif table.name == "sealed":
        reach = "an atom there has its nearest neighbour farther away"
    else:
        reach = f"an atom there has its nearest neighbour at {farthest:.2f} Å"
    yield Finding(
        "MLP1041",
        f"with `r_max = {r_max:g} Å`, {counted(len(rows), int(usable.sum()), table.noun)} "
        f"{'has' if len(rows) == 1 else 'have'} an atom that sees no other",
        Anchor("r_max"),
        reach,
        (_MARK if (table.column("atoms")[rows] == 1).all() else _remedy(facts))
        + ("" if facts.question.stock or len(rows) < usable.sum() else "; or look at `units = dft(length = …)`"),
        (f"{table.noun} {table.places(rows)}",)
        + (("stock MACE trains such a model to NaN and exits with 0",) if facts.question.stock else ()),
    )


def _remedy(facts: Facts) -> str:
    """What helps every split: a cutoff beyond all nearest neighbours that may be told, or fewer frames."""
    r_max, needed, few = facts.question.r_max or 0.0, 0.0, True
    for table in facts.tables.values():
        usable = table.kept & ~table.lone
        distance = table.column("loneliest")
        short = usable & (distance >= r_max)
        few = few and short.sum() <= _FEW * usable.sum()
        reachable = distance[short & np.isfinite(distance)]
        if table.name != "sealed" and len(reachable):
            needed = max(needed, float(reachable.max()))
    if not needed:
        return "choose a cutoff that reaches a neighbour of every atom, or " + _LEAVE
    longer = f"choose a cutoff well beyond {needed:.2f} Å, the farthest that an atom's nearest neighbour is"
    return f"{longer}, or {_LEAVE}" if few else longer


def _reachable(train: Table, atoms: Rows) -> float:
    """Mean number of neighbours that the longest cutoff would give: in a molecule, all its other atoms."""
    others = np.where(train.periodic.any(axis=1), np.inf, train.column("atoms") - 1.0)
    return float(np.average(others[atoms > 0], weights=atoms[atoms > 0]))


def _mean(facts: Facts, train: Table) -> Iterator[Finding]:
    r_max = facts.question.r_max
    known = np.isfinite(train.column("neighbours"))
    atoms = np.where(train.kept & ~train.lone & known, train.column("atoms"), 0)
    if r_max is None or not atoms.sum():
        return
    mean = float(np.average(np.nan_to_num(train.column("neighbours")), weights=atoms))
    if _FEWEST <= mean <= _MOST:
        return
    few = mean < _FEWEST
    if few and mean >= _reachable(train, atoms):
        return
    yield Finding(
        "MLP1042",
        f"with `r_max = {r_max:g} Å` an atom has {mean:.3g} neighbour{'s' if f'{mean:.3g}' != '1' else ''} on average",
        Anchor("r_max"),
        f"{'fewer than ' if few else 'more than '}{_FEWEST if few else _MOST:g}",
        "a longer cutoff tells structures apart" if few else "a shorter cutoff costs less: time grows with its cube",
    )
