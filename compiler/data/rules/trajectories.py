"""Trajectories that were cut in two: frames of one run in several splits."""

from __future__ import annotations

import itertools

import numpy as np

from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import Rows, Table, counted

_MOST_NAMED = 3


def shared(one: Table, other: Table) -> Finding | None:
    """The finding that two splits share trajectories; the same name on other atoms is another run."""
    mine, theirs = _runs(one), _runs(other)
    both = sorted(mine.keys() & theirs.keys())
    if not both:
        return None
    frames = np.array(sorted(itertools.chain.from_iterable(theirs[key] for key in both)))
    names = sorted({f"`{name}`" for name, _ in both})
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return Finding(
        "MLP1014",
        f"{counted(len(frames), int(other.kept.sum()), other.noun)} {'is' if len(frames) == 1 else 'are'} "
        f"of trajectories that {one.noun} frames are of",
        other.anchor(frames),
        f"{'trajectory' if len(names) == 1 else 'trajectories'} {', '.join(names[:_MOST_NAMED])}{more}",
        "give whole trajectories to one split; other runs need other names",
        ("frames of one run resemble each other, so errors come out too small",),
    )


def _runs(table: Table) -> dict[tuple[str, bytes], Rows]:
    """Frames of each trajectory, by its name and what its first frame is made of."""
    found: dict[tuple[str, bytes], list[int]] = {}
    for row, name in enumerate(table.texts("trajectories")):
        if name is not None and table.kept[row]:
            found.setdefault((name, table.composition[row].tobytes()), []).append(row)
    return {key: np.array(rows) for key, rows in found.items()}
