"""Text to tokens: lark's lexer, and the faults that can be seen in a token alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlipilot.spec.diagnostics import Annotation, Diagnostic, Edit, Fix
from mlipilot.spec.source import LONGEST_LINE, SourceFile, Span
from mlipilot.spec.syntax.grammar import grammar

if TYPE_CHECKING:
    from lark import Token


class Lexed(NamedTuple):
    """The tokens that mean something (newlines among them) and the faults."""

    tokens: list[Token]
    diagnostics: list[Diagnostic]


def span_of(token: Token) -> Span:
    """The span of a lark token."""
    assert token.start_pos is not None
    assert token.end_pos is not None
    return Span(token.start_pos, token.end_pos)


_QUOTES = dict.fromkeys("“”„‘’", '"')
_LOOKALIKES = {**_QUOTES, "−": "-", "–": "-", "—": "-", "≤": "<=", "≥": ">="}


def lex(source: SourceFile) -> Lexed:
    """Split a text into tokens; what begins no token is reported once and left out."""
    too_long = _long_line(source)
    if too_long is not None:
        return Lexed([], [too_long])
    tokens: list[Token] = []
    diagnostics: list[Diagnostic] = []
    for token in grammar().lex(source.text):
        kind = token.type
        if kind == "BAD":
            diagnostics.append(_bad_character(source, token))
            tokens.append(token)
        elif kind == "BAD_STRING":
            diagnostics.append(_unterminated(source, token))
            tokens.append(token)
        else:
            tokens.append(token)
    return Lexed(tokens, diagnostics)


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


def _bad_character(source: SourceFile, token: Token) -> Diagnostic:
    span = span_of(token)
    character = str(token)
    meant = _LOOKALIKES.get(character)
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return Diagnostic(
        "MLP0004",
        f"unexpected character `{shown}`",
        source,
        Annotation(
            span, f"U+{ord(character):04X}" if not character.isascii() else "begins no word, number or operator"
        ),
        help=f"write `{meant}`" if meant else "",
        fix=Fix(f"write `{meant}`", (Edit(span, meant),)) if meant else None,
    )


def _unterminated(source: SourceFile, token: Token) -> Diagnostic:
    span = span_of(token)
    text = str(token).rstrip("\r")
    return Diagnostic(
        "MLP0005",
        "string is not closed on its line",
        source,
        Annotation(Span(span.start, span.start + len(text)), 'no closing `"`'),
        help='close it with `"`; a text of several lines stands between `"""` and `"""`',
    )
