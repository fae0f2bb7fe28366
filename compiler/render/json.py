"""Diagnostics as JSON, for programs; offsets are UTF-8 bytes, lines and columns count from 1."""

from __future__ import annotations

import json
from typing import Any

from mlipilot.compiler.render.style import Style
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.source import SourceFile, Span


def render_json(diagnostics: list[Diagnostic], style: Style) -> str:
    """A list of records."""
    return json.dumps([record(diagnostic) for diagnostic in diagnostics], ensure_ascii=False, indent=2)


def render_json_lines(diagnostics: list[Diagnostic], style: Style) -> str:
    """A record a line."""
    return "\n".join(json.dumps(record(diagnostic), ensure_ascii=False) for diagnostic in diagnostics)


def record(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as a JSON object."""
    source, primary, fix = diagnostic.source, diagnostic.primary, diagnostic.fix
    place = diagnostic.place
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.headline,
        "filename": place[0].name if place else source.name if source else None,
        "location": _place(*place) if place else None,
        "label": primary.label if primary else "",
        "secondary": [_annotation(diagnostic, other) for other in diagnostic.secondary],
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
        "fix": None
        if fix is None or source is None
        else {
            "message": fix.message,
            "applicability": fix.applicability.value,
            "edits": [{**_place(source, edit.span), "text": edit.text} for edit in fix.edits],
        },
    }


def _annotation(diagnostic: Diagnostic, annotation: Annotation) -> dict[str, Any]:
    source = diagnostic.file_of(annotation)
    return {
        "filename": source.name if source else None,
        "location": _place(source, annotation.span) if source else None,
        "label": annotation.label,
    }


def _place(source: SourceFile, span: Span) -> dict[str, Any]:
    start, end = source.location(span.start), source.location(span.end)
    return {
        "start": {"line": start.line, "column": start.column, "offset": source.byte_offset(span.start)},
        "end": {"line": end.line, "column": end.column, "offset": source.byte_offset(span.end)},
    }
