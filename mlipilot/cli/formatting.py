"""`fmt`: specs in the house style, in place or to standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from mlipilot.cli.differences import unified
from mlipilot.cli.proof import find_spec, show
from mlipilot.runtime.foundation.atomic_files import rewrite_bytes
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.diagnostics.refusal import unwritten
from mlipilot.spec.format import format_source
from mlipilot.spec.source import SourceFile, Unreadable, decode, read_source

STDIN = Path("-")


class _Formatted(NamedTuple):
    """A spec before and after."""

    source: SourceFile
    text: str

    def changes(self) -> str:
        """A unified diff."""
        name = self.source.name
        invisible = f"only line ends or a byte-order mark of {name} would change\n"
        return unified(self.source.text, self.text, name, f"{name} (formatted)") or invisible


def format_specs(given: list[Path], *, check: bool, diff: bool) -> int:
    """Format specs; with `check` or `diff` only say what would change, and return 1 where something would."""
    if not given:
        found = find_spec(None)
        if isinstance(found, Diagnostic):
            show([found])
            return 2
        given = [found]
    code = 0
    for path in given:
        code = max(code, _format(path, check=check, diff=diff))
    return code


def _format(path: Path, *, check: bool, diff: bool) -> int:
    found = _read(path)
    if isinstance(found, list):
        show(found)
        return 2
    only_look = check or diff
    if path == STDIN and not only_look:
        sys.stdout.flush()
        sys.stdout.buffer.write(found.text.encode())  # a spec is UTF-8, whatever the terminal's encoding
        sys.stdout.buffer.flush()
        return 0
    if not _differs(path, found):
        if not only_look:
            print(f"`{path}` is formatted already")
        return 0
    if diff:
        sys.stdout.write(found.changes())
    if check:
        print(f"`{found.source.name}` would change", file=sys.stderr)
    if only_look:
        return 1
    try:
        rewrite_bytes(path, found.text.encode())
    except OSError as error:
        show([unwritten(error, path)])
        return 2
    print(f"`{path}` formatted")
    return 0


def _read(path: Path) -> _Formatted | list[Diagnostic]:
    source = decode(sys.stdin.buffer.read(), "<stdin>") if path == STDIN else read_source(path)
    if isinstance(source, Unreadable):
        return [Diagnostic("MLP0001", source.headline, help=source.help)]
    text = format_source(source)
    return text if isinstance(text, list) else _Formatted(source, text)


def _differs(path: Path, found: _Formatted) -> bool:
    """Whether a file's bytes would change: a byte-order mark is not part of its text."""
    if path == STDIN:
        return found.source.text != found.text
    return path.read_bytes() != found.text.encode()
