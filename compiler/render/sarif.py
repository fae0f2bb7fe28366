"""Diagnostics as SARIF 2.1.0 (OASIS), which code-scanning services read."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

from mlipilot.compiler.render.repository import repository_uri
from mlipilot.compiler.render.style import Style
from mlipilot.spec.diagnostics import CATALOGUE, Annotation, Applicability, Diagnostic, Fix
from mlipilot.spec.diagnostics.pages import read_page
from mlipilot.spec.source import SourceFile, Span


def render_sarif(diagnostics: list[Diagnostic], style: Style) -> str:
    """A log of one run; its rules are the codes that were raised."""
    from mlipilot import __version__

    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    rules = [_rule(code) for code in codes]
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": {"name": "mlipilot", "semanticVersion": __version__, "rules": rules}},
        "columnKind": "utf16CodeUnits",
        "results": [_result(diagnostic, codes, seen) for diagnostic in diagnostics],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _rule(code: str) -> dict[str, Any]:
    entry = CATALOGUE[code]
    return {
        "id": code,
        "name": entry.name,
        "shortDescription": {"text": entry.meaning},
        "help": {"text": f"{entry.meaning}; see `mlipilot explain {code}`", **_page(code)},
        "defaultConfiguration": {"level": entry.severity.value},
    }


def _page(code: str) -> dict[str, str]:
    """The page of a code, where the installation has it."""
    try:
        return {"markdown": read_page(code).markdown}
    except OSError:
        return {}


def _result(diagnostic: Diagnostic, codes: list[str], seen: Counter[str]) -> dict[str, Any]:
    words = [diagnostic.headline, *diagnostic.notes, *([diagnostic.help] if diagnostic.help else [])]
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": diagnostic.severity.value,
        "message": {"text": "\n".join(words)},
    }
    if diagnostic.place is not None:
        label = diagnostic.primary.label if diagnostic.primary is not None else ""
        result["locations"] = [_location(*diagnostic.place, label)]
        result["partialFingerprints"] = {"primaryLocationLineHash": _fingerprint(diagnostic, seen)}
    elif diagnostic.source is not None:
        result["locations"] = [{"physicalLocation": _artifact(diagnostic.source)}]
    related = [_related(diagnostic, other) for other in diagnostic.secondary if diagnostic.file_of(other) is not None]
    if related:
        result["relatedLocations"] = [{"id": number, **place} for number, place in enumerate(related)]
    fix = diagnostic.fix
    if fix is not None and diagnostic.source is not None and fix.applicability is not Applicability.DISPLAY:
        result["fixes"] = [_fix(diagnostic.source, fix)]
    return result


def _related(diagnostic: Diagnostic, annotation: Annotation) -> dict[str, Any]:
    source = diagnostic.file_of(annotation)
    assert source is not None
    return _location(source, annotation.span, annotation.label)


def _location(source: SourceFile, span: Span, label: str) -> dict[str, Any]:
    place: dict[str, Any] = {"physicalLocation": {**_artifact(source), "region": _region(source, span)}}
    return {**place, "message": {"text": label}} if label else place


def _artifact(source: SourceFile) -> dict[str, Any]:
    return {"artifactLocation": {"uri": repository_uri(source.name)}}


def _region(source: SourceFile, span: Span) -> dict[str, int]:
    """Lines, and columns in UTF-16 units, from 1; the end is exclusive."""
    start, end = source.location(span.start), source.location(span.end)
    return {
        "startLine": start.line,
        "startColumn": _units(source, span.start) + 1,
        "endLine": end.line,
        "endColumn": _units(source, span.end) + 1,
    }


def _units(source: SourceFile, offset: int) -> int:
    """UTF-16 units before a character on its line."""
    begin = source.line_starts[source.location(offset).line - 1]
    return len(source.text[begin:offset].encode("utf-16-le")) // 2


def _fix(source: SourceFile, fix: Fix) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(source, edit.span), "insertedContent": {"text": edit.text}} for edit in fix.edits
    ]
    return {
        "description": {"text": fix.message + (" (look first)" if fix.applicability is Applicability.UNSAFE else "")},
        "artifactChanges": [{**_artifact(source), "replacements": replacements}],
    }


def _fingerprint(diagnostic: Diagnostic, seen: Counter[str]) -> str:
    """From the code and the text of the line, not its number: an alert stays the same when lines move around it.

    Equal lines are told apart by which of them it is.
    """
    assert diagnostic.place is not None
    source, span = diagnostic.place
    number = source.location(span.start).line
    text = source.line(number).strip()
    before = sum(source.line(other).strip() == text for other in range(1, number))
    fingerprint = hashlib.sha256(f"{diagnostic.code}\0{text}\0{before}".encode()).hexdigest()[:16]
    key = f"{source.name}\0{fingerprint}"
    seen[key] += 1
    return f"{fingerprint}:{seen[key]}"
