"""What other languages have and this one lacks (comments, dictionaries, powers), each with what stands here instead.

A row holds where a fault lies inside its pattern, so that text that can be read is never looked at. Its group `place`,
where it has one, is what is marked and replaced.
"""

from __future__ import annotations

import re

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax import foreign_lines, foreign_values
from mlipilot.spec.syntax.foreign_lines import named_as_used
from mlipilot.spec.syntax.remedies import Remedy

_HABITS = tuple((re.compile(pattern), remedy) for pattern, remedy in (*foreign_lines.ROWS, *foreign_values.ROWS))


def foreign(source: SourceFile, place: int) -> Diagnostic | None:
    """The form of another language that a fault at an offset lies in; None where it lies in none that is known."""
    line = source.location(place).line
    start, text = source.line_starts[line - 1], source.line(line)
    for pattern, remedy in _HABITS:
        for match in pattern.finditer(text):
            if not match.start() <= place - start <= match.end():
                continue
            found = remedy(match)
            if found is not None and found.replacement is not None:
                found = named_as_used(source.text, found)
            if found is not None:
                begin, end = match.span("place" if "place" in pattern.groupindex else 0)
                blank = len(text[begin:end]) - len(text[begin:end].lstrip())
                return _diagnostic(source, Span(start + begin + blank, start + len(text[:end].rstrip())), found)
    return None


def _diagnostic(source: SourceFile, span: Span, found: Remedy) -> Diagnostic:
    fix = None
    if found.replacement is not None:
        sure = Applicability.SAFE if found.sure else Applicability.UNSAFE
        fix = Fix(f"write `{found.replacement}`", (Edit(span, found.replacement),), sure)
    return Diagnostic("MLP0101", found.headline, source, Annotation(span, found.label), help=found.help, fix=fix)


__all__ = ["foreign"]
