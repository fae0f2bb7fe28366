"""The existing file that a path where nothing is was probably meant for."""

from __future__ import annotations

import os
from pathlib import Path

from mlipilot.spec.suggest import nearest

_MOST_LISTED = 200
"""Files of a folder that are looked at."""
_MOST_FOLDERS = 20


def is_there(path: Path) -> bool:
    """Whether there is anything at a path."""
    try:
        return path.exists()
    except (OSError, ValueError):  # what is no path at all, such as a name too long
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def nearest_file(folder: Path, written: str, suffix: str) -> str | None:
    """The existing file that a path from a folder was probably meant for, as it is written from there.

    One that the path names from the working directory, or with its suffix; then one of its name in a folder above or
    below; then one of a name that is nearly its.
    """
    for candidate in (Path(written), (folder / written).with_suffix(suffix) if Path(written).name else folder):
        if _is_file(candidate):
            return _from(folder, candidate)
    target = folder / written
    places = [target.parent, folder, folder / "..", *_folders(folder), *_folders(folder / "..")]
    files = [file for place in places for file in _files(place, suffix)]
    names = [file.name for file in files]
    name = target.name if target.suffix else f"{target.name}{suffix}"
    meant = name if name in names else nearest(name, set(names))
    return next((_from(folder, file) for file in files if file.name == meant), None)


def _from(folder: Path, file: Path) -> str:
    return Path(os.path.relpath(file, folder)).as_posix()


def _files(folder: Path, suffix: str) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == suffix and _is_file(file))[:_MOST_LISTED]
    except OSError:
        return []


def _folders(folder: Path) -> list[Path]:
    try:
        found = sorted(inner for inner in folder.iterdir() if inner.is_dir() and not inner.name.startswith("."))
    except OSError:
        return []
    return found[:_MOST_FOLDERS]


__all__ = ["is_there", "nearest_file"]
