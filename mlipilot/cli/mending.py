"""`--fix` of `check` and `lint`: the fixes made in the file, and shown as a diff."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from mlipilot.cli.differences import unified
from mlipilot.compiler.mending import mend
from mlipilot.compiler.render import FOR_PROGRAMS
from mlipilot.runtime.foundation.atomic_files import rewrite_bytes
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.diagnostics.refusal import unwritten
from mlipilot.spec.numerals import count
from mlipilot.spec.source import SourceFile, Unreadable, read_text


def mend_file(
    path: Path, find: Callable[[SourceFile], list[Diagnostic]], output_format: str, *, unsafe: bool
) -> Diagnostic | None:
    """Make the fixes of a file; the fault where it cannot be written. A file that cannot be read is left to `find`."""
    source = read_text(path)
    if isinstance(source, Unreadable):
        return None
    mended = mend(source, find, unsafe=unsafe)
    if not mended.fixes:
        return None
    try:
        rewrite_bytes(path, mended.source.encoded)
    except OSError as error:
        return unwritten(error, path)
    stream = sys.stderr if output_format in FOR_PROGRAMS else sys.stdout
    stream.write(unified(source.text, mended.source.text, str(path), f"{path} (fixed)"))
    print(f"{count(mended.fixes, 'fix', 'fixes')} made in `{path}`", file=stream)
    return None
