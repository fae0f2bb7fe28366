"""The frames of one split as one table: a row is a frame, whichever file it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot import _core
from mlipilot.compiler.data.question import Anchor, Split

ABSENT, GOOD, NOT_FINITE, MALFORMED = range(4)
"""States of a label in a frame, as the scan gives them."""
ONE_SIDED = 0.01
"""One-sidedness of an atom's surroundings that lets a force act on it."""
SAME_PLACE = 0.01
"""Å: atoms that are no farther from each other lie on one place."""
NOUNS = {"train": "training", "valid": "validation", "test": "test", "sealed": "sealed"}
_MOST_NAMED = 3
_EQUAL = 1e-6
"""Relative: forces on all atoms are one vector."""

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


class Table:
    """The scans of a split, joined; arrays have one entry a row, in the order of the files."""

    def __init__(self, split: Split, elements: Sequence[str], reach: float | None = None) -> None:
        """`reach` (Å) is how far an atom sees its own images; None: however far they are."""
        self.name = split.name
        self._reach = reach
        self.parts = split.parts
        self.elements = elements
        self._columns: dict[str, NDArray[Any]] = {}

    def __len__(self) -> int:
        return len(self.file)

    @property
    def noun(self) -> str:
        """The split as an adjective: `training`, `validation`, `test`, `sealed`."""
        return NOUNS[self.name]

    @cached_property
    def file(self) -> NDArray[np.int64]:
        """Which of the split's files."""
        return np.repeat(np.arange(len(self.parts)), [len(part.rows) for part in self.parts])

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The row at which each file begins."""
        return np.cumsum([0, *(len(part.rows) for part in self.parts)])

    def column(self, name: str) -> NDArray[Any]:
        """An array of the scans, such as `energy` (eV) or `shortest` (Å), joined."""
        if name not in self._columns:
            parts = [np.asarray(getattr(part.scan, name))[part.rows] for part in self.parts]
            self._columns[name] = np.concatenate(parts) if parts else np.zeros(0)
        return self._columns[name]

    def texts(self, name: str) -> list[str | None]:
        """A header key of every frame: `trajectories` or `config_types`."""
        found: list[str | None] = []
        for part in self.parts:
            if name == "trajectories" and part.groups is not None:
                found += part.groups
            else:
                texts = getattr(part.scan, name)
                found += [texts[row] for row in part.rows]
        return found

    def other(self, key: str) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
        """State of a key that was scanned besides the labels, and its first number; `ABSENT` where it was not."""
        states, values = [], []
        for part in self.parts:
            frames = part.scan.frames
            state, value = part.scan.others.get(key, (np.zeros(frames, np.uint8), np.full(frames, np.nan)))
            states.append(state[part.rows])
            values.append(value[part.rows])
        return (np.concatenate(states), np.concatenate(values)) if states else (np.zeros(0, np.uint8), np.zeros(0))

    def state(self, label: str) -> NDArray[np.uint8]:
        """Whether each frame has the label: `ABSENT`, `GOOD`, `NOT_FINITE` or `MALFORMED`."""
        return self.column(f"{label}_state")

    @cached_property
    def composition(self) -> NDArray[np.float64]:
        """Atoms of each element, shape (frames, elements); the elements are those of all splits."""
        counts = np.zeros((len(self), len(self.elements)))
        start = 0
        for part in self.parts:
            known = [place for place, symbol in enumerate(part.scan.elements) if symbol in self.elements]
            columns = [self.elements.index(part.scan.elements[place]) for place in known]
            counts[start : start + len(part.rows), columns] = part.scan.composition[part.rows][:, known]
            start += len(part.rows)
        return counts

    @cached_property
    def kept(self) -> Mask:
        """Frames that are trained on or judged: isolated atoms only give reference energies."""
        atoms: Mask = self.column("atoms") > 0
        return atoms & ~self.isolated

    @property
    def isolated(self) -> Mask:
        """Frames of an isolated atom, which give reference energies."""
        marked: Mask = self.column("isolated").astype(bool)
        return marked

    @cached_property
    def lone(self) -> Mask:
        """Frames of one atom that sees no image of its own."""
        far = ~self.periodic.any(axis=1)
        if self._reach is not None:
            far |= self.column("shortest") >= self._reach
        alone: Mask = (self.column("atoms") == 1) & far
        return alone

    @property
    def periodic(self) -> Mask:
        """Along each cell vector, shape (frames, 3)."""
        periodic: Mask = self.column("periodic").reshape(-1, 3)
        return periodic

    @property
    def cells(self) -> NDArray[np.float64]:
        """Cell vectors as rows, Å, shape (frames, 3, 3); NaN without a cell."""
        cells: NDArray[np.float64] = self.column("cells").reshape(-1, 3, 3)
        return cells

    @cached_property
    def stressable(self) -> Mask:
        """Frames that can have a stress: with a cell of some volume, periodic along some axis."""
        able: Mask = self.periodic.any(axis=1) & (self.column("volume") > 0)
        return able

    def bearers(self, label: str) -> Mask:
        """Frames that should carry a label: a stress needs a cell, and a free atom feels no force."""
        if label == "energy":
            return self.kept
        return self.kept & (self.stressable if label == "stress" else ~self.lone)

    @cached_property
    def constant_forces(self) -> Mask:
        """Frames of several atoms with one force on all of them, which is not 0."""
        longest = self.column("force_max")
        together = self.column("atoms") * longest
        with np.errstate(invalid="ignore", over="ignore"):
            same = (longest > 0) & (np.abs(self.column("net_force") - together) <= _EQUAL * together)
        constant: Mask = self.good("forces") & (self.column("atoms") > 1) & same
        return constant

    @property
    def faulty(self) -> bool:
        """Whether some of its frames could not be read."""
        return any(part.scan.faults for part in self.parts)

    def good(self, label: str) -> Mask:
        """Kept frames with a usable label."""
        usable: Mask = self.kept & (self.state(label) == GOOD)
        return usable

    def anchor(self, rows: Rows) -> Anchor:
        """The file of the first of some frames."""
        return self.file_anchor(int(self.file[rows[0]]))

    def file_anchor(self, file: int) -> Anchor:
        """One of its files, where it is named."""
        return Anchor("file", self.parts[file].source, self.parts[file].file)

    def places(self, rows: Rows) -> str:
        """The first of some frames in words: number from 0, line of the file from 1."""
        several = len(self.parts) > 1
        words = []
        numbers, lines = self.column("numbers"), self.column("lines")
        for row in rows[:_MOST_NAMED]:
            file = f"of `{file_name(self.parts[self.file[row]].scan)}`" if several else ""
            line = f"line {lines[row]}" if lines[row] else ""
            where = " ".join(filter(None, (line, file)))
            words.append(f"{numbers[row]} ({where})" if where else f"{numbers[row]}")
        more = len(rows) - len(words)
        if more:
            return f"frames {', '.join(words)} and {more} more"
        return f"frame {words[0]}" if len(words) == 1 else f"frames {', '.join(words[:-1])} and {words[-1]}"

    def groups(self) -> NDArray[np.intp]:
        """Trajectory of each frame as a number; a frame without one is a group of its own."""
        names = [name if name is not None else f"\0{row}" for row, name in enumerate(self.texts("trajectories"))]
        return np.unique(names, return_inverse=True)[1] if names else np.zeros(0, np.intp)


def near_pairs(one: Table, i: int, other: Table, j: int, reach: float) -> tuple[list[tuple[int, int, float]], bool]:
    """Rows of file `i` of a table and file `j` of another that lie within `reach` (Å, rms), and whether all are there.

    By rising row of the first; where some are missing, those of the last such row may be.
    """
    a, b = one.parts[i], other.parts[j]
    pairs = _core.near_duplicates(a.scan, b.scan, reach, a.mask, b.mask)
    rows_a, rows_b = (np.searchsorted(part.rows, [p[k] for p in pairs]) for k, part in enumerate((a, b)))
    first, second = int(one.starts[i]), int(other.starts[j])
    found = [(first + int(m), second + int(n), pair[2]) for m, n, pair in zip(rows_a, rows_b, pairs, strict=True)]
    return found, len(pairs) < MOST_PAIRS


MOST_PAIRS = 1000
"""Of one comparison of two files: more say no more."""


def first_line(summary: Any) -> str:
    """Where a key is seen first, in words before others; empty in a format without lines."""
    return f"first at line {summary.line}, " if summary.line > 1 else ""


def file_name(scan: Any) -> str:
    """The name of a scan's file, without its folder."""
    return Path(scan.path).name


def counted(number: int, of: int, noun: str) -> str:
    """`3 of 8 training frames`, `the only test frame`, `all 8 training frames`."""
    if number == of:
        return f"the only {noun} frame" if of == 1 else f"all {of} {noun} frames"
    return f"{number} of {of} {noun} frames"
