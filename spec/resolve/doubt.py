"""Fixes tried out: one is safe only where the text has no fault after it that it had not before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from mlipilot.spec.diagnostics import Applicability, Diagnostic, with_edits
from mlipilot.spec.source import SourceFile

_MOST_TRIED = 40
"""Fixes of one text that are tried one by one; the rest need a look."""

_SYNTAX = "MLP01"
"""How the codes of what cannot be read begin."""
_HEADS = ("MLP0401", "MLP0402")
"""Codes of a block's head."""


def doubted(
    source: SourceFile, found: list[Diagnostic], read: Callable[[SourceFile], list[Diagnostic]]
) -> list[Diagnostic]:
    """The diagnostics, those fixes marked as unsafe that bring new faults; `read` finds the faults of a text."""
    safe = [diagnostic for diagnostic in found if _is_safe(diagnostic) and diagnostic.source is source]
    kept = [diagnostic for diagnostic in safe if not _beside_another(diagnostic, found)]
    if kept and not _holds(source, found, kept, read):
        kept = [diagnostic for diagnostic in kept[:_MOST_TRIED] if _holds(source, found, [diagnostic], read)]
    doubts = [diagnostic for diagnostic in safe if diagnostic not in kept]
    return [_unsafe(diagnostic) if diagnostic in doubts else diagnostic for diagnostic in found]


def _is_safe(diagnostic: Diagnostic) -> bool:
    return diagnostic.fix is not None and diagnostic.fix.applicability is Applicability.SAFE


def _beside_another(diagnostic: Diagnostic, found: list[Diagnostic]) -> bool:
    """Whether a fault of the syntax has another beside it that its fix leaves: one slip may have made both."""
    if not diagnostic.code.startswith(_SYNTAX):
        return False
    line = _line(diagnostic)
    others = [other for other in found if other.code.startswith(_SYNTAX) or other.code in _HEADS]
    left = [other for other in others if other.source is diagnostic.source and not _is_safe(other)]
    return any(abs(_line(other) - line) <= 1 for other in left)


def _line(diagnostic: Diagnostic) -> int:
    place = diagnostic.place
    return place[0].location(place[1].start).line if place is not None else -1


def _holds(
    source: SourceFile,
    found: list[Diagnostic],
    made: list[Diagnostic],
    read: Callable[[SourceFile], list[Diagnostic]],
) -> bool:
    """Whether the fixes, made together, leave nothing but the other faults.

    What a statement that can be read now says of its words does not count where it has a safe fix of its own.
    """
    edits = dict.fromkeys(edit for diagnostic in made if diagnostic.fix is not None for edit in diagnostic.fix.edits)
    left = read(source.with_text(with_edits(source.text, edits)))
    after = Counter(_words(d) for d in left if d.code.startswith(_SYNTAX) or not _is_safe(d))
    return not after - (Counter(map(_words, found)) - Counter(map(_words, made)))


def _words(diagnostic: Diagnostic) -> tuple[str, str]:
    return diagnostic.code, diagnostic.headline


def _unsafe(diagnostic: Diagnostic) -> Diagnostic:
    assert diagnostic.fix is not None
    return replace(diagnostic, fix=diagnostic.fix._replace(applicability=Applicability.UNSAFE))


__all__ = ["doubted"]
