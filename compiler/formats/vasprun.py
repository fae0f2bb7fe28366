"""VASP's vasprun.xml: each calculation is a frame. ASE's reader holds the whole document in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import IO

from mlipilot.compiler.formats.format import Format, ReadFrame
from mlipilot.compiler.unpacking import unpacked

_BEGIN, _END = b"<calculation>", b"</calculation>"


class _Vasprun(Format):
    name = "VASP vasprun.xml"
    energy = "free_energy"
    own_units = "eV and Å"
    end = b"</modeling>"

    def claims(self, name: str, start: bytes) -> bool:
        """An XML document of VASP's."""
        return b"<modeling>" in start or (start.startswith(b"<?xml") and "vasp" in name)

    def read(self, path: Path, numbers: Collection[int] | None, types: Sequence[str]) -> Iterator[ReadFrame]:
        """As in `Format`."""
        from ase.io.vasp import read_vasp_xml

        lines, whole = _calculations(path)
        with _opened(path) as stream:
            for number, atoms in enumerate(read_vasp_xml(stream, index=slice(0, whole))):
                if number < whole and (numbers is None or number in numbers):
                    yield ReadFrame(number, lines[number], atoms)


def _opened(path: Path) -> IO[bytes]:
    return unpacked(path, path.open("rb"))


def _calculations(path: Path) -> tuple[list[int], int]:
    """The lines at which calculations begin, and how many of them are whole."""
    lines: list[int] = []
    whole = 0
    with _opened(path) as stream:
        for place, line in enumerate(stream, 1):
            if _BEGIN in line:
                lines.append(place)
            whole += _END in line
    return lines, whole


FORMAT = _Vasprun()
