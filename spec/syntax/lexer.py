"""Text to tokens: lark's lexer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.source import LONGEST_LINE, SourceFile, Span
from mlipilot.spec.syntax.grammar import grammar

if TYPE_CHECKING:
    from lark import Token


class Lexed(NamedTuple):
    """The tokens that mean something (newlines among them), and why there are none where a line is too long."""

    tokens: list[Token]
    diagnostics: list[Diagnostic]


def span_of(token: Token) -> Span:
    """The span of a lark token."""
    assert token.start_pos is not None
    assert token.end_pos is not None
    return Span(token.start_pos, token.end_pos)


def lex(source: SourceFile) -> Lexed:
    """Split a text into tokens; what begins no token is one of type `BAD` or `BAD_STRING`."""
    too_long = _long_line(source)
    if too_long is not None:
        return Lexed([], [too_long])
    return Lexed(list(grammar().lex(source.text)), [])


def _long_line(source: SourceFile) -> Diagnostic | None:
    starts = source.line_starts
    for number, start in enumerate(starts, 1):
        end = starts[number] - 1 if number < len(starts) else len(source.text)
        if end - start > LONGEST_LINE:
            return Diagnostic(
                "MLP0003",
                f"line {number} has {end - start:,} characters, more than the {LONGEST_LINE:,} a spec may have",
                source,
                Annotation(Span(start, start + 1), "this line"),
                help="break the line, or keep data in a file and name it in a `dataset` block",
            )
    return None
