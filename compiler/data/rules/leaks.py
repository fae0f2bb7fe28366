"""Frames that are in two splits, under one file name or several, exactly or nearly."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mlipilot.compiler.data.division import SHARED
from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Anchor, Finding
from mlipilot.compiler.data.rules.moved import moved_copies
from mlipilot.compiler.data.rules.paths import dealt_out
from mlipilot.compiler.data.rules.trajectories import shared
from mlipilot.compiler.data.table import NOUNS, Mask, Rows, Table, counted, file_name, near_pairs

if TYPE_CHECKING:
    from mlipilot._core import FrameScan

NEAR = 0.05
"""Å rms: what atoms move in a few femtoseconds, or in a small displacement of one structure."""
_TELLING = 0.01
"""Share of a split's frames; a single near copy among thousands moves no error."""


def find(facts: Facts) -> Iterator[Finding]:
    """One file twice; then what weighs most between two splits: exact copies, named runs, unnamed ones, near copies."""
    repeated = [*_repeated(facts), *_same_frames(facts)]
    yield from repeated
    if repeated:
        return
    for one, other in itertools.combinations(facts.tables.values(), 2):
        copies = _copies(one, other)
        run = shared(one, other)
        moved = moved_copies(one, other, (_comparable(one), _comparable(other)))
        if len(copies) or moved:
            yield _exact(one, other, copies, moved)
        elif run is not None:
            yield run
        elif one.name == "train":
            dealt = dealt_out(one, other)
            found = _near(one, other) if dealt is None else (dealt,)
            yield from (replace(finding, help=_GAP) if _is_of_blocks(facts) else finding for finding in found)


_GAP = "raise the `gap` of `split`, or cut into fewer blocks"


def _is_of_blocks(facts: Facts) -> bool:
    """Whether the parts are blocks of neighbouring frames."""
    division = facts.question.selection.division
    return division is not None and division.by == "blocks"


def _repeated(facts: Facts) -> Iterator[Finding]:
    first: dict[Path, tuple[Table, Anchor]] = {}
    for table in facts.tables.values():
        for file, part in enumerate(table.parts):
            name, anchor = file_name(part.scan), table.file_anchor(file)
            other, before = first.setdefault(Path(part.scan.path).resolve(), (table, anchor))
            if before == anchor:
                continue  # a file whose frames are shared out
            notes: tuple[str, ...] = ("its frames would count double",)
            if SHARED in (before.source, anchor.source) and before.source != anchor.source:
                headline = f"`{name}` is among `{SHARED}`, and a {NOUNS[_own(before, anchor)]} file"
                notes = ("its frames would be shared out, and stand in one split as a whole",)
            elif before.source == anchor.source:
                headline = f"`{name}` stands twice among " + (
                    f"`{SHARED}`" if anchor.source == SHARED else f"the {table.noun} files"
                )
            else:
                headline = f"`{name}` is a {other.noun} file and a {table.noun} file"
                notes = (_WHY[table.name],)
            yield Finding("MLP1011", headline, anchor, "again", "give each split its own", notes)


def _same_frames(facts: Facts) -> Iterator[Finding]:
    """Files of one field with the same frames, such as one and its compressed copy."""
    first: dict[tuple[str, bytes], FrameScan] = {}
    seen: set[Anchor] = set()
    for table in facts.tables.values():
        for file, part in enumerate(table.parts):
            anchor = table.file_anchor(file)
            if anchor in seen or part.scan.frames < 2:
                continue
            seen.add(anchor)
            frames = np.sort(np.asarray(part.scan.fingerprint)).tobytes()
            other = first.setdefault((part.source, frames), part.scan)
            if Path(other.path).resolve() != Path(part.scan.path).resolve():
                headline = f"`{file_name(part.scan)}` has the frames of `{file_name(other)}` again"
                notes = ("its frames would count double",)
                yield Finding("MLP1011", headline, anchor, "again", "name one of the two", notes)


def _own(one: Anchor, other: Anchor) -> str:
    """Of two places of a file, the one that is a split's own."""
    return str(other.source if one.source == SHARED else one.source)


_WHY = {
    "train": "its frames would count double",
    "valid": "frames that are trained on cannot pick the checkpoint",
    "test": "frames that were used for the model cannot judge it",
    "sealed": "sealed frames are opened once, at the end",
}


def _comparable(table: Table) -> Mask:
    """Frames that could be copies: all single atoms are alike."""
    return table.kept & (table.column("atoms") > 1)


def _copies(one: Table, other: Table) -> Rows:
    """Frames of `other` whose geometry is also in `one`."""
    mine = one.column("fingerprint")[_comparable(one)]
    rows = np.flatnonzero(_comparable(other))
    return rows[np.isin(other.column("fingerprint")[rows], mine)]


def _exact(one: Table, other: Table, exact: Rows, moved: dict[int, int]) -> Finding:
    total = int(_comparable(other).sum())
    rows = np.union1d(exact, np.array([*moved], np.intp))
    copies = np.flatnonzero(np.isin(one.column("fingerprint"), other.column("fingerprint")[exact]))
    copies = np.union1d(copies, np.array([moved[row] for row in moved if row not in exact], np.intp))
    moves = ("of the same energy, forces and distances: turned or shifted as a whole",)
    return Finding(
        "MLP1012",
        f"{counted(len(rows), total, other.noun)} {'is' if len(rows) == 1 else 'are'} among the {one.noun} frames",
        other.anchor(rows),
        f"{other.places(rows)}; there {one.places(copies)}",
        "leave the copies out of one split",
        (_WHY[other.name], *(moves if len(rows) > len(exact) else ())),
    )


def _near(train: Table, other: Table) -> Iterator[Finding]:
    found: dict[int, tuple[float, int]] = {}
    usable = _comparable(other)
    cut = False
    for i, j in itertools.product(range(len(train.parts)), range(len(other.parts))):
        pairs, complete = near_pairs(train, i, other, j, NEAR)
        cut |= not complete
        for copy, row, distance in pairs:
            if usable[row] and distance < found.get(row, (np.inf, 0))[0]:
                found[row] = distance, copy
    total = int(usable.sum())
    if len(found) < max(1, _TELLING * total):
        return
    rows = np.array(sorted(found))
    distance, copy = min(found.values())
    at_least = "at least " if cut and len(rows) < total else ""
    nearest = f"; nearest: {distance:.3f} Å rms from training {train.places(np.array([copy]))}"
    yield Finding(
        "MLP1013",
        f"{at_least}{counted(len(rows), total, other.noun)} {'lies' if len(rows) == 1 else 'lie'} within {NEAR:g} Å "
        "of a training frame",
        other.anchor(rows),
        other.places(rows) + (nearest if other.name != "sealed" else ""),
        "split by trajectory or by structure, not frame by frame",
        ("errors on near copies say little about new structures",),
    )
