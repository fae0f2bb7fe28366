"""VASP's OUTCAR: each ionic step is a frame."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from mlipilot.compiler.formats.format import Format, FrameFault, ReadFrame, text_of


class _Outcar(Format):
    name = "VASP OUTCAR"
    energy = "free_energy"
    own_units = "eV and Å"
    end = b"General timing and accounting"

    def claims(self, name: str, start: bytes) -> bool:
        """By VASP's version in the first line, or by the usual name."""
        return start.lstrip().startswith(b"vasp.") or "OUTCAR" in name

    def read(self, path: Path, numbers: Collection[int] | None, types: Sequence[str]) -> Iterator[ReadFrame]:
        """As in `Format`."""
        from ase.io.vasp_parsers import vasp_outcar_parsers as parsers

        line = 1
        with text_of(path) as stream:
            lines: Any = _Lines(stream, str(path))
            # no folder: constraints that lie beside the file do not belong to its forces
            header = parsers.OutcarHeaderParser(workdir=None)
            for number, chunk in enumerate(parsers.outcarchunks(lines, header_parser=header)):
                if numbers is None or number in numbers:
                    try:
                        atoms = chunk.build()
                    except Exception as error:  # ASE's reader raises whatever its parsing ran into
                        raise FrameFault(f"it is not an OUTCAR that ASE reads: {error}", number, line) from error
                    yield ReadFrame(number, line, atoms)
                line = lines.count + 1


class _Lines:
    """The lines of a stream, counted; ASE's reader asks for the name too."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream, self.name, self.count = stream, os.fspath(name), 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._stream)
        self.count += 1
        return line


FORMAT = _Outcar()
