"""Frames of files shared out to parts: by groups, whole files, single frames or blocks of neighbours, by lot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.seeds import lot
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.suggest import nearest

if TYPE_CHECKING:
    from mlipilot._core import FrameScan

SHARED = "files"
"""The field of the files whose frames a split shares out; all others are named after their part."""
_DRAWN = ("test", "valid", "sealed")
"""Parts in the order in which they are drawn; what is left is for training."""

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Division:
    """How frames are shared out."""

    by: str
    """`by_group`, `by_file`, `by_frame` or `blocks`."""
    shares: Mapping[str, Fraction]
    """Of the frames, by part; what is left is for training."""
    seed: int = 0
    key: str = ""
    """Of `by_group`: the header key."""
    number: int = 0
    """Of `blocks`: into how many each file is cut."""
    gap: int = 0
    """Of `blocks`: frames left out where two neighbouring blocks go to different parts."""


class Marks(NamedTuple):
    """What of a file's frames decides where they go; one entry a frame."""

    name: str
    """Of the file."""
    isolated: NDArray[np.bool_]
    config_types: Sequence[str | None]
    groups: Sequence[str | None]
    keys: Sequence[str] = ()
    """Of the headers."""

    @classmethod
    def of(cls, scan: FrameScan, name: str) -> Marks:
        """Those of a scan that was made with `Selection.isolated` and `Selection.group`."""
        groups = [None if text is None else _group(text) for text in scan.trajectories]
        keys = [summary.name for summary in scan.keys if summary.place == "header"]
        return cls(name, np.asarray(scan.isolated, bool), scan.config_types, groups, keys)


def _group(text: str) -> str:
    """A group's value: `300` and `300.0` are one."""
    return f"{float(text):.15g}" if _NUMBER.fullmatch(text) else text


_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]*)?")


class Share(NamedTuple):
    """The frames of a file that go to a part."""

    source: str
    """The field that names the file: `files`, or a part."""
    file: int
    """Which of that field's files."""
    rows: Rows
    groups: Sequence[str | None]
    """Of each of these frames: what is resampled together."""


class Problem(NamedTuple):
    """Why frames cannot be shared out as asked."""

    code: str
    headline: str
    field: str
    """Of the data set: what is to be changed."""
    label: str
    help: str


class _Unit(NamedTuple):
    """Frames that stay together."""

    name: str
    """Of a group its value, of others the places of file, block and frame: a file may be renamed or packed."""
    frames: Sequence[tuple[int, Rows]]
    """By file."""
    group: str | None
    """What bounds resample it with; None: on its own."""

    @property
    def size(self) -> int:
        return sum(len(rows) for _, rows in self.frames)


