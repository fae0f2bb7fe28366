"""A spec file as text: how it is read, and where its lines begin.

Every span of the language is a pair of character offsets into one `SourceFile`; lines and columns exist only
where people read them.
"""

from __future__ import annotations

import bisect
import codecs
import itertools
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

LARGEST_FILE = 2_000_000
"""Bytes; a larger file is data, not a spec."""
LONGEST_LINE = 20_000
"""Characters; a longer line was not written by a person, and its tokens would cost seconds."""


class Span(NamedTuple):
    """Half-open range of characters."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of the other."""
        return Span(self.start, max(self.end, other.end))


class Location(NamedTuple):
    """Where a person finds a character: both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class SourceFile:
    """The text of one file, under the name the user gave it."""

    name: str
    text: str = field(repr=False)
    has_mark: bool = field(default=False, compare=False)
    """Whether the file begins with a byte-order mark, which is no part of its text."""

    def with_text(self, text: str) -> SourceFile:
        """The same file with another text."""
        return replace(self, text=text)

    @property
    def encoded(self) -> bytes:
        """The file's bytes."""
        return (codecs.BOM_UTF8 if self.has_mark else b"") + self.text.encode()

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line."""
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return starts

    def location(self, offset: int) -> Location:
        """Line and column of an offset; an offset past the end is the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect.bisect_right(self.line_starts, offset)
        return Location(line, offset - self.line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Text of a line (from 1), without its end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] - 1 if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r")

    @cached_property
    def _line_bytes(self) -> list[int]:
        """UTF-8 bytes before each line."""
        ends = [*self.line_starts[1:], len(self.text)]
        sizes = (len(self.text[start:end].encode()) for start, end in zip(self.line_starts, ends, strict=True))
        return [0, *itertools.accumulate(sizes)]

    def byte_offset(self, offset: int) -> int:
        """UTF-8 bytes before a character."""
        line = self.location(offset).line - 1
        return self._line_bytes[line] + len(self.text[self.line_starts[line] : offset].encode())

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]


class Unreadable(NamedTuple):
    """Why a path holds no spec: what happened, where in it (if known), and the remedy."""

    headline: str
    help: str


def read_source(path: Path) -> SourceFile | Unreadable:
    """Read a spec; a path that holds none gives `Unreadable`, never an exception."""
    found = read_text(path)
    return found if isinstance(found, Unreadable) else _not_json(found) or _other_kind(path, found) or found


def read_text(path: Path) -> SourceFile | Unreadable:
    """Read a text file of a spec's size, such as a spec or a plan."""
    shown = str(path)
    try:
        if path.is_dir():
            return Unreadable(f"`{shown}` is a folder, not a spec", "name a `.mlp` file inside it")
        if path.exists() and not path.is_file():
            return Unreadable(f"`{shown}` is no regular file", "name a `.mlp` file")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            return Unreadable(
                f"`{shown}` has {size:,} bytes, more than the {LARGEST_FILE:,} a spec may have",
                "a spec is written by hand; was a data file meant for a `dataset` block?",
            )
        data = path.read_bytes()
    except FileNotFoundError:
        return Unreadable(f"`{shown}` does not exist", "check the path and the working directory")
    except PermissionError:
        return Unreadable(f"`{shown}` may not be read", "give yourself permission to read it (`chmod u+r`)")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Unreadable(f"`{shown}` cannot be read: {reason}", "name a readable `.mlp` file")
    return decode(data, shown)


def decode(data: bytes, shown: str) -> SourceFile | Unreadable:
    """The text of some bytes; `shown` is the name of the file that they were read from."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Unreadable(f"`{shown}` is encoded in UTF-16", "save it as UTF-8")
    if b"\0" in data:
        return Unreadable(
            f"`{shown}` is a binary file: it has a zero byte at offset {data.index(0)}", "name a text file"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Unreadable(
            f"`{shown}` is not UTF-8: byte 0x{data[error.start]:02x} on line {line} begins no character",
            "save it as UTF-8",
        )
    return SourceFile(shown, text, has_mark=data.startswith(codecs.BOM_UTF8))


def _other_kind(path: Path, source: SourceFile) -> Unreadable | None:
    """Why a file that is meant for another command is no spec."""
    if source.text.lstrip().startswith("edition"):
        return None
    if path.suffix in (".yaml", ".yml", ".sh"):
        return Unreadable(
            f"`{path}` is no spec by its name and its first line",
            f"options of `mace_run_train` are checked by `mlipilot lint {path}`",
        )
    if path.suffix in (".xyz", ".extxyz"):
        return Unreadable(f"`{path}` is a data file, not a spec", "name it in a `dataset` block of tag `files`")
    return None


def _not_json(source: SourceFile) -> Unreadable | None:
    """Why a JSON file is no spec: with a spec's grammar each of its lines would be a fault."""
    if not source.text.lstrip().startswith("{"):
        return None
    import json  # which no spec needs

    try:
        document = json.loads(source.text)
    except (ValueError, RecursionError):
        return None
    name = source.name
    if "format_version" in document and "plan" in document:
        return Unreadable(
            f"`{name}` is a plan (JSON), not a spec",
            f"`mlipilot plan show {name}` shows it, `mlipilot execute {name}` runs it",
        )
    return Unreadable(f"`{name}` is JSON, not a spec", "name a `.mlp` file")
