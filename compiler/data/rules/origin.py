"""Frames far from the origin, where stock MACE searches neighbours in a box that reaches all the way there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.padding import padded_volumes
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import counted

_BYTES, _MOST = 4.0, 1e9
"""Of a bin of the search, and of a search that nobody would call small."""


def find(facts: Facts) -> Iterator[Finding]:
    """Frames whose search takes more memory than their training; our own search does not care where they lie."""
    r_max = facts.question.r_max
    if not facts.question.stock or r_max is None:
        return
    for table in facts.open:
        room = _BYTES * padded_volumes(table, r_max) / r_max**3
        rows = np.flatnonzero(room > _MOST)
        if not len(rows):
            continue
        worst = rows[room[rows].argmax()]
        farthest = float(np.abs(table.column("extremes").reshape(-1, 2)[worst]).max())
        yield Finding(
            "MLP1049",
            f"{counted(len(rows), len(table), table.noun)} {'lies' if len(rows) == 1 else 'lie'} so far from the "
            f"origin that a search for neighbours takes {room[worst] / 1e9:,.1f} GB",
            table.anchor(rows),
            f"{table.places(rows)}; a coordinate is {farthest:,.0f} Å",
            "move the frames to the origin, along what is not periodic",
            ("stock MACE searches a box of five cutoffs times the largest coordinate",),
        )


__all__ = ["find"]