class Pool:
    """Frames to share out."""

    def __init__(self, files: Sequence[Marks], used: Sequence[Rows], division: Division) -> None:
        self._files, self._division = files, division
        self._isolated = [rows[marks.isolated[rows]] for marks, rows in zip(files, used, strict=True)]
        self._free = [rows[~marks.isolated[rows]] for marks, rows in zip(files, used, strict=True)]
        self.problems: list[Problem] = []
        self.dropped = 0
        self._place: dict[str, str] = {}
        """The part of each unit, by its name."""
        self._units = list(_UNITS[division.by](self))
        if not self._units and not self.problems and any(len(marks.groups) for marks in files):
            headline = "no frame of `files` is left to be shared out"
            help_ = "isolated atoms and what `select`, `exclude` and `every` leave out are not shared out"
            self.problems.append(Problem("MLP1065", headline, "split", "nothing to share out", help_))
        if not self.problems:
            self._draw()

    def shares(self) -> dict[str, list[Share]]:
        """The frames of each file by part; where nothing could be drawn, all are for training."""
        gathered: dict[str, dict[int, list[tuple[Rows, str | None]]]] = {part: {} for part in SPLITS}
        for unit in self._units:
            part = self._place.get(unit.name, "train")
            for file, rows in unit.frames:
                gathered[part].setdefault(file, []).append((rows, unit.group))
        for file, rows in enumerate(self._isolated):
            # a file without a frame too: its faults are reported with the part that it is in
            if len(rows) or not any(file in by_file for by_file in gathered.values()):
                gathered["train"].setdefault(file, []).append((rows, None))
        return {
            part: [_share(file, pieces) for file, pieces in sorted(by_file.items())]
            for part, by_file in gathered.items()
        }

    def _draw(self) -> None:
        """Give each part units until their frames are as near to its share as they come; the order is by lot."""
        total = sum(unit.size for unit in self._units)
        wanted = {part: share for part in _DRAWN if (share := self._division.shares.get(part, Fraction(0))) > 0}
        noun = _NOUNS[self._division.by]
        if len(self._units) <= len(wanted):
            parts = ("train", *wanted)
            self.problems.append(
                Problem(
                    "MLP1065",
                    f"{count(len(self._units), noun)} cannot fill {len(parts)} parts: {', '.join(parts)}",
                    "split",
                    f"{count(total, 'frame')} in {count(len(self._units), noun)}",
                    _REMEDIES[self._division.by],
                )
            )
            return
        waiting = sorted(self._units, key=self._lot)
        for to_follow, (part, share) in zip(range(len(wanted), 0, -1), wanted.items(), strict=True):
            target, held = share * total, 0
            taken: list[_Unit] = []
            for unit in waiting:
                left = len(waiting) - len(taken)
                if left > to_follow and abs(held + unit.size - target) < abs(held - target):
                    taken.append(unit)
                    held += unit.size
            if not taken:
                taken = [min(waiting, key=lambda unit: unit.size)]
            self._place |= {unit.name: part for unit in taken}
            chosen = {unit.name for unit in taken}
            waiting = [unit for unit in waiting if unit.name not in chosen]
        if self._division.gap:
            self._units = list(self._with_gaps(noun))

    def _problem_of_empty(self, part: str, noun: str) -> None:
        remedy = _REMEDIES[self._division.by]
        headline = f"the split leaves no {noun} for {part}"
        self.problems.append(Problem("MLP1065", headline, "split", "the gaps take all its frames", remedy))

    def _lot(self, unit: _Unit) -> bytes:
        """A number by lot that depends on the seed and the unit alone, so that new data move no other frame."""
        return lot(self._division.seed, unit.name)

    def _with_gaps(self, noun: str) -> Iterator[_Unit]:
        """Units of blocks, without the first frames of one that follows a block of another part."""
        before: _Unit | None = None
        for unit in self._units:
            (file, rows), gap = unit.frames[0], 0
            if before is not None and before.frames[0][0] == file:
                gap = self._division.gap if self._part(before) != self._part(unit) else 0
            self.dropped += min(gap, len(rows))
            before = unit
            if len(rows) > gap:
                yield _Unit(unit.name, [(file, rows[gap:])], unit.group)
        kept = {self._part(unit) for unit in self._units}
        for part in kept:
            if not any(self._part(unit) == part and unit.size > self._division.gap for unit in self._units):
                self._problem_of_empty(part, noun)

    def _part(self, unit: _Unit) -> str:
        return self._place.get(unit.name, "train")

    def by_group(self) -> Iterator[_Unit]:
        """Frames with one value of the key, whichever file they stand in."""
        gathered: dict[str, dict[int, list[int]]] = {}
        lacking: list[tuple[str, int]] = []
        for file, (marks, rows) in enumerate(zip(self._files, self._free, strict=True)):
            for row in rows:
                name = marks.groups[row]
                if name is None:
                    lacking.append((marks.name, int(row)))
                else:
                    gathered.setdefault(name, {}).setdefault(file, []).append(int(row))
        total = sum(len(rows) for rows in self._free)
        if lacking:
            key, (name, row) = self._division.key, lacking[0]
            keys = {other for marks in self._files for other in marks.keys if other != key}
            near = nearest(key, keys)
            all_lack, one = len(lacking) == total, len(lacking) == 1
            lack = "no frame has" if all_lack else f"{len(lacking)} of {count(total, 'frame')} lack{'s' if one else ''}"
            headline = f"{lack} the key `{key}`"
            label = "of no frame" if all_lack else f"the first is frame {row} of `{name}`"
            help_ = f"did you mean `{near}`?" if near and all_lack else "give each frame its group in the header"
            help_ += "; isolated atoms need none once `isolated` names their mark" if not all_lack else ""
            self.problems.append(Problem("MLP1064", headline, "split", label, help_))
        for name, files in gathered.items():
            yield _Unit(name, [(file, np.array(rows, np.intp)) for file, rows in files.items()], name)

    def by_file(self) -> Iterator[_Unit]:
        """Whole files."""
        for file, rows in enumerate(self._free):
            if len(rows):
                yield _Unit(f"{file}", [(file, rows)], self._name(file))

    def by_frame(self) -> Iterator[_Unit]:
        """Single frames."""
        for file, rows in enumerate(self._free):
            for row in rows:
                yield _Unit(f"{file}-{row}", [(file, np.array([row]))], self._files[file].groups[row])

    def blocks(self) -> Iterator[_Unit]:
        """Runs of neighbouring frames."""
        for file, rows in enumerate(self._free):
            if 0 < len(rows) < self._division.number:
                headline = f"{count(len(rows), 'frame')} of `{self._files[file].name}` cannot be cut into "
                headline += count(self._division.number, "block")
                help_ = "cut into fewer blocks, or split `by_frame`"
                self.problems.append(Problem("MLP1065", headline, "split", "more blocks than frames", help_))
            for number, block in enumerate(np.array_split(rows, self._division.number)):
                if len(block):
                    yield _Unit(f"{file}-{number}", [(file, block)], f"{self._name(file)}-block-{number}")

    def _name(self, file: int) -> str:
        """A file's name, told from another of the same name by its place."""
        name = self._files[file].name
        places = [place for place, marks in enumerate(self._files) if marks.name == name]
        return name if len(places) == 1 else f"{name}#{places.index(file)}"


def _share(file: int, pieces: Sequence[tuple[Rows, str | None]]) -> Share:
    rows = np.concatenate([piece for piece, _ in pieces])
    groups = [group for piece, group in pieces for _ in piece]
    order = np.argsort(rows, kind="stable")
    return Share(SHARED, file, rows[order], [groups[place] for place in order])


_UNITS = {
    "by_group": Pool.by_group,
    "by_file": Pool.by_file,
    "by_frame": Pool.by_frame,
    "blocks": Pool.blocks,
}
_NOUNS = {"by_group": "group", "by_file": "file", "by_frame": "frame", "blocks": "block"}
_REMEDIES = {
    "by_group": "split by a key with more values, or name the files of a part: `test = […]`",
    "by_file": "name more files, or split `by_group`, `by_frame` or in `blocks`",
    "by_frame": "name more files, or lower the shares",
    "blocks": "cut into more blocks, lower the gap, or lower the shares",
}


__all__ = ["SHARED", "Division", "Marks", "Pool", "Problem", "Rows", "Share"]
