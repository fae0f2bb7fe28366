"""Extended XYZ: the frames that ASE reads, cut out of the text one at a time."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from mlipilot.compiler.formats.format import Format, FrameFault, ReadFrame, text_of

_ENDS = (".xyz", ".extxyz")
_VECTOR = "VEC"
"""Begins a line of a cell vector after the atoms, as some programs write it."""


class _Extxyz(Format):
    name = "extxyz"

    def claims(self, name: str, start: bytes) -> bool:
        """By the usual ends of names, or by a number of atoms in the first line."""
        if name.endswith(_ENDS):
            return True
        first = start.lstrip(b"\xef\xbb\xbf").split(b"\n", 1)[0].split(b"\r", 1)[0].strip()
        return first.isdigit()

    def read(self, path: Path, numbers: Collection[int] | None, types: Sequence[str]) -> Iterator[ReadFrame]:
        """As in `Format`."""
        from ase.io.extxyz import read_xyz

        with text_of(path) as stream:
            for number, (line, block) in enumerate(_blocks(stream)):
                if numbers is not None and number not in numbers:
                    continue
                try:
                    atoms = next(iter(read_xyz(io.StringIO(block), index=0)))
                except Exception as error:  # ASE's reader raises whatever its parsing ran into
                    raise FrameFault(f"it is not extended XYZ: {error}", number, line) from error
                yield ReadFrame(number, line, atoms)


def _blocks(stream: TextIO) -> Iterator[tuple[int, str]]:
    """The text of each frame, and the line that it begins at."""
    number, line = 0, 1
    count = stream.readline()
    while count.strip():
        try:
            atoms = int(count)
        except ValueError:
            raise FrameFault(f"expected a number of atoms, found `{count.strip()}`", number, line) from None
        block = [count, *(stream.readline() for _ in range(1 + atoms))]
        while (count := stream.readline()).lstrip().startswith(_VECTOR):
            block.append(count)
        yield line, "".join(block)
        line += len(block)
        number += 1


FORMAT = _Extxyz()
