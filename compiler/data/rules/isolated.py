"""Isolated atoms: frames of one atom without a mark, marked ones that are not alone, contradictory energies."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Anchor, Finding, Question
from mlipilot.compiler.data.table import GOOD, Rows, Table, counted
from mlipilot.spec.schema.labels import CONFIG_TYPE, ISOLATED_ATOM, SAME_ENERGY

_SLIP = re.compile(r"(isolated|single|free)?atoms?|isolated", re.IGNORECASE)
_MARK = f"{CONFIG_TYPE}={ISOLATED_ATOM}"


def find(facts: Facts) -> Iterator[Finding]:
    """Of all splits, then of the training frames, whose isolated atoms give the reference energies."""
    for table in facts.tables.values():
        yield from _unmarked(facts.question, table)
    train = facts.tables.get("train")
    if train is not None:
        yield from _touching(facts, train)
        yield from _contradictory(train)


def unmarked(table: Table) -> Rows:
    """Frames of one atom alone in space that are not marked as isolated atoms."""
    return np.flatnonzero(table.lone & table.kept)


def _unmarked(question: Question, table: Table) -> Iterator[Finding]:
    rows = unmarked(table)
    if not len(rows):
        return
    types = table.texts("config_types")
    written = {types[row] for row in rows}
    slip = next((text for text in written if text and _SLIP.fullmatch(re.sub(r"[^A-Za-z]", "", text))), None)
    mark = question.selection.isolated
    headline = f"{counted(len(rows), len(table), table.noun)} hold{'s' if len(rows) == 1 else ''} one atom, "
    note = "such a frame is taken for a structure, and its atom has no neighbour"
    if question.stock:
        headline += f"marked `{CONFIG_TYPE}={slip}`" if slip else f"and no `{_MARK}`"
        help_ = f"write `{_MARK}`, exactly, in the header"
        yield Finding("MLP1025", headline, table.anchor(rows), table.places(rows), help_, (note,))
        return
    alike = next(iter(written)) if len(written) == 1 else None
    headline += f"marked `{CONFIG_TYPE}={alike}`" if alike else f"and no `{CONFIG_TYPE}={mark}`"
    yield Finding(
        "MLP1025",
        headline,
        Anchor("isolated") if alike else table.anchor(rows),
        table.places(rows),
        "if these are free atoms, say so:" if alike else "if these are free atoms, write `isolated = alone`",
        (note,),
        alike,
    )


def _touching(facts: Facts, train: Table) -> Iterator[Finding]:
    r_max = facts.question.r_max
    rows = np.flatnonzero(train.isolated & (train.column("shortest") < (r_max or 0.0)))
    if len(rows):
        nearest = float(train.column("shortest")[rows].min())
        one = len(rows) == 1
        yield Finding(
            "MLP1027",
            f"{'an isolated atom sees its' if one else f'{len(rows)} isolated atoms see their'} own periodic "
            f"image{'' if one else 's'} within `r_max = {r_max:g} Å`",
            train.anchor(rows),
            f"{train.places(rows)}; the nearest image is {nearest:.2f} Å away",
            f"put the atom into a cell wider than {r_max:g} Å and label it again; a crystal is not an isolated atom",
            ("its energy is that of a crystal, and it is taken for the reference energy of its element",),
        )


def _contradictory(train: Table) -> Iterator[Finding]:
    for number, symbol in enumerate(train.elements):
        has = train.isolated & (train.state("energy") == GOOD) & (train.composition[:, number] == 1)
        rows = np.flatnonzero(has)
        energies = train.column("energy")[rows]
        if len(rows) < 2 or np.ptp(energies) <= SAME_ENERGY:
            continue
        yield Finding(
            "MLP1028",
            f"the isolated atom of {symbol} has contradictory energies, {energies.min():g} to {energies.max():g} eV",
            train.anchor(rows),
            train.places(rows),
            "keep the frame that belongs to the other labels",
            ("one of them is taken for the reference energy, and all others are dropped",),
        )


__all__ = ["find", "unmarked"]
