"""Linting a text, and what to make of what is found."""

from __future__ import annotations

from pathlib import Path

from mlipilot.compiler.lint import DataFiles, Linted, lint_file
from mlipilot.compiler.lint.value import STOPS
from mlipilot.spec.diagnostics import Diagnostic, with_edits

NO_FILE = "MLP1113"
"""A data file is named that is not there; most texts here name one."""


def lint(text: str, folder: Path, name: str = "mace.yaml", data: DataFiles | None = None) -> Linted:
    """What is found in a text."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return lint_file(path, data)


def found(text: str, folder: Path, name: str = "mace.yaml") -> list[Diagnostic]:
    """The diagnostics of a text, but that its data are not there."""
    return [diagnostic for diagnostic in lint(text, folder, name).diagnostics if diagnostic.code != NO_FILE]


def codes(text: str, folder: Path, name: str = "mace.yaml") -> list[str]:
    """The codes of `found`, in order."""
    return [diagnostic.code for diagnostic in found(text, folder, name)]


def refused(diagnostics: list[Diagnostic]) -> bool:
    """Whether a diagnostic says that MACE's parser would refuse the options."""
    return any(STOPS in diagnostic.notes for diagnostic in diagnostics)


def marked(diagnostic: Diagnostic) -> str:
    """The text under a diagnostic's carets."""
    assert diagnostic.source is not None
    assert diagnostic.primary is not None
    return diagnostic.source.slice(diagnostic.primary.span)


def mended(diagnostic: Diagnostic) -> str:
    """The text after a diagnostic's fix."""
    assert diagnostic.source is not None
    assert diagnostic.fix is not None
    return with_edits(diagnostic.source.text, diagnostic.fix.edits)
