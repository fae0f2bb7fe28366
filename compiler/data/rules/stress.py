"""Stresses of frames that cannot have one, and those that stock MACE divides by the volume of another cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.padding import padded_volumes
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import ABSENT, Table, counted


def find(facts: Facts) -> Iterator[Finding]:
    """Frames without a volume in a data set whose stress is used; in stock MACE, only where they carry one."""
    question = facts.question
    if question.stress is None or (question.stock and not question.weight("stress")):
        return
    for table in facts.tables.values():
        bare = table.kept & ~table.lone & ~table.stressable
        if question.stock:
            bare &= table.state("stress") != ABSENT
        flat = bare & table.periodic.any(axis=1) & np.isfinite(table.column("shortest"))
        molecules = bare & ~table.periodic.any(axis=1)
        for chosen, why, note in (
            (molecules, "not periodic", "a stress is an energy by volume, and they have none"),
            (flat, "in a cell without a volume", "a stress is an energy by volume, and a cell vector of 0 leaves none"),
        ):
            rows = np.flatnonzero(chosen)
            if len(rows):
                yield Finding(
                    "MLP1044",
                    f"{counted(len(rows), int(table.kept.sum()), table.noun)} {'is' if len(rows) == 1 else 'are'} "
                    f"{why}, and cannot have a stress",
                    table.anchor(rows),
                    table.places(rows),
                    f"drop `{question.stress}` and its weight, or leave the frames out",
                    (note,),
                )
        if question.stock and question.r_max is not None:
            yield from _padded(table, question.r_max, question.stress)


def _padded(table: Table, r_max: float, key: str) -> Iterator[Finding]:
    partly = table.periodic.any(axis=1) & ~table.periodic.all(axis=1)
    rows = np.flatnonzero(table.good("stress") & table.stressable & partly)
    if not len(rows):
        return
    volume = float(table.column("volume")[rows[0]])
    padded = float(padded_volumes(table, r_max)[rows[0]])
    yield Finding(
        "MLP1048",
        f"{counted(len(rows), int(table.kept.sum()), table.noun)} {'is' if len(rows) == 1 else 'are'} not periodic "
        "along some axis, and their stress is trained",
        table.anchor(rows),
        table.places(rows),
        f'write `pbc="T T T"` where the vacuum is wide, or leave `{key}` out of these frames; a `.mlp` spec takes the '
        "volume of the file's cell",
        (
            f"MACE and its calculator divide by the volume of a padded cell, {padded:,.0f} Å³ instead of {volume:,.0f} "
            f"in frame {table.column('numbers')[rows[0]]}",
        ),
    )
