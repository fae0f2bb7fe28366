"""Diagnostics with the source they speak of: headline, excerpt, carets, help, fix."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from mlipilot.compiler.render.style import Style, visible
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Severity
from mlipilot.spec.source import SourceFile

_MOST_LINES = 4
"""Lines of a fix that are shown."""
_WIDEST = 140
"""Columns of an excerpt; of a longer line the part around the span is shown."""
MOST_SHOWN = 50
"""Diagnostics that are shown in one run; the rest are counted."""
_TAB = "    "


def render_full(diagnostics: list[Diagnostic], style: Style) -> str:
    """Each diagnostic with its excerpt, and a closing line that counts them."""
    shown = [_render(diagnostic, style) for diagnostic in diagnostics[:MOST_SHOWN]]
    if len(diagnostics) > MOST_SHOWN:
        shown.append(f"… and {len(diagnostics) - MOST_SHOWN} more")
    return "\n\n".join(shown)


def _render(diagnostic: Diagnostic, style: Style) -> str:
    look = "error" if diagnostic.severity is Severity.ERROR else "warning"
    headline = style.paint(f"{diagnostic.severity}[{diagnostic.code}]", look) + style.paint(
        f": {visible(diagnostic.headline)}", "strong"
    )
    lines = [headline]
    files = _by_file(diagnostic)
    if not files and diagnostic.source is not None:
        lines.append(f" {style.paint('-->', 'frame')} {visible(diagnostic.source.name)}")
    gutter = len(str(max((number for _, marked in files for number in marked), default=1)))
    for position, (source, marked) in enumerate(files):
        if position:
            lines.append(f"{' ' * gutter} {style.paint('|', 'frame')}")
        lines += _excerpt(source, marked, gutter, look, style)
    pad = " " * gutter
    for note in diagnostic.notes:
        lines.append(f"{pad} {style.paint('=', 'frame')} {style.paint('note', 'strong')}: {visible(note)}")
    if diagnostic.help:
        lines.append(f"{pad} {style.paint('=', 'frame')} {style.paint('help', 'help')}: {visible(diagnostic.help)}")
    lines += _fix(diagnostic, gutter, style)
    return "\n".join(lines)


class _Mark(NamedTuple):
    """An annotation under its line."""

    annotation: Annotation
    is_primary: bool


def _by_file(diagnostic: Diagnostic) -> list[tuple[SourceFile, dict[int, list[_Mark]]]]:
    """The files that it speaks of, the primary place's first, each with its marks under their lines."""
    found: dict[str, tuple[SourceFile, dict[int, list[_Mark]]]] = {}
    if diagnostic.primary is None:
        return []
    for mark in (_Mark(diagnostic.primary, True), *(_Mark(other, False) for other in diagnostic.secondary)):
        source = diagnostic.file_of(mark.annotation)
        if source is not None:
            _, lines = found.setdefault(source.name, (source, {}))
            lines.setdefault(source.location(mark.annotation.span.start).line, []).append(mark)
    return [(source, dict(sorted(lines.items()))) for source, lines in found.values()]


def _excerpt(source: SourceFile, marked: dict[int, list[_Mark]], gutter: int, look: str, style: Style) -> list[str]:
    """A file's name, and its lines with what is said about them."""
    bar = style.paint("|", "frame")
    pad = " " * gutter
    marks = [mark for on_line in marked.values() for mark in on_line]
    first_of_all = min(marks, key=lambda mark: not mark.is_primary)
    place = source.location(first_of_all.annotation.span.start)
    lines = [f"{pad}{style.paint('-->', 'frame')} {visible(source.name)}:{place.line}:{place.column}", f"{pad} {bar}"]
    previous: int | None = None
    for number, on_line in marked.items():
        if previous is not None and number > previous + 1:
            lines.append(style.paint("...", "frame"))
        previous = number
        text = source.line(number)
        first = min(source.location(annotation.span.start).column for annotation, _ in on_line) - 1
        cut = max(0, first - _WIDEST // 2) if len(text) > _WIDEST else 0
        window = text[cut : cut + _WIDEST]
        shown = ("…" if cut else "") + visible(window).replace("\t", _TAB) + ("…" if cut + _WIDEST < len(text) else "")
        lines.append(f"{style.paint(str(number).rjust(gutter), 'frame')} {bar} {shown}".rstrip())
        for annotation, is_primary in sorted(on_line, key=lambda mark: -mark.annotation.span.start):
            column = source.location(annotation.span.start).column - 1 - cut
            until = (
                min(annotation.span.end, source.line_starts[number - 1] + len(text)) - source.line_starts[number - 1]
            )
            covered = window[column : max(column + 1, until - cut)]
            indent = _width(("…" if cut else "") + window[:column])
            carets = ("^" if is_primary else "-") * max(1, _width(covered))
            words = f"{carets} {visible(annotation.label)}".rstrip()
            lines.append(f"{pad} {bar} {' ' * indent}{style.paint(words, look if is_primary else 'frame')}")
    return lines


def _fix(diagnostic: Diagnostic, gutter: int, style: Style) -> list[str]:
    """What the fix does, and the lines as it would make them where it changes a few and parts none."""
    fix, source = diagnostic.fix, diagnostic.source
    if fix is None or source is None:
        return []
    doubt = " (look first)" if fix.applicability is Applicability.UNSAFE else ""
    shown = [f"{style.paint('fix', 'help')}: {visible(fix.message)}{doubt}"]
    lines = _changed(source, fix.edits)
    if not lines or len(lines) > _MOST_LINES or any(len(source.line(number)) > _WIDEST for number in lines):
        return shown
    shown.append(f"{' ' * gutter} {style.paint('|', 'frame')}")
    previous = None
    for number, edits in lines.items():
        if previous is not None and number > previous + 1:
            shown.append(style.paint("...", "frame"))
        previous = number
        shown += _mended(source, number, edits, gutter, style)
    return shown


def _changed(source: SourceFile, edits: Iterable[Edit]) -> dict[int, list[Edit]]:
    """The edits of each line; none where one of them joins or parts lines."""
    lines: dict[int, list[Edit]] = {}
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        number = source.location(edit.span.start).line
        if "\n" in edit.text or source.location(edit.span.end).line != number:
            return {}
        lines.setdefault(number, []).append(edit)
    return lines


def _mended(source: SourceFile, number: int, edits: list[Edit], gutter: int, style: Style) -> list[str]:
    """A line with its edits made, and marks under them."""
    start, text = source.line_starts[number - 1], source.line(number)
    pieces, marks, at = [], "", 0
    for edit in edits:
        low, high = edit.span.start - start, edit.span.end - start
        pieces += [text[at:low], edit.text]
        marks += " " * (_width("".join(pieces[:-1])) - len(marks)) + "~" * max(1, _width(edit.text))
        at = high
    text = "".join([*pieces, text[at:]])
    bar = style.paint("|", "frame")
    return [
        f"{style.paint(str(number).rjust(gutter), 'frame')} {bar} {visible(text).replace(chr(9), _TAB)}".rstrip(),
        f"{' ' * gutter} {bar} {style.paint(marks.rstrip(), 'good')}",
    ]


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        len(_TAB)
        if c == "\t"
        else 0
        if unicodedata.combining(c)
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


__all__ = ["render_full"]
