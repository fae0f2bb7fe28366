"""One file of any format, scanned into one table: extended XYZ by the kernel's reader, all others by ASE's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mlipilot import _core
from mlipilot.compiler.data.question import MoreKeys, WrittenBy
from mlipilot.spec.schema.labels import ISOLATED_ATOM

if TYPE_CHECKING:
    from ase import Atoms

    from mlipilot._core import FrameScan
    from mlipilot.compiler.formats import Format

PEEKED = 64
"""Frames at the beginning of a file that tell which keys it has."""
UNITS_KEY = "lammps_units"
"""Header that says in which of its systems of units LAMMPS wrote a dump."""


class Looking(NamedTuple):
    """What of the frames is looked at."""

    energy: str | None = None
    forces: str | None = None
    stress: str | None = None
    virial: bool = False
    """Whether what has the key of the stress is a virial."""
    r_max: float | None = None
    others: MoreKeys = ()
    isolated: str | None = ISOLATED_ATOM
    group: str = "trajectory"
    factors: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    """Of energy, length, forces and stress."""
    types: tuple[str, ...] = ()


class Scanned(NamedTuple):
    """A file, scanned."""

    scan: FrameScan
    written: WrittenBy


def scan_file(path: Path, looking: Looking, most: int | None = None) -> Scanned:
    """A file's scan, of its first `most` frames where that is said; kept in memory while the file is the same.

    Raises OSError for a file that cannot be read. What is wrong with its frames stands in the scan's faults.
    """
    stat = path.stat()
    return _scanned(str(path), (stat.st_size, stat.st_mtime_ns, stat.st_ino), looking, most)


@lru_cache(maxsize=64)
def _scanned(path: str, state: tuple[int, int, int], looking: Looking, most: int | None) -> Scanned:
    from mlipilot.compiler.formats import EXTXYZ, format_of

    format_ = format_of(Path(path)) or EXTXYZ
    if format_ is EXTXYZ:
        options = looking._asdict()
        del options["types"]
        return Scanned(_core.scan_extxyz(path, **options, most=most), WrittenBy(format_.name))
    return _through_ase(Path(path), state[0], format_, looking, most)


def _through_ase(path: Path, size: int, format_: Format, looking: Looking, most: int | None) -> Scanned:
    from mlipilot.compiler.formats import FrameFault, labels_of

    options = looking._asdict()
    del options["types"]
    scanner = _core.FrameScanner(str(path), size, **options)
    stated, whole = "", True
    try:
        for frame in islice(format_.frames(path, None, looking.types), most):
            atoms = frame.atoms
            header, columns = labels_of(atoms)
            stated = stated or str(header.pop(UNITS_KEY, ""))
            scanner.push(
                frame.number,
                frame.line,
                np.asarray(atoms.numbers, np.uint8),
                np.ascontiguousarray(atoms.positions, np.float64),
                _cell(atoms),
                (bool(atoms.pbc[0]), bool(atoms.pbc[1]), bool(atoms.pbc[2])),
                header,
                columns,
            )
    except FrameFault as fault:
        scanner.fault(fault.frame, fault.line, "format", fault.message)
        whole = False
    remark = format_.remark(path) if most is None and whole else ""
    return Scanned(scanner.finish(), WrittenBy(format_.name, format_.energy, format_.own_units, stated, remark))


def _cell(atoms: Atoms) -> np.ndarray | None:
    """Cell vectors as rows, Å; None for a frame without a cell."""
    return np.ascontiguousarray(atoms.cell.array, np.float64) if atoms.cell.any() else None


def keys_of(paths: Sequence[Path], types: tuple[str, ...] = ()) -> list[Scanned]:
    """The beginnings of files, to see which keys they have."""
    return [scan_file(path, Looking(types=types), PEEKED) for path in paths]


__all__ = ["PEEKED", "Looking", "Scanned", "keys_of", "scan_file"]
