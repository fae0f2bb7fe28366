"""`edit`: typed changes of a spec, refused unless the result checks."""

from __future__ import annotations

import sys
from pathlib import Path

from mlipilot.cli.proof import show
from mlipilot.compiler.compile import check_file
from mlipilot.compiler.spec_files import find_spec
from mlipilot.runtime.rewriting import edited_file, write
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.edit import Change, read_changes, read_settings, set_once


def edit(given: Path | None, settings: list[str], edits: Path | None, because: str, *, dry_run: bool) -> int:
    """Apply changes to a spec's file and print them as a diff; a refused one leaves the file as it was."""
    path = find_spec(given)
    if isinstance(path, Diagnostic):
        show([path])
        return 2
    changes = _changes(settings, edits, because)
    if isinstance(changes, Diagnostic):
        show([changes])
        return 2
    edited = edited_file(path, changes)
    if isinstance(edited, list):
        show(edited)
        if [diagnostic.code for diagnostic in edited] != ["MLP0001"]:
            print(_refused(path), file=sys.stderr)
        return 2
    show(list(edited.diagnostics))
    if not edited.is_changed:
        print(f"`{path}` has these values already")
        return 0
    sys.stdout.write(edited.diff)
    for change in changes:
        if change.because:
            print(f"{change.path}: because {change.because}")
    fault = None if dry_run else write(edited)
    if fault is not None:
        show([fault])
        return 2
    return 0


def _refused(path: Path) -> str:
    """What an edit's faults mean: they may be older than the edit."""
    if has_errors(check_file(path).diagnostics):
        return "the spec has faults without the edit: mend them first; the file is as it was"
    return "the edit is refused, and the file is as it was"


def _changes(settings: list[str], edits: Path | None, because: str) -> list[Change] | Diagnostic:
    changes = read_settings(settings, because)
    if isinstance(changes, Diagnostic):
        return changes
    if edits is not None:
        try:
            text = sys.stdin.read() if str(edits) == "-" else edits.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8"
            return Diagnostic("MLP0714", f"`{edits}` cannot be read: {reason}", help="name a JSON file of edits")
        read = read_changes(text, str(edits))
        if isinstance(read, Diagnostic):
            return read
        changes += read
    return set_once(changes, "say `--set PATH=VALUE`, or `--edits FILE`")
