"""Characters and strings that are none of the language's: what they look like, and what was meant.

Where the meaning of every bad character of a line is known, one fix mends the line.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mlipilot.spec.confusables import stranger
from mlipilot.spec.diagnostics import Annotation, Diagnostic, Edit, Fix, with_edits
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.grammar import grammar
from mlipilot.spec.syntax.lexer import span_of
from mlipilot.spec.units import Unit, unit

if TYPE_CHECKING:
    from lark import Token

_UNIT_OPERATORS = ("/", "*", "^", "·")
_UNIT_WORDS = ("WORD", "UNIT")
_LOOKALIKES = {"−": "-", "–": "-", "—": "-", "≤": "<=", "≥": ">=", "≠": "!=", "…": ".."}
_CLOSERS = {"“": "”“", "”": "”", "„": "“”", "«": "»", "‘": "’", "’": "’", "‚": "‘’", "'": "'"}
"""Quotes of word processors and of other languages, and what closes each."""


class _Meant(NamedTuple):
    """What a bad character was meant for."""

    help: str
    fix: str
    edits: tuple[Edit, ...]
    """In a line's own offsets; empty where there is only advice to give."""


def faults_of_tokens(source: SourceFile, tokens: list[Token]) -> list[Diagnostic]:
    """What is wrong inside the tokens of one statement: one diagnostic a line."""
    lines: dict[int | None, list[Token]] = {}
    units: dict[int | None, Token] = {}
    for index, token in enumerate(tokens):
        if token.type in ("BAD", "BAD_STRING"):
            if token.line not in lines and token in _UNIT_OPERATORS and _parts_a_unit(tokens, index):
                units[token.line] = tokens[index - 1]
            lines.setdefault(token.line, []).append(token)
    return [
        _unterminated(source, bad[-1])
        if bad[-1].type == "BAD_STRING"  # it ends its line, and a quote lost before it makes the rest look bad
        else _spaced_unit(source, units[line], bad, tokens)
        if line in units
        else _bad_characters(source, bad[0])
        for line, bad in lines.items()
    ]


def _bad_characters(source: SourceFile, token: Token) -> Diagnostic:
    """About the first bad character of a line, with a fix for all of them."""
    character = str(token)
    code = f"U+{ord(character):04X}"
    name, shown = _name(character), character if character.isprintable() else code
    location = source.location(span_of(token).start)
    line = source.line(location.line)
    meant = _meaning(line, location.column - 1)
    return Diagnostic(
        "MLP0004",
        f"unexpected {name} ({code})" if name else f"unexpected character `{shown}`",
        source,
        Annotation(span_of(token), code if not character.isascii() else "begins no word, number or operator"),
        help=meant.help if meant is not None else "",
        fix=_mended(line, source.line_starts[location.line - 1]),
    )


def _mended(line: str, start: int) -> Fix | None:
    """One fix for all bad characters of a line that begins at `start`; None where one has no clear meaning."""
    if '"""' in line:
        return None  # which of its characters are text is not known from the line alone
    tokens = list(grammar().lex(line))
    edits: list[Edit] = []
    messages: list[str] = []
    for index, token in enumerate(tokens):
        if token.type != "BAD" or (edits and span_of(token).start < edits[-1].span.end):
            continue  # the second: inside a string whose quotes are mended
        meant = _meaning(line, span_of(token).start, tokens[:index], tokens[index + 1 :])
        if meant is None or not meant.edits:
            return None
        edits += meant.edits
        messages.append(meant.fix)
    if not edits or any(token.type in ("BAD", "BAD_STRING") for token in grammar().lex(with_edits(line, edits))):
        return None
    placed = tuple(Edit(Span(start + edit.span.start, start + edit.span.end), edit.text) for edit in edits)
    return Fix("; ".join(dict.fromkeys(messages)), placed)


