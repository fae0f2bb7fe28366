"""Formats of labelled files, one module each with a `FORMAT`.

`FORMATS` is the table; a new format is a module here and a line in it.
"""

from __future__ import annotations

from pathlib import Path

from mlipilot.compiler.formats import ase_database, ase_trajectory, extxyz, lammps_dump, outcar, vasprun
from mlipilot.compiler.formats.format import NO_LINE, Format, FrameFault, ReadFrame, labels_of
from mlipilot.compiler.unpacking import beginning, packed_name

FORMATS: tuple[Format, ...] = tuple(
    module.FORMAT for module in (ase_trajectory, ase_database, lammps_dump, vasprun, outcar, extxyz)
)
EXTXYZ = extxyz.FORMAT
_START = 2048
"""Bytes that tell a format."""


def format_of(path: Path) -> Format | None:
    """The format of a file, by its first bytes once unpacked; None where none of the table claims it.

    Raises OSError for a file that cannot be read.
    """
    start = beginning(path, _START) or b""
    name = packed_name(path)
    return next((format_ for format_ in FORMATS if format_.claims(name, start)), None)


def words() -> str:
    """All formats in words."""
    names = [format_.name for format_ in FORMATS]
    return ", ".join(names[:-1]) + f" and {names[-1]}"


__all__ = ["EXTXYZ", "FORMATS", "NO_LINE", "Format", "FrameFault", "ReadFrame", "format_of", "labels_of", "words"]
