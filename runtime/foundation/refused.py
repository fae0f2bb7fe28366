"""Whether what ended a job is the fault of the place that it writes to, and not its own."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from mlipilot.spec.diagnostics.refusal import STORAGE

_BLOCK = 4096
_NO_ROOM = 64 * 1024
"""Bytes: where less than that is free, whatever failed to write lacked room; libraries seldom say so themselves."""


def refused(error: BaseException, folder: Path, inputs: Collection[str] = ()) -> OSError | None:
    """What the system refused in `folder`, as far as that is why `error` was raised; else None.

    A library that writes files often raises an error of its own, in whose place this gives the system's. `inputs` are
    files that were there when the job began: one that is missing was removed, or its file system was.
    """
    for cause in _causes(error):
        if isinstance(cause, OSError) and (cause.errno in STORAGE or _is_lost(cause, folder, inputs)):
            return cause
    try:
        is_full = shutil.disk_usage(folder).free < _NO_ROOM
    except OSError as lost:
        return lost
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) if is_full else None


def trial(folder: Path) -> OSError | None:
    """What the system refuses where a file is written in `folder` now; None where it takes one."""
    path = folder / f".trial.{os.getpid()}.tmp"
    try:
        path.write_bytes(bytes(_BLOCK))
    except OSError as error:
        error.filename = str(folder)
        return error
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_lost(error: OSError, folder: Path, inputs: Collection[str]) -> bool:
    """Whether what is missing was there before."""
    return error.errno == errno.ENOENT and (str(error.filename) in inputs or not folder.is_dir())


__all__ = ["refused", "trial"]
