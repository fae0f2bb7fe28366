"""Diagnostics one a line, for people in a hurry and for editors that match lines."""

from __future__ import annotations

from mlipilot.compiler.render.style import Style, visible
from mlipilot.spec.diagnostics import Diagnostic


def render_concise(diagnostics: list[Diagnostic], style: Style) -> str:
    """`file:line:column: error[CODE] headline`; the file alone where it is about no place in it."""
    lines = []
    for diagnostic in diagnostics:
        place = ""
        if diagnostic.place is not None:
            source, span = diagnostic.place
            location = source.location(span.start)
            place = f"{source.name}:{location.line}:{location.column}: "
        elif diagnostic.source is not None:
            place = f"{diagnostic.source.name}: "
        code = style.paint(f"{diagnostic.severity}[{diagnostic.code}]", diagnostic.severity.value)
        lines.append(f"{place}{code} {visible(diagnostic.headline)}")
    return "\n".join(lines)
