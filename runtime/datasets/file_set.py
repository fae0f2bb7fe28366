"""The files of a `files` data set: which of their frames go where, and the frames themselves.

Files are scanned and their frames shared out by the compiler's own code, so that what was checked is what is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ase import Atoms

from mlipilot.compiler.data.division import Share
from mlipilot.compiler.data.scanning import Looking, Scanned, scan_file
from mlipilot.compiler.data.selection import Parted, Selection, part_scans
from mlipilot.compiler.data.units import Units
from mlipilot.compiler.formats import EXTXYZ, FrameFault, format_of
from mlipilot.runtime.datasets.user_labels import LabelKeys, map_labels
from mlipilot.runtime.foundation.failures import JobFailure

if TYPE_CHECKING:
    from mlipilot._core import FrameScan


@dataclass(frozen=True)
class Place:
    """Where a frame stands, and what is known of it without reading it."""

    source: str
    """The field that names its file."""
    file: int
    number: int
    """Of the frame in its file, from 0."""
    atoms: int
    isolated: bool
    """Whether it holds the energy of a free atom."""
    group: str | None
    symbols: frozenset[str]
    """Its elements."""


class FileSet:
    """Files by the field that names them, with the parameters that say what of them is used.

    Raises `JobFailure` MLP0814 for a file that cannot be read or that holds no frame, and where the frames cannot be
    shared out as asked.
    """

    def __init__(self, params: Mapping[str, Any], files: Mapping[str, Sequence[Path]]) -> None:
        self._files = files
        self._keys = LabelKeys.from_params(params)
        self._units = Units.from_params(params)
        self._types = tuple(params["types"])
        self._selection = Selection.from_params(params)

    @cached_property
    def scans(self) -> Mapping[str, Sequence[Scanned]]:
        """A look at every file, without its labels."""
        looking = Looking(
            isolated=self._selection.isolated,
            group=self._selection.group,
            factors=self._units.factors,
            types=self._types,
        )
        return {source: [_scanned(path, looking) for path in paths] for source, paths in self._files.items()}

    @cached_property
    def parted(self) -> Parted:
        """Which frames go where."""
        scans = {source: [scanned.scan for scanned in of_source] for source, of_source in self.scans.items()}
        found = part_scans(scans, self._selection)
        for problem in found.problems:
            raise JobFailure("MLP0814", problem.headline, problem.help)
        return found

    def places(self, part: str) -> list[Place]:
        """The frames of a part, in the order of the files."""
        return [
            place
            for share in self.parted.parts.get(part, ())
            for place in _places(share, self.scans[share.source][share.file].scan)
        ]

    def frames(self, places: Sequence[Place]) -> list[Atoms]:
        """Labelled frames in the order of their places; each file is passed once.

        Raises `JobFailure`: MLP0814 for a frame that cannot be read, MLP0811 for a label that is missing or not finite.
        """
        wanted: dict[tuple[str, int], dict[int, Place]] = {}
        for place in places:
            wanted.setdefault((place.source, place.file), {})[place.number] = place
        found: dict[tuple[str, int, int], Atoms] = {}
        for (source, file), here in wanted.items():
            path = self._files[source][file]
            for number, atoms in self._read(path, here):
                place = here[number]
                found[source, file, number] = map_labels(
                    atoms, self._keys, self._units, path, number, isolated=place.isolated, group=place.group
                )
        return [found[place.source, place.file, place.number] for place in places]

    def _read(self, path: Path, numbers: Mapping[int, Place]) -> Iterator[tuple[int, Atoms]]:
        try:
            for frame in (format_of(path) or EXTXYZ).frames(path, numbers, self._types):
                yield frame.number, frame.atoms
        except FrameFault as fault:
            where = f", line {fault.line}" if fault.line else ""
            raise JobFailure("MLP0814", f"{path}, frame {fault.frame}{where}: {fault.message}") from fault
        except OSError as error:
            raise JobFailure("MLP0814", f"{path} cannot be read: {error.strerror or error}") from error


def _scanned(path: Path, looking: Looking) -> Scanned:
    try:
        found = scan_file(path, looking)
    except OSError as error:
        raise JobFailure("MLP0814", f"{path} cannot be read: {error.strerror or error}") from error
    for fault in found.scan.faults:
        where = f"line {fault.line}" if fault.line else f"frame {fault.frame}"
        raise JobFailure("MLP0814", f"{path} cannot be read at {where}: {fault.message}")
    if not found.scan.frames:
        raise JobFailure("MLP0814", f"{path} holds no frames")
    return found


def _places(share: Share, scan: FrameScan) -> Iterator[Place]:
    """Those of the frames of a file."""
    numbers, atoms, isolated = (column[share.rows].tolist() for column in (scan.numbers, scan.atoms, scan.isolated))
    distinct, held = np.unique(scan.composition[share.rows] > 0, axis=0, return_inverse=True)
    symbols = [
        frozenset(symbol for symbol, there in zip(scan.elements, row, strict=True) if there)
        for row in distinct.tolist()
    ]
    rows = zip(numbers, atoms, isolated, share.groups, held.reshape(-1).tolist(), strict=True)
    for number, size, alone, group, which in rows:
        yield Place(share.source, share.file, number, size, alone, group, symbols[which])


__all__ = ["FileSet", "Place"]
