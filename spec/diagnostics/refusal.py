"""What the operating system refuses, in words: a place that is full, read-only, over quota or somebody else's."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from mlipilot.spec.diagnostics.model import Diagnostic
from mlipilot.spec.numerals import size

REFUSED = "MLP0819"
"""The code of a place that cannot be written."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""There is no room, or a quota is spent."""
STORAGE = FULL | {errno.EROFS, errno.EIO, errno.ENODEV, errno.ESTALE, errno.EACCES, errno.EPERM, errno.EFBIG}
"""What speaks of a place and not of what is written there."""
_PERMISSION = "give yourself permission to write it and its folder"
_ELSEWHERE = "choose another place with `MLIPILOT_WORKSPACE`"
_REMEDIES: dict[int | None, str] = {
    errno.ENOSPC: "make room on its file system",
    errno.EDQUOT: "make room within your quota",
    errno.EFBIG: "raise the limit of a file's size (`ulimit -f`)",
    errno.EROFS: f"its file system is read-only: {_ELSEWHERE}",
    errno.EACCES: f"{_PERMISSION}, or {_ELSEWHERE}",
    errno.EPERM: f"{_PERMISSION}, or {_ELSEWHERE}",
    errno.EIO: "its device does not answer as it should: look at it before anything is written there",
    errno.ESTALE: "its file system is not there any more: mount it again",
    errno.ENODEV: "its file system is not there any more: mount it again",
    errno.ENOENT: "it was removed, or its file system was: put it back, or have it made again",
    errno.EMFILE: "raise the limit of open files (`ulimit -n`)",
}
_KEPT = "then give the command again: what was finished is kept"


def reason(error: OSError, path: Path | None = None) -> str:
    """Why a file could not be written or read: `no space left on device (12 kB free)`."""
    said = error.strerror or str(error)
    words = said[:1].lower() + said[1:]
    free = _free(path) if path is not None and error.errno in FULL else None
    return words if free is None else f"{words} ({size(free)} free)"


def unwritten(error: OSError, path: Path, help: str = "") -> Diagnostic:
    """Said where a file that a user named cannot be written; `help` is the remedy where the place is the fault."""
    if error.errno in FULL:
        remedy = _REMEDIES[error.errno]
    elif error.errno == errno.ENOENT:
        remedy = f"make its folder first: `mkdir -p {path.parent}`"
    elif error.errno == errno.EROFS:
        remedy = help or "its file system is read-only: copy the file elsewhere"
    else:
        remedy = help or _PERMISSION
    return Diagnostic("MLP0704", f"`{path}` cannot be written: {reason(error, path)}", help=remedy)


def refusal(error: OSError, path: Path | None = None, needed: int | None = None) -> Diagnostic:
    """Said where a command cannot continue: the place, the cause and the remedy.

    `path` is the place where the error names none; without either it is standard output. `needed` are the bytes that
    are still to be written, as far as they are known.
    """
    place = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else path
    what = "standard output" if place is None else f"`{_as_typed(place)}`"
    remedy = _REMEDIES.get(error.errno, "mend that")
    if needed and error.errno in FULL:
        remedy = f"{remedy}: about {size(needed)} are needed"
    verb = "found" if error.errno == errno.ENOENT else "written"
    headline = f"{what} cannot be {verb}: {reason(error, place)}"
    return Diagnostic(REFUSED, headline, help=f"{remedy}; {_KEPT}")


def _as_typed(path: Path) -> Path:
    """A path as it is typed from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _free(path: Path) -> int | None:
    """Bytes that a user may still write where a path is, or would be."""
    for folder in (path, *path.absolute().parents):
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            continue
    return None


__all__ = ["FULL", "REFUSED", "STORAGE", "reason", "refusal", "unwritten"]
