"""`edit`: typed changes of a spec, refused unless the result checks."""

from __future__ import annotations

import sys
from pathlib import Path

from mlipilot.cli.differences import unified
from mlipilot.cli.proof import find_spec, show
from mlipilot.compiler.compile import check_spec
from mlipilot.runtime.foundation.atomic_files import rewrite_bytes
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.diagnostics.refusal import unwritten
from mlipilot.spec.edit import Change, apply, read_changes
from mlipilot.spec.source import Unreadable, read_source


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
    source = read_source(path)
    if isinstance(source, Unreadable):
        show([Diagnostic("MLP0001", source.headline, help=source.help)])
        return 2
    edited = apply(source, changes)
    found = edited.diagnostics
    if edited.spec is not None:
        found = check_spec(edited.spec, found).diagnostics
    show(found)
    if edited.spec is None or has_errors(found):
        print("the edit is refused, and the file is as it was", file=sys.stderr)
        return 2
    after = edited.spec.source
    if after.text == source.text:
        print(f"`{path}` has these values already")
        return 0
    sys.stdout.write(unified(source.text, after.text, str(path), f"{path} (edited)"))
    for change in changes:
        if change.because:
            print(f"{change.path}: because {change.because}")
    if dry_run:
        return 0
    try:
        rewrite_bytes(path, after.encoded)
    except OSError as error:
        show([unwritten(error, path)])
        return 2
    return 0


def _changes(settings: list[str], edits: Path | None, because: str) -> list[Change] | Diagnostic:
    changes: list[Change] = []
    for setting in settings:
        path, sign, value = setting.partition("=")
        if not sign or not path.strip() or not value.strip():
            return Diagnostic(
                "MLP0714", f"`--set {setting}` is no `PATH=VALUE`", help="such as `potential.channels=16`"
            )
        changes.append(Change(path.strip(), value.strip(), because))
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
    paths = [change.path for change in changes]
    twice = [path for path in paths if paths.count(path) > 1]
    if twice:
        return Diagnostic("MLP0714", f"`{twice[0]}` is set twice", help="say each path once")
    return changes or Diagnostic("MLP0714", "nothing is to be edited", help="say `--set PATH=VALUE`, or `--edits FILE`")
