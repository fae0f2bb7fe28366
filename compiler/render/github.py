"""Diagnostics as workflow commands: GitHub shows them beside the lines of a pull request."""

from __future__ import annotations

from mlipilot.compiler.render.repository import repository_path
from mlipilot.compiler.render.style import Style
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.source import SourceFile, Span


def render_github(diagnostics: list[Diagnostic], style: Style) -> str:
    """A command a line: `::error file=…,line=…,title=…::headline`."""
    return "\n".join(_command(diagnostic) for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    properties = {"title": f"{diagnostic.code} {diagnostic.name}"}
    if diagnostic.place is not None:
        properties |= _position(*diagnostic.place)
    elif diagnostic.source is not None:
        properties["file"] = repository_path(diagnostic.source.name)
    written = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{diagnostic.severity} {written}::{_escaped(_message(diagnostic))}"


def _position(source: SourceFile, span: Span) -> dict[str, str]:
    """File, lines, and, of a place within one line, its first and last column."""
    start, end = source.location(span.start), source.location(span.end)
    found = {"file": repository_path(source.name), "line": str(start.line), "endLine": str(end.line)}
    if start.line == end.line:
        found |= {"col": str(start.column), "endColumn": str(max(start.column, end.column - 1))}
    return found


def _message(diagnostic: Diagnostic) -> str:
    lines = [diagnostic.headline]
    if diagnostic.primary is not None and diagnostic.primary.label:
        lines[0] += f": {diagnostic.primary.label}"
    for other in diagnostic.secondary:
        source = diagnostic.file_of(other)
        if source is not None:
            lines.append(f"{source.name}:{source.location(other.span.start).line}: {other.label}")
    lines += [f"note: {note}" for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"help: {diagnostic.help}")
    return "\n".join(lines)


def _escaped(text: str, special: str = "") -> str:
    """The text with what would end a command, or a property of one, written as its code."""
    for character in "%\r\n" + special:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
