"""Text to tokens: lark's lexer, and the faults that can be seen in a token alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlipilot.spec.diagnostics import Annotation, Diagnostic, Edit, Fix
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


_UNIT_OPERATORS = ("/", "*", "^")
_QUOTES = dict.fromkeys("“”„‘’", '"')
_LOOKALIKES = {**_QUOTES, "−": "-", "–": "-", "—": "-", "≤": "<=", "≥": ">="}


def lex(source: SourceFile) -> Lexed:
    """Split a text into tokens; what begins no token is one of type `BAD` or `BAD_STRING`."""
    too_long = _long_line(source)
    if too_long is not None:
        return Lexed([], [too_long])
    return Lexed(list(grammar().lex(source.text)), [])


def faults_of_tokens(source: SourceFile, tokens: list[Token]) -> list[Diagnostic]:
    """What is wrong inside the tokens of one statement: one diagnostic a line."""
    lines: dict[int | None, list[Token]] = {}
    units: dict[int | None, Token] = {}
    for index, token in enumerate(tokens):
        if token.type in ("BAD", "BAD_STRING"):
            if token.line not in lines and index and tokens[index - 1].type == "QUANTITY" and token in _UNIT_OPERATORS:
                units[token.line] = tokens[index - 1]
            lines.setdefault(token.line, []).append(token)
    return [
        _unterminated(source, bad[-1])
        if bad[-1].type == "BAD_STRING"  # it ends its line, and a quote lost before it makes the rest look bad
        else _spaced_unit(source, units[line], bad, tokens)
        if line in units
        else _bad_character(source, bad)
        for line, bad in lines.items()
    ]


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


def _bad_character(source: SourceFile, bad: list[Token]) -> Diagnostic:
    """About the first of a line's bad tokens; where all of them look like something, one fix mends them all."""
    span = span_of(bad[0])
    character = str(bad[0])
    meant = _LOOKALIKES.get(character)
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    edits = [Edit(span_of(token), _LOOKALIKES[str(token)]) for token in bad if str(token) in _LOOKALIKES]
    return Diagnostic(
        "MLP0004",
        f"unexpected character `{shown}`",
        source,
        Annotation(
            span, f"U+{ord(character):04X}" if not character.isascii() else "begins no word, number or operator"
        ),
        help=f"write `{meant}`" if meant else "",
        fix=Fix(f"write `{meant}`", tuple(edits)) if meant and len(edits) == len(bad) else None,
    )


def _spaced_unit(source: SourceFile, quantity: Token, bad: list[Token], tokens: list[Token]) -> Diagnostic:
    """`30 meV / Å`: blanks inside a unit."""
    start, end = span_of(quantity).end, span_of(quantity).end
    turn = "BAD"
    place = next(index for index, token in enumerate(tokens) if token is quantity)
    for token in tokens[place + 1 :]:
        if token.line != quantity.line or token.type != turn or (turn == "BAD" and token not in _UNIT_OPERATORS):
            break
        end = span_of(token).end
        turn = "WORD" if turn == "BAD" else "BAD"
    rest = Span(start, end)
    tight = "".join(source.slice(rest).split())
    is_whole = turn == "BAD" and all(span_of(token).end <= end for token in bad)
    return Diagnostic(
        "MLP0004",
        f"unexpected character `{bad[0]}`",
        source,
        Annotation(span_of(bad[0]), "a unit is one word, without blanks"),
        help=f"write `{quantity}{tight}`" if is_whole else "",
        fix=Fix("remove the blanks", (Edit(rest, tight),)) if is_whole else None,
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
