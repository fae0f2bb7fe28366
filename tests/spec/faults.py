"""Checking a text, and saying what was found in a form that tests can compare."""

from __future__ import annotations

from pathlib import Path

from mlipilot.compiler.compile import check_source
from mlipilot.spec.diagnostics import Diagnostic, with_edits
from mlipilot.spec.source import SourceFile

WHOLE = (Path(__file__).parent / "whole.mlp").read_text(encoding="utf-8")
"""The copper example with a search, a pilot and an encoding benchmark: a line of each kind the language has."""
COPPER = (Path(__file__).parents[1] / "compiler" / "copper.mlp").read_text(encoding="utf-8")


def check(text: str) -> list[Diagnostic]:
    """All diagnostics of a text."""
    return check_source(SourceFile("spec.mlp", text)).diagnostics


def in_block(head: str, body: str) -> list[Diagnostic]:
    """Diagnostics of a block's statements alone: what the block lacks is left out."""
    found = check(f'edition "2026"\n{head} {{\n{body}\n}}\n')
    return [d for d in found if d.code != "MLP0404"]


def line_of(diagnostic: Diagnostic) -> int:
    """The line of a diagnostic."""
    assert diagnostic.source is not None
    assert diagnostic.primary is not None
    return diagnostic.source.location(diagnostic.primary.span.start).line


def marked(diagnostic: Diagnostic) -> str:
    """The text that a diagnostic marks."""
    assert diagnostic.source is not None
    assert diagnostic.primary is not None
    return diagnostic.source.slice(diagnostic.primary.span)


def mended(diagnostic: Diagnostic) -> str | None:
    """The line of the first edit, as the fix makes it; none without a fix."""
    source, fix = diagnostic.source, diagnostic.fix
    if fix is None or source is None:
        return None
    text = with_edits(source.text, fix.edits)
    return SourceFile("", text).line(source.location(fix.edits[0].span.start).line).strip()


def codes(diagnostics: list[Diagnostic]) -> list[str]:
    """The codes, in order."""
    return [diagnostic.code for diagnostic in diagnostics]


def shown(diagnostics: list[Diagnostic]) -> str:
    """Everything found, for a failing test's message."""
    return "\n".join(f"{line_of(d) if d.primary else '-'}: {d.code} {d.headline}" for d in diagnostics)
