"""Command lines run in this process."""

from __future__ import annotations

import contextlib
import io
from typing import NamedTuple

from mlipilot.cli import main


class Typed(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


def type_(*words: str) -> Typed:
    """Run a command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(words))
    return Typed(code, out.getvalue(), err.getvalue())
