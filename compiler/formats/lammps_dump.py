"""LAMMPS text dumps with forces.

A dump has no energy of a frame; what a per-atom compute or variable wrote (`c_pe`) is summed over the atoms. Its units
need not be stated: values are taken as they are.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mlipilot.compiler.formats.format import Format, FrameFault, ReadFrame, text_of

if TYPE_CHECKING:
    from ase import Atoms

_STEP, _ATOMS, _COUNT = "ITEM: TIMESTEP", "ITEM: ATOMS", "ITEM: NUMBER OF ATOMS"
_BEFORE = ("ITEM: UNITS", "ITEM: TIME\n", "ITEM: TIME ")
"""Items that stand before the timestep of a frame."""
_SUMMED = ("c_", "f_", "v_", "d_")
"""Begin the names of columns of computes, fixes and variables."""


class _LammpsDump(Format):
    name = "LAMMPS dump"
    numbers_types = True
    magic = (_STEP.encode(), b"ITEM: UNITS", b"ITEM: TIME")

    def read(self, path: Path, numbers: Collection[int] | None, types: Sequence[str]) -> Iterator[ReadFrame]:
        """As in `Format`."""
        with text_of(path) as stream:
            for number, (line, block) in enumerate(_blocks(stream)):
                if numbers is None or number in numbers:
                    yield ReadFrame(number, line, _frame(block, number, line, types))


def _blocks(stream: TextIO) -> Iterator[tuple[int, list[str]]]:
    """The lines of each frame, and the one that it begins at."""
    block: list[str] = []
    first, has_atoms = 1, False
    for place, line in enumerate(stream, 1):
        if has_atoms and line.startswith((_STEP, *_BEFORE)):
            yield first, block
            block, first, has_atoms = [], place, False
        has_atoms = has_atoms or line.startswith(_ATOMS)
        block.append(line)
    if any(line.strip() for line in block):
        yield first, block


def _frame(block: Sequence[str], number: int, line: int, types: Sequence[str]) -> Atoms:
    from ase.io.lammpsrun import read_lammps_dump_text

    head = next((place for place, text in enumerate(block) if text.startswith(_ATOMS)), None)
    count = next((place for place, text in enumerate(block) if text.startswith(_COUNT)), None)
    if head is None or count is None:
        raise FrameFault("the dump is cut off before the atoms of a frame", number, line)
    columns = block[head].split()[2:]
    try:
        expected = int(block[count + 1])
    except ValueError:
        raise FrameFault(f"expected a number of atoms, found `{block[count + 1].strip()}`", number, line) from None
    rows = [text for text in block[head + 1 :] if text.strip()]
    if len(rows) != expected or (rows and len(rows[-1].split()) != len(columns)):
        message = f"the dump is cut off: the frame has {expected} atoms, and not all of their lines are there"
        raise FrameFault(message, number, line)
    if "element" not in columns and "mass" not in columns and not types:
        message = "atoms are named by type alone: write `types = [Cu, Zr]`, the elements of types 1, 2, … in order"
        raise FrameFault(message, number, line)
    try:
        found: Atoms = read_lammps_dump_text(io.StringIO("".join(block)), index=0, specorder=list(types) or None)
    except IndexError as error:
        message = f"an atom has a type beyond the {len(types)} that `types` names"
        raise FrameFault(message, number, line) from error
    except Exception as error:  # ASE's reader raises whatever its parsing ran into
        raise FrameFault(f"it is not a LAMMPS dump: {error}", number, line) from error
    if found.calc is not None:
        found.calc.results.pop("energy", None)  # ASE fills in 0, and no dump has it
    for name, values in found.arrays.items():
        if name.startswith(_SUMMED) and values.ndim == 1:
            found.info[name] = float(values.sum())
    units = next((place for place, text in enumerate(block) if text.startswith(_BEFORE[0])), None)
    if units is not None:
        found.info["lammps_units"] = block[units + 1].strip()
    return found


FORMAT = _LammpsDump()
