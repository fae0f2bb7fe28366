"""What every format of labelled files is asked: which files have it, and their frames one at a time.

Frames are ASE's: a format calls the reader that ASE has for it, with one frame in memory where that reader allows it.
"""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TextIO

from mlipilot.compiler.unpacking import unpacked

if TYPE_CHECKING:
    from ase import Atoms

NO_LINE = 0
"""Of a frame of a format that has no lines."""


class ReadFrame(NamedTuple):
    """One frame of a file."""

    number: int
    """Its place in the file, from 0, as ASE counts."""
    line: int
    """Where it begins, from 1; `NO_LINE` in a format without lines."""
    atoms: Atoms


class FrameFault(Exception):
    """What is wrong with a file, at a frame; nothing after it is read."""

    def __init__(self, message: str, frame: int, line: int = NO_LINE) -> None:
        super().__init__(message)
        self.message, self.frame, self.line = message, frame, line


class Format(ABC):
    """One format of labelled files."""

    name: ClassVar[str]
    """As a plan and a data card say it."""
    magic: ClassVar[tuple[bytes, ...]] = ()
    """First bytes of its files."""
    may_be_packed: ClassVar[bool] = True
    """Whether its files are read compressed."""
    energy: ClassVar[str] = ""
    """Key of the energy that forces are the derivative of, where the program that writes it always gives one."""
    numbers_types: ClassVar[bool] = False
    """Whether its files may have atom types in place of elements."""
    own_units: ClassVar[str] = ""
    """The units that its files are always in, in words; empty where these are not told."""

    end: ClassVar[bytes] = b""
    """Stands in the last lines of a file whose program came to its end; empty where nothing tells."""

    def claims(self, name: str, start: bytes) -> bool:
        """Whether a file of this name, and with these first bytes once unpacked, has the format."""
        return start.startswith(self.magic) if self.magic else False

    def frames(
        self, path: Path, numbers: Collection[int] | None = None, types: Sequence[str] = ()
    ) -> Iterator[ReadFrame]:
        """Its frames in order, or those of some numbers; `types` are the elements of numbered atom types.

        Raises `FrameFault` where a frame cannot be read, OSError for a file that cannot be opened.
        """
        following = 0
        try:
            for frame in self.read(path, numbers, types):
                following = frame.number + 1
                yield frame
        except EOFError as error:
            raise FrameFault("the compressed data are cut off", following) from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise FrameFault(f"the compressed data are damaged: {error}", following) from error
        except FrameFault:
            raise
        except Exception as error:  # readers and unpackers raise whatever they run into
            raise FrameFault(f"it cannot be read as {self.name}: {error}", following) from error

    @abstractmethod
    def read(self, path: Path, numbers: Collection[int] | None, types: Sequence[str]) -> Iterator[ReadFrame]:
        """What `frames` gives; raises whatever its reader does, and `FrameFault` where it knows better."""

    def remark(self, path: Path) -> str:
        """What is left out of a file without being a fault, in a sentence; empty where nothing is."""
        if not self.end or self.end in _tail_of(path):
            return ""
        return "the run did not come to its end"


def text_of(path: Path) -> TextIO:
    """What a file holds as text, unpacked as it is read; lines may end as on any system."""
    return io.TextIOWrapper(unpacked(path, path.open("rb")), encoding="utf-8", errors="replace")


def _tail_of(path: Path) -> bytes:
    """The last bytes of what a file holds; one that is not compressed is not read from its beginning."""
    with path.open("rb") as file, closing(unpacked(path, file)) as stream:
        if stream is file:
            file.seek(max(0, path.stat().st_size - _TAIL))
        tail = b""
        while piece := stream.read(_TAIL):
            tail = (tail + piece)[-_TAIL:]
    return tail


_TAIL = 65_536
"""Bytes at the end of a file that tell whether it is whole."""


def labels_of(atoms: Atoms) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a frame carries by frame and by atom, its calculator's results among it; what it says itself goes first."""
    header: dict[str, Any] = dict(atoms.info)
    columns: dict[str, Any] = {
        name: values for name, values in atoms.arrays.items() if name not in ("numbers", "positions")
    }
    results: Mapping[str, Any] = atoms.calc.results if atoms.calc is not None else {}
    for name, value in results.items():
        if value is None:
            continue
        per_atom = getattr(value, "shape", ())[:1] == (len(atoms),) and name not in _OF_FRAMES
        (columns if per_atom else header).setdefault(name, value)
    return header, columns


_OF_FRAMES = ("stress", "dipole", "magmom", "energy", "free_energy")
"""Results that are of a frame, however many atoms it has."""
