"""Diagnostics with the source they speak of: headline, excerpt, carets, help, fix."""

from __future__ import annotations

import unicodedata

from mlipilot.compiler.render.style import Style, visible
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Severity
from mlipilot.spec.source import SourceFile

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
    gutter = 1
    if diagnostic.source is not None and diagnostic.primary is not None:
        lines_of_interest = _by_line(diagnostic)
        gutter = len(str(max(lines_of_interest)))
        lines += _excerpt(diagnostic.source, diagnostic.primary, lines_of_interest, gutter, look, style)
    pad = " " * gutter
    for note in diagnostic.notes:
        lines.append(f"{pad} {style.paint('=', 'frame')} {style.paint('note', 'strong')}: {visible(note)}")
    if diagnostic.help:
        lines.append(f"{pad} {style.paint('=', 'frame')} {style.paint('help', 'help')}: {visible(diagnostic.help)}")
    lines += _fix(diagnostic, gutter, style)
    return "\n".join(lines)


def _by_line(diagnostic: Diagnostic) -> dict[int, list[tuple[Annotation, bool]]]:
    """Annotations under the line that each begins on; the primary one is marked."""
    assert diagnostic.source is not None
    assert diagnostic.primary is not None
    found: dict[int, list[tuple[Annotation, bool]]] = {}
    for annotation, primary in [(diagnostic.primary, True), *((other, False) for other in diagnostic.secondary)]:
        line = diagnostic.source.location(annotation.span.start).line
        found.setdefault(line, []).append((annotation, primary))
    return dict(sorted(found.items()))


def _excerpt(
    source: SourceFile,
    primary: Annotation,
    lines_of_interest: dict[int, list[tuple[Annotation, bool]]],
    gutter: int,
    look: str,
    style: Style,
) -> list[str]:
    bar = style.paint("|", "frame")
    pad = " " * gutter
    place = source.location(primary.span.start)
    lines = [f"{pad}{style.paint('-->', 'frame')} {visible(source.name)}:{place.line}:{place.column}", f"{pad} {bar}"]
    previous: int | None = None
    for number, marked_here in lines_of_interest.items():
        if previous is not None and number > previous + 1:
            lines.append(style.paint("...", "frame"))
        previous = number
        text = source.line(number)
        first = min(source.location(annotation.span.start).column for annotation, _ in marked_here) - 1
        cut = max(0, first - _WIDEST // 2) if len(text) > _WIDEST else 0
        window = text[cut : cut + _WIDEST]
        shown = ("…" if cut else "") + visible(window).replace("\t", _TAB) + ("…" if cut + _WIDEST < len(text) else "")
        lines.append(f"{style.paint(str(number).rjust(gutter), 'frame')} {bar} {shown}".rstrip())
        for annotation, is_primary in sorted(marked_here, key=lambda pair: -pair[0].span.start):
            column = source.location(annotation.span.start).column - 1 - cut
            until = (
                min(annotation.span.end, source.line_starts[number - 1] + len(text)) - source.line_starts[number - 1]
            )
            marked = window[column : max(column + 1, until - cut)]
            indent = _width(("…" if cut else "") + window[:column])
            carets = ("^" if is_primary else "-") * max(1, _width(marked))
            words = f"{carets} {visible(annotation.label)}".rstrip()
            lines.append(f"{pad} {bar} {' ' * indent}{style.paint(words, look if is_primary else 'frame')}")
    return lines


def _fix(diagnostic: Diagnostic, gutter: int, style: Style) -> list[str]:
    """The line as the fix would make it, where it changes one line."""
    fix, source = diagnostic.fix, diagnostic.source
    if fix is None or source is None or any("\n" in edit.text for edit in fix.edits):
        return []
    number = source.location(fix.edits[0].span.start).line
    if any(source.location(edit.span.end).line != number for edit in fix.edits):
        return []
    start = source.line_starts[number - 1]
    text = source.line(number)
    if len(text) > _WIDEST:
        return []
    pieces, marks, at = [], "", 0
    for edit in sorted(fix.edits, key=lambda edit: edit.span.start):
        low, high = edit.span.start - start, edit.span.end - start
        pieces += [text[at:low], edit.text]
        marks += " " * (_width("".join(pieces[:-1])) - len(marks)) + "~" * max(1, _width(edit.text))
        at = high
    text = "".join([*pieces, text[at:]])
    bar = style.paint("|", "frame")
    pad = " " * gutter
    doubt = " (look first)" if fix.applicability is Applicability.UNSAFE else ""
    return [
        f"{style.paint('fix', 'help')}: {visible(fix.message)}{doubt}",
        f"{pad} {bar}",
        f"{style.paint(str(number).rjust(gutter), 'frame')} {bar} {visible(text).replace(chr(9), _TAB)}".rstrip(),
        f"{pad} {bar} {style.paint(marks.rstrip(), 'good')}",
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
