"""`fmt`: specs in the house style, in place or to standard output."""

from __future__ import annotations

import sys
from pathlib import Path

from mlipilot.cli.proof import show
from mlipilot.compiler.spec_files import find_spec
from mlipilot.runtime.rewriting import Rewrite, formatted, formatted_file, unreadable, write
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.source import Unreadable, decode

STDIN = Path("-")


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
    found = _from_stdin() if path == STDIN else formatted_file(path)
    if isinstance(found, list):
        show(found)
        return 2
    only_look = check or diff
    if path == STDIN and not only_look:
        sys.stdout.flush()
        sys.stdout.buffer.write(found.after.encoded)  # a spec is UTF-8, whatever the terminal's encoding
        sys.stdout.buffer.flush()
        return 0
    if not _differs(path, found):
        if not only_look:
            print(f"`{path}` is formatted already")
        return 0
    if diff:
        name = found.path
        sys.stdout.write(found.diff or f"only line ends or a byte-order mark of {name} would change\n")
    if check:
        print(f"`{found.path}` would change", file=sys.stderr)
    if only_look:
        return 1
    fault = write(found)
    if fault is not None:
        show([fault])
        return 2
    print(f"`{path}` formatted")
    return 0


def _from_stdin() -> Rewrite | list[Diagnostic]:
    source = decode(sys.stdin.buffer.read(), "<stdin>")
    return [unreadable(source)] if isinstance(source, Unreadable) else formatted(source)


def _differs(path: Path, found: Rewrite) -> bool:
    """Whether a file's bytes would change; of what is piped, its text."""
    return found.before.text != found.text if path == STDIN else found.is_changed
