"""Where a file that is named in another file may lie: beside it, or in the working directory, where MACE looks."""

from __future__ import annotations

from pathlib import Path

from mlipilot.spec.source import SourceFile


def folders(source: SourceFile) -> list[Path]:
    """The folders to look in, in order."""
    return list(dict.fromkeys([Path(source.name).parent, Path()]))


def find(name: str, source: SourceFile) -> Path | None:
    """A file or folder of a name; None where there is none."""
    for folder in folders(source):
        try:
            if (folder / name).exists():
                return folder / name
        except (OSError, ValueError):
            continue
    return None
