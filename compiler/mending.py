"""The fixes of diagnostics made in a text, until none is left to make."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mlipilot.spec.diagnostics import Applicability, Diagnostic, Edit, with_edits
from mlipilot.spec.source import SourceFile

_MOST_ROUNDS = 100
"""A fix may bring another fault to light, which has one of its own."""


class Mended(NamedTuple):
    """A text with fixes made, how many they were, and what is still wrong with it."""

    source: SourceFile
    fixes: int
    diagnostics: list[Diagnostic]


def mend(source: SourceFile, find: Callable[[SourceFile], list[Diagnostic]], *, unsafe: bool = False) -> Mended:
    """Make the safe fixes of what `find` says of a text; with `unsafe` also those that need a look.

    A fix of another file, such as an imported one, is not made.
    """
    seen = {source.text}
    count, found = 0, find(source)
    for _ in range(_MOST_ROUNDS):
        edits, made = _edits(source, found, unsafe=unsafe)
        text = with_edits(source.text, edits)
        if not made or text in seen:
            break
        seen.add(text)
        source, count = source.with_text(text), count + made
        found = find(source)
    return Mended(source, count, found)


def fixable(diagnostics: list[Diagnostic], *, unsafe: bool = False) -> int:
    """How many of the diagnostics have a fix that `mend` makes."""
    return sum(_is_made(diagnostic, unsafe=unsafe) for diagnostic in diagnostics)


def _is_made(diagnostic: Diagnostic, *, unsafe: bool) -> bool:
    fix = diagnostic.fix
    wanted = (Applicability.SAFE, Applicability.UNSAFE) if unsafe else (Applicability.SAFE,)
    return fix is not None and fix.applicability in wanted


def _edits(source: SourceFile, found: list[Diagnostic], *, unsafe: bool) -> tuple[list[Edit], int]:
    """Edits of fixes that do not touch each other, and the number of the fixes."""
    edits: list[Edit] = []
    made = 0
    for diagnostic in found:
        own = diagnostic.source is not None and diagnostic.source.name == source.name
        if not own or diagnostic.fix is None or not _is_made(diagnostic, unsafe=unsafe):
            continue
        new = [edit for edit in diagnostic.fix.edits if edit not in edits]
        if any(_touch(edit, other) for edit in new for other in edits):
            continue  # the next round looks at what is left of it
        edits += new
        made += 1
    return edits, made


def _touch(edit: Edit, other: Edit) -> bool:
    return edit.span.start <= other.span.end and other.span.start <= edit.span.end


__all__ = ["Mended", "fixable", "mend"]
