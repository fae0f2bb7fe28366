"""Which frames of a set are used, and which part each goes to.

Who checks and who reads the frames ask here, so that what was checked is what is trained on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mlipilot.compiler.data.division import SHARED, Division, Marks, Pool, Problem, Rows, Share
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.schema.labels import ISOLATED_ATOM

if TYPE_CHECKING:
    from mlipilot._core import FrameScan


@dataclass(frozen=True)
class Selection:
    """What of the files is used."""

    isolated: str | None = ISOLATED_ATOM
    """The `config_type` of isolated atoms; None: frames of one atom that has no image nearby."""
    select: tuple[str, ...] = ()
    """Config types that are used; none: all."""
    exclude: tuple[str, ...] = ()
    """Config types that are left out."""
    every: int = 1
    """Every so-manieth frame of a file is used."""
    division: Division | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Selection:
        """The selection that a plan's parameters give."""
        split = params["split"]
        division = None
        if split is not None:
            shares = {part: Fraction(share) for part, share in split["shares"].items()}
            rest = {name: split[name] for name in ("key", "number", "gap") if name in split}
            division = Division(split["by"], shares, params["seed"], **rest)
        return cls(params["isolated"], tuple(params["select"]), tuple(params["exclude"]), params["every"], division)

    @property
    def group(self) -> str:
        """The header key whose values are groups of frames."""
        return self.division.key if self.division is not None and self.division.key else "trajectory"


@dataclass(frozen=True)
class Parted:
    """Frames by part."""

    parts: Mapping[str, Sequence[Share]]
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Frames that are not used, by the reason."""
    problems: Sequence[Problem] = ()


def part_scans(scans: Mapping[str, Sequence[FrameScan]], selection: Selection) -> Parted:
    """As `part_frames`, of scans that were made with the selection's `isolated` and `group`."""
    marks = {
        source: [Marks.of(scan, Path(scan.path).name) for scan in of_source] for source, of_source in scans.items()
    }
    return part_frames(marks, selection)


def part_frames(files: Mapping[str, Sequence[Marks]], selection: Selection) -> Parted:
    """The frames of files, by the field that names them, in their parts.

    Isolated atoms of `files` are trained on; `select` and `every` do not concern them.
    """
    left_out: Counter[str] = Counter()
    used = {
        (source, number): _used(marks, selection, left_out)
        for source, of_source in files.items()
        for number, marks in enumerate(of_source)
    }
    problems = [*_unknown_types(files, selection), *_unmarked(files, selection)]
    parts: dict[str, list[Share]] = {part: [] for part in SPLITS}
    for source in SPLITS:
        for number, marks in enumerate(files.get(source, ())):
            rows = used[source, number]
            parts[source].append(Share(source, number, rows, [marks.groups[row] for row in rows]))
    shared = files.get(SHARED, ())
    if shared and selection.division is not None:
        pool = Pool(shared, [used[SHARED, number] for number in range(len(shared))], selection.division)
        problems += pool.problems
        for part, shares in pool.shares().items():
            parts[part] += shares
        left_out["in the gaps of `blocks`"] += pool.dropped
    return Parted(parts, {reason: number for reason, number in left_out.items() if number}, problems)


def _used(marks: Marks, selection: Selection, left_out: Counter[str]) -> Rows:
    """Rows of the frames of a file that are used."""
    types = np.array([text if text is not None else "" for text in marks.config_types], dtype=object)
    excluded = np.isin(types, selection.exclude) if selection.exclude else np.zeros(len(types), bool)
    unselected = ~np.isin(types, selection.select) if selection.select else np.zeros(len(types), bool)
    unselected &= ~excluded & ~marks.isolated
    whole = np.flatnonzero(~excluded & ~unselected & ~marks.isolated)
    thinned = whole[:: selection.every]
    left_out["by `exclude`"] += int(excluded.sum())
    left_out["by `select`"] += int(unselected.sum())
    left_out["by `every`"] += len(whole) - len(thinned)
    return np.sort(np.concatenate([thinned, np.flatnonzero(marks.isolated & ~excluded)]))


def _unknown_types(files: Mapping[str, Sequence[Marks]], selection: Selection) -> Iterator[Problem]:
    """Config types that are asked for and that no frame has."""
    present = {text for of_source in files.values() for marks in of_source for text in marks.config_types} - {None}
    for name, wanted in (("select", selection.select), ("exclude", selection.exclude)):
        unknown = [text for text in wanted if text not in present]
        if unknown:
            known = sorted(str(text) for text in present)
            shown = ", ".join(f"`{text}`" for text in known[:8]) + (", …" if len(known) > 8 else "")
            yield Problem(
                "MLP1066",
                f"no frame has config_type {' or '.join(f'`{text}`' for text in unknown)}",
                name,
                "of no frame",
                f"the frames have {shown}" if known else "no frame has a `config_type`",
            )


def _unmarked(files: Mapping[str, Sequence[Marks]], selection: Selection) -> Iterator[Problem]:
    """A mark of isolated atoms that was asked for and that no frame has."""
    marks = [marks for of_source in files.values() for marks in of_source]
    asked = selection.isolated not in (None, ISOLATED_ATOM)
    if asked and not any(of_file.isolated.any() for of_file in marks):
        headline = f"no frame of one atom has config_type `{selection.isolated}`"
        help_ = "name the mark that the isolated atoms have, or leave it out"
        yield Problem("MLP1066", headline, "isolated", "of no frame", help_)


__all__ = ["Parted", "Selection", "part_frames", "part_scans"]
