"""Standard output and error: characters that a pipe's encoding lacks, a device that is full, a reader that has gone."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
from pathlib import Path

_ESCAPES = "mlipilot.escapes"


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Characters as JSON escapes them, so that a document stays one in any encoding."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = (units[at : at + 2] for at in range(0, len(units), 2))
    return "".join(f"\\u{int.from_bytes(pair):04x}" for pair in pairs), error.end


def protect() -> None:
    """Have both streams write what their encoding lacks as escapes, instead of ending with an error.

    One that is closed takes everything and shows nothing.
    """
    codecs.register_error(_ESCAPES, _escaped)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a stream that a caller put there may have none
        if reconfigure is not None:
            reconfigure(errors=_ESCAPES)


def abandon() -> None:
    """Write nothing more: what is still buffered would fail again when the interpreter ends."""
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def say(line: str) -> None:
    """A line on standard error, where that can still be written."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        print(line, file=sys.stderr, flush=True)


__all__ = ["abandon", "protect", "say"]
