"""Compressed data files, unpacked as ASE unpacks them: by the end of the name, with Python's own library.

The kernels read such a file by the same modules (`_core.UNPACKED`), so that what is checked is what is trained on.
"""

from __future__ import annotations

from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import IO, Any


def unpacked(path: Path, file: IO[bytes]) -> IO[bytes]:
    """What a file of this name holds; `file` itself where it is not compressed.

    Raises OSError where this Python was built without the module; reading raises what that module raises.
    """
    from mlipilot._core import UNPACKED

    name = UNPACKED.get(path.suffix)
    if name is None:
        return file
    try:
        module: Any = import_module(name)
    except ImportError as error:
        raise OSError(f"this Python was built without `{name}`, which unpacks it") from error
    stream: IO[bytes] = module.open(file)
    return stream


def packed_name(path: Path) -> str:
    """The name of what a file holds: without the end that says how it is compressed."""
    from mlipilot._core import UNPACKED

    return path.stem if path.suffix in UNPACKED else path.name


def beginning(path: Path, length: int) -> bytes | None:
    """The first bytes of what a file holds, as far as they can be unpacked; None where not even one can.

    Raises OSError for a file that cannot be read.
    """
    with path.open("rb") as file, closing(unpacked(path, file)) as stream:
        return _as_far_as_it_goes(stream, length)


def _as_far_as_it_goes(stream: IO[bytes], length: int) -> bytes | None:
    found = b""
    try:
        while len(found) < length and (more := stream.read(min(length - len(found), 4096))):
            found += more
    except Exception:  # damaged data, of which each module says in its own way; a scan names the place
        return found or None
    return found


__all__ = ["beginning", "packed_name", "unpacked"]
