"""Characters and strings that are none of the language's: what they look like, and what was meant.

Where the meaning of every bad character of a line is known, one fix mends the line.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from mlipilot.spec.diagnostics import Annotation, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.grammar import grammar
from mlipilot.spec.syntax.lexer import span_of

if TYPE_CHECKING:
    from lark import Token

_UNIT_OPERATORS = ("/", "*", "^")
_LOOKALIKES = {"−": "-", "–": "-", "—": "-", "≤": "<=", "≥": ">=", "≠": "!=", "…": ".."}
_CLOSERS = {"“": "”“", "”": "”", "„": "“”", "«": "»", "‘": "’", "’": "’", "‚": "‘’", "'": "'"}
"""Quotes of word processors and of other languages, and what closes each."""


class _Meant(NamedTuple):
    """What a bad character was meant for."""

    help: str
    edits: tuple[Edit, ...]
    """Empty where there is only advice to give."""


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
        else _bad_characters(source, bad, tokens)
        for line, bad in lines.items()
    ]


def _bad_characters(source: SourceFile, bad: list[Token], tokens: list[Token]) -> Diagnostic:
    """About the first of a line's bad characters."""
    character = str(bad[0])
    code = f"U+{ord(character):04X}"
    meant = _meaning(source, bad[0], tokens)
    odd = character if character.isprintable() else code
    name = _name(character)
    return Diagnostic(
        "MLP0004",
        f"unexpected {name} ({code})" if name else f"unexpected character `{odd}`",
        source,
        Annotation(span_of(bad[0]), code if not character.isascii() else "begins no word, number or operator"),
        help=meant.help if meant is not None else "",
        fix=_mended(source, bad, tokens),
    )


def _mended(source: SourceFile, bad: list[Token], tokens: list[Token]) -> Fix | None:
    """One fix for all bad characters of a line; None where one of them has no clear meaning."""
    edits: list[Edit] = []
    first = _meaning(source, bad[0], tokens)
    for token in bad:
        if edits and span_of(token).start < edits[-1].span.end:
            continue  # inside a string whose quotes are mended
        meant = _meaning(source, token, tokens)
        if meant is None or not meant.edits:
            return None
        edits += meant.edits
    assert first is not None
    number = source.location(span_of(bad[0]).start).line
    start = source.line_starts[number - 1]
    line = source.line(number)
    for edit in reversed(edits):
        line = line[: edit.span.start - start] + edit.text + line[edit.span.end - start :]
    is_clean = not any(token.type in ("BAD", "BAD_STRING") for token in grammar().lex(line))
    return Fix(first.help, tuple(edits)) if is_clean else None


def _meaning(source: SourceFile, token: Token, tokens: list[Token]) -> _Meant | None:
    character, span = str(token), span_of(token)
    if character in _LOOKALIKES:
        meant = _LOOKALIKES[character]
        return _Meant(f"write `{meant}`", (Edit(span, meant),))
    if character in _CLOSERS:
        return _Meant('a string stands between `"` and `"`', _quotes(source, span, _CLOSERS[character]))
    if character == ";":
        return _semicolon(span, token, tokens)
    if _name(character):
        is_blank = unicodedata.category(character) == "Zs"
        return _Meant("write a plain blank" if is_blank else "remove it", (Edit(span, " " if is_blank else ""),))
    return None


def _name(character: str) -> str:
    """What a character that cannot be seen is called; empty for one that can, or that has no name."""
    is_unseen = unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cf")
    return unicodedata.name(character, "").lower() if is_unseen else ""


def _quotes(source: SourceFile, opener: Span, closers: str) -> tuple[Edit, ...]:
    """Edits of a string's two quotes; none where it is not closed on its line, or holds what would need an escape."""
    line = source.location(opener.start).line
    text = source.line(line)
    begin = opener.end - source.line_starts[line - 1]
    for at in range(begin, len(text)):
        if text[at] in closers and not text[at + 1 : at + 2].isalnum():  # an apostrophe stands in a word
            if set(text[begin:at]) & {'"', "\\"}:
                return ()
            place = source.line_starts[line - 1] + at
            return Edit(opener, '"'), Edit(Span(place, place + 1), '"')
    return ()


def _semicolon(span: Span, token: Token, tokens: list[Token]) -> _Meant | None:
    """`;` after a statement, as other languages have it."""
    place = next(index for index, other in enumerate(tokens) if other is token)
    before, after = tokens[:place], tokens[place + 1 :]
    depth = sum({"LPAR": 1, "LSQB": 1, "RPAR": -1, "RSQB": -1}.get(other.type, 0) for other in before)
    if depth or not (before or after) or not any(other.type in _STATEMENT for other in before):
        return None if before or after else _Meant("remove it", (Edit(span, ""),))
    if after:
        return _Meant("statements on one line are parted by `,`", (Edit(span, ","),))
    return _Meant("a statement ends at the end of its line", (Edit(span, ""),))


_STATEMENT = {"EQUAL", "COMPARE", "RULE", "EDITION", "IMPORT", "TILDE"}
"""Tokens that heads of blocks do not have."""


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
