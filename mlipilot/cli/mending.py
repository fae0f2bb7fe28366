"""`--fix` of `check` and `lint`: the fixes made in the file, and shown as a diff."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from mlipilot.compiler.render import FOR_PROGRAMS
from mlipilot.runtime.rewriting import mended_file, write
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count
from mlipilot.spec.source import SourceFile


def mend_file(
    path: Path, find: Callable[[SourceFile], list[Diagnostic]], output_format: str, *, unsafe: bool
) -> Diagnostic | None:
    """Make the fixes of a file; the fault where it cannot be written. A file that cannot be read is left to `find`."""
    mended = mended_file(path, find, unsafe=unsafe)
    if isinstance(mended, list) or not mended.fixes:
        return None
    fault = write(mended)
    if fault is not None:
        return fault
    stream = sys.stderr if output_format in FOR_PROGRAMS else sys.stdout
    stream.write(mended.diff)
    print(f"{count(mended.fixes, 'fix', 'fixes')} made in `{path}`", file=stream)
    return None
