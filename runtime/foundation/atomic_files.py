"""Files that survive a crash: written whole, flushed, then named.

Publishing by rename, and creating by link, are the two operations that every file system keeps atomic.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")


def flush(path: Path) -> None:
    """Make the content of a file, or the names in a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _filled(path: Path, write: Callable[[BinaryIO], object]) -> Iterator[Path]:
    """A file beside `path` with all of what it is to hold; gone afterwards. An error names `path`."""
    temporary = _temporary(path)
    try:
        with temporary.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        yield temporary
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        with suppress(OSError):  # the first error says what is wrong
            temporary.unlink(missing_ok=True)


def write_durably(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Replace a file by what `write` puts into a stream; a reader sees the old one or the new one."""
    with _filled(path, write) as temporary:
        temporary.replace(path)
    flush(path.parent)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace a file by some bytes."""
    write_durably(path, lambda stream: stream.write(data))


def rewrite_bytes(path: Path, data: bytes) -> None:
    """Replace the content of a user's file: through links, its mode kept, and nothing left behind where it fails."""
    path = path.resolve()
    with _filled(path, lambda stream: stream.write(data)) as temporary:
        shutil.copymode(path, temporary)
        temporary.replace(path)
    flush(path.parent)


def write_output(path: Path, data: bytes) -> None:
    """Write a file that a user named: whole or not at all, where it is a file and not a pipe or a device."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
    elif path.exists():
        rewrite_bytes(path, data)
    else:
        write_bytes(path, data)


def create_bytes(path: Path, data: bytes) -> bool:
    """Write a file unless its name is taken; False where another was first."""
    with _filled(path, lambda stream: stream.write(data)) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
    flush(path.parent)
    return True


def write_json(path: Path, document: Any) -> None:
    """Write a JSON file durably."""
    write_bytes(path, _json(document))


def create_json(path: Path, document: Any) -> bool:
    """Write a JSON file durably unless its name is taken."""
    return create_bytes(path, _json(document))


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a JSON file; None where there is none, or it is damaged."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def _json(document: Any) -> bytes:
    return (json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
