"""An energy that forces are not the derivative of: with smeared electrons that is the free energy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import FREE_ENERGY, Anchor, Finding
from mlipilot.compiler.data.table import GOOD, counted

_SAME = 1e-4
"""eV/atom: what programs print otherwise by rounding."""


def find(facts: Facts) -> Iterator[Finding]:
    """The training frames that have both, and how far they differ."""
    train, key = facts.train, facts.question.energy
    if train is None or key == FREE_ENERGY:
        return
    state, free = train.other(FREE_ENERGY)
    rows = np.flatnonzero(train.good("energy") & (state == GOOD))
    gap = np.abs(free[rows] - train.column("energy")[rows]) / train.column("atoms")[rows]
    rows, gap = rows[gap > _SAME], gap[gap > _SAME]
    if len(rows):
        yield Finding(
            "MLP1039",
            f"`{key}` is not the `{FREE_ENERGY}` that {counted(len(rows), int(train.kept.sum()), train.noun)} "
            f"{'has' if len(rows) == 1 else 'have'} too: they differ by up to {gap.max():.2g} eV/atom",
            Anchor("energy"),
            "forces belong to the other one",
            f"train on the free energy, under a name that ASE does not claim, such as `REF_{FREE_ENERGY}`"
            if facts.question.stock
            else f'write `energy = "{FREE_ENERGY}"`, where all files have it',
            ("forces are the derivative of the free energy; with smeared electrons the energy is another curve",),
        )


__all__ = ["find"]