def _meaning(line: str, at: int, before: Sequence[Token] = (), after: Sequence[Token] = ()) -> _Meant | None:
    """What the character at a place of a line was meant for, between the line's other tokens."""
    if at >= len(line):  # a carriage return without a line feed, which is no part of its line
        return None
    character, span = line[at], Span(at, at + 1)
    if character in _LOOKALIKES:
        write = f"write `{_LOOKALIKES[character]}`"
        return _Meant(write, write, (Edit(span, _LOOKALIKES[character]),))
    if character in _CLOSERS:
        help_ = 'a string stands between `"` and `"`'
        return _Meant(help_, 'write `"`', _quotes(line, at, _CLOSERS[character]))
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        write = f"write `{digit}`"
        return _Meant(f"{write}: {stranger(character) or 'digits are 0 to 9'}", write, (Edit(span, str(digit)),))
    if character in _UNIT_OPERATORS:
        return _Meant("values are not calculated, and a unit is one word without blanks", "", ())
    if character == ";":
        return _semicolon(span, before, after)
    if _name(character):
        is_blank = unicodedata.category(character) == "Zs"
        write = "write a plain blank" if is_blank else "remove it"
        return _Meant(write, write, (Edit(span, " " if is_blank else ""),))
    return None


def _name(character: str) -> str:
    """What a character that cannot be seen is called; empty for one that can, or that has no name."""
    is_unseen = unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cf")
    return unicodedata.name(character, "").lower() if is_unseen else ""


def _quotes(line: str, opener: int, closers: str) -> tuple[Edit, ...]:
    """Edits of a string's two quotes; none where it is not closed on its line, or holds what would need an escape."""
    for at in range(opener + 1, len(line)):
        if line[at] in closers and not line[at + 1 : at + 2].isalnum():  # an apostrophe stands in a word
            if set(line[opener:at]) & {'"', "\\"}:
                return ()
            return Edit(Span(opener, opener + 1), '"'), Edit(Span(at, at + 1), '"')
    return ()


def _semicolon(span: Span, before: Sequence[Token], after: Sequence[Token]) -> _Meant:
    """`;` after a statement, as other languages have it."""
    help_ = "a statement ends at the end of its line; on one line `,` parts two"
    own = list(itertools.takewhile(lambda token: token.type not in ("LBRACE", "RBRACE"), reversed(before)))
    depth = sum({"LPAR": 1, "LSQB": 1, "RPAR": -1, "RSQB": -1}.get(token.type, 0) for token in own)
    is_ended = own and not depth and any(token.type in _STATEMENT for token in own)
    if not is_ended and own:
        return _Meant(help_, "", ())
    if after and after[0].type not in ("RBRACE", "BAD"):
        return _Meant(help_, "write `,`", (Edit(span, ","),)) if own else _Meant(help_, "", ())
    return _Meant(help_, "remove the `;`", (Edit(span, ""),))


_STATEMENT = {"EQUAL", "COMPARE", "RULE", "EDITION", "IMPORT", "TILDE"}
"""Tokens that heads of blocks do not have."""


def _parts_a_unit(tokens: list[Token], index: int) -> bool:
    """Whether an operator stands after a quantity, or between two units without a number."""
    around = [tokens[at] for at in (index - 1, index + 1) if 0 <= at < len(tokens)]
    if index and around[0].type == "QUANTITY":
        return True
    return len(around) == 2 and all(t.type in _UNIT_WORDS and isinstance(unit(str(t)), Unit) for t in around)


def _spaced_unit(source: SourceFile, quantity: Token, bad: list[Token], tokens: list[Token]) -> Diagnostic:
    """`30 meV / Å`, `kcal / mol`: blanks inside a unit."""
    start, end = span_of(quantity).end, span_of(quantity).end
    turn = "BAD"
    place = next(index for index, token in enumerate(tokens) if token is quantity)
    for token in tokens[place + 1 :]:
        is_next = token in _UNIT_OPERATORS if turn == "BAD" else token.type in _UNIT_WORDS
        if token.line != quantity.line or not is_next:
            break
        end = span_of(token).end
        turn = "UNIT" if turn == "BAD" else "BAD"
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
