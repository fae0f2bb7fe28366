"""Where what was computed of a geometry lies, by its content: each is paid for once, whichever spec asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mlipilot.compiler.canonical import digest
from mlipilot.compiler.kept import kept_bytes, read_kept
from mlipilot.runtime.foundation.atomic_files import write_bytes

VERSION = 2
"""Of what lies on the shelf; a new one has it computed anew."""


class Shelf:
    """Values under the hash of what they depend on, each in a file that says whether it is whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.has_served = False
        """Whether anything was taken from it."""

    def value(self, asked: Mapping[str, Any], make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """What was kept under these words, else what is made now, and kept. Raises OSError where it cannot be."""
        found: Mapping[str, Any] | None = self.find(asked)
        if found is not None:
            self.has_served = True
            return found
        found = make()
        self.put(asked, found)
        return found

    def find(self, asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """What was kept under these words, as JSON; None where nothing was, or what lies there is damaged."""
        value = read_kept(self._path(asked), digest(asked))
        return value if isinstance(value, dict) else None

    def put(self, asked: Mapping[str, Any], value: Mapping[str, Any]) -> None:
        """Keep a value. Raises OSError where it cannot be written."""
        path = self._path(asked)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, kept_bytes(digest(asked), value))

    def _path(self, asked: Mapping[str, Any]) -> Path:
        name = digest(asked)
        return self._folder / name[:2] / f"{name}.json"
