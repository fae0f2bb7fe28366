"""Molecules that are the frames of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mlipilot import _core
from mlipilot.compiler.formats import EXTXYZ, FrameFault, format_of
from mlipilot.compiler.molecules.molecule import Molecule, Unusable

NAMES = ("name", "molecule", "id")
"""Header keys whose text names a molecule."""


class _Frame(NamedTuple):
    number: int
    numbers: tuple[int, ...]
    positions: Any
    """Å, an array of shape (N, 3)."""
    is_periodic: bool
    header: Mapping[str, Any]


Wanted = Callable[[tuple[int, ...]], bool]
"""Whether a molecule of these atomic numbers is taken."""


def read(path: Path, written: str, wanted: Wanted, argument: str = "files") -> list[Molecule] | Unusable:
    """The wanted frames of a file, each under the name in its header, else its place in the file.

    Frames of one name are conformations of one molecule. `written` is the path as the spec has it. Raises OSError for a
    file that cannot be read.
    """
    molecules: list[Molecule] = []
    named: dict[str, Molecule] = {}
    try:
        for frame in _frames(path):
            what = f"frame {frame.number} of `{written}`"
            if frame.is_periodic:
                remedy = 'write it with `pbc="F F F"` and without a cell, or leave it out'
                return Unusable(
                    "MLP1070", f"{what} is periodic, and molecules are labelled in vacuum", argument, remedy
                )
            if not frame.numbers or min(frame.numbers) < 1:
                return Unusable("MLP1070", f"{what} has no atoms, or one that is no element", argument)
            if not wanted(frame.numbers):
                continue
            said = next((str(frame.header[key]) for key in NAMES if key in frame.header), "")
            called = f"{written}/{said or frame.number}"
            first = named.get(called)
            if first is not None and sorted(first.numbers) != sorted(frame.numbers):
                headline = f"{what} is called `{said}`, as is a frame before it that has other atoms"
                remedy = "give each molecule a name of its own; conformations of one share theirs"
                return Unusable("MLP1070", headline, argument, remedy)
            charge, multiplicity = frame.header.get("charge", 0), frame.header.get("multiplicity")
            if not _is_whole(charge) or not (multiplicity is None or _is_whole(multiplicity)):
                headline = f"{what} has a charge or multiplicity that is no whole number"
                return Unusable("MLP1070", headline, argument)
            spin = None if multiplicity is None else int(multiplicity)
            places = tuple((float(x), float(y), float(z)) for x, y, z in frame.positions.tolist())
            name = called if first is None else f"{called}#{frame.number}"
            of = first.name if first is not None else ""
            found = Molecule(name, frame.numbers, places, int(charge), spin, of, frame.number)
            molecules.append(found)
            named.setdefault(called, found)
    except FrameFault as fault:
        where = f", line {fault.line}" if fault.line else ""
        return Unusable("MLP1070", f"frame {fault.frame} of `{written}`{where}: {fault.message}", argument)
    return molecules


def _is_whole(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _frames(path: Path) -> Iterator[_Frame]:
    found = format_of(path) or EXTXYZ
    if found is not EXTXYZ:
        for read_frame in found.frames(path, None, ()):
            atoms = read_frame.atoms
            yield _frame(read_frame.number, atoms.numbers, atoms.positions, bool(atoms.pbc.any()), atoms.info)
        return
    for frame in _core.read_extxyz(path):
        if isinstance(frame, _core.ScanFault):
            raise FrameFault(frame.message, frame.frame, frame.line)
        yield _frame(frame.number, frame.numbers, frame.positions, any(frame.periodic), frame.header)


def _frame(number: int, numbers: Any, positions: Any, is_periodic: bool, header: Mapping[str, Any]) -> _Frame:
    return _Frame(number, tuple(numbers.tolist()), positions, is_periodic, header)
