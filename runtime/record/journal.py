"""The journal: what happened, one line an event, each line chained to the one before by its hash.

Append-only, with one writer. A line cut short by a crash is set aside when the journal is opened again; a line
that was altered breaks the chain and is found by `verify`.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

GENESIS = "0" * 64


class Read(NamedTuple):
    """What a journal file holds."""

    entries: list[dict[str, Any]]
    torn: int
    """Bytes after the last whole line."""
    broken: int | None
    """Sequence number of the first entry that does not match its hash or its predecessor."""


class Line(NamedTuple):
    """One whole line of a journal file."""

    entry: dict[str, Any]
    """Empty where the line holds none."""
    is_sound: bool
    """Whether it matches its hash and follows its predecessor."""


_HASHED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _digest(entry: dict[str, Any]) -> str:
    body = entry.copy()
    body.pop("hash", None)
    return hashlib.sha256(_HASHED.encode(body).encode()).hexdigest()


def scan_journal(stream: BinaryIO) -> Iterator[Line]:
    """The whole lines of a journal, one after the other; what follows the last of them is passed over."""
    previous = GENESIS
    for number, line in enumerate(stream):
        if not line.endswith(b"\n"):
            return
        try:
            entry = json.loads(line)
            sound = entry["seq"] == number and entry["previous"] == previous and entry["hash"] == _digest(entry)
        except (ValueError, KeyError, TypeError, RecursionError):
            entry, sound = {}, False
        entry = entry if isinstance(entry, dict) else {}
        yield Line(entry, sound)
        previous = entry.get("hash", previous)


def read_journal(path: Path) -> Read:
    """All entries of a journal, and whether the chain holds."""
    entries: list[dict[str, Any]] = []
    broken: int | None = None
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(scan_journal(stream)):
                if not line.is_sound and broken is None:
                    broken = number
                if "hash" in line.entry:
                    entries.append(line.entry)
            return Read(entries, torn_bytes(stream), broken)
    except FileNotFoundError:
        return Read([], 0, None)


def torn_bytes(stream: BinaryIO) -> int:
    """Bytes after the last whole line of a journal that was opened."""
    size = at = stream.seek(0, os.SEEK_END)
    while at:
        part = min(at, 1 << 16)
        stream.seek(at - part)
        end = stream.read(part).rfind(b"\n")
        if end >= 0:
            return size - (at - part + end + 1)
        at -= part
    return size


class Journal:
    """An open journal."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        found = read_journal(path)
        self.path = path
        self.entries = found.entries
        """Those that were there when it was opened; what is appended is not kept in memory."""
        self.broken = found.broken
        self._count = len(found.entries)
        self._last = found.entries[-1]["hash"] if found.entries else GENESIS
        self._lock = threading.Lock()
        if found.torn:
            data = path.read_bytes()
            aside = path.with_suffix(f".torn-{len(found.entries)}")
            aside.write_bytes(data[-found.torn :])
            os.truncate(path, len(data) - found.torn)
        self._stream = path.open("ab", buffering=0)
        if found.torn:
            self.append("torn", bytes=found.torn)

    def append(self, event: str, **data: Any) -> dict[str, Any]:
        """Add an event and flush it to disk; from any thread. OSError where it cannot be: then nothing was added."""
        with self._lock:
            entry: dict[str, Any] = {
                "seq": self._count,
                "time": time.time(),
                "event": event,
                **data,
                "previous": self._last,
            }
            entry["hash"] = _digest(entry)
            self._write(json.dumps(entry, sort_keys=True, ensure_ascii=False).encode() + b"\n")
            self._count += 1
            self._last = entry["hash"]
            return entry

    def _write(self, line: bytes) -> None:
        end = os.fstat(self._stream.fileno()).st_size
        try:
            left = memoryview(line)
            while left:
                left = left[self._stream.write(left) :]
            os.fsync(self._stream.fileno())
        except OSError as error:
            error.filename = str(self.path)
            with suppress(OSError):  # else the next to open it sets the part of a line aside
                os.ftruncate(self._stream.fileno(), end)
            raise

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
