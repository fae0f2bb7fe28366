"""Comments: the lexer leaves them out, so they are found in the gaps between its tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlipilot.spec.source import SourceFile
from mlipilot.spec.syntax.lexer import lex, span_of

if TYPE_CHECKING:
    from lark import Token


class Comment(NamedTuple):
    """A comment as it was written, and where it stood."""

    text: str
    start: int
    alone: bool
    """Nothing but blanks and commas stood before it on its line."""
    apart: bool
    """An empty line stood before it."""


class Lexemes(NamedTuple):
    """What a text is made of besides blanks."""

    tokens: list[Token]
    """Newlines among them."""
    comments: list[Comment]
    apart: frozenset[int]
    """Where the tokens begin that have an empty line before them."""


def lexemes(source: SourceFile) -> Lexemes:
    """The tokens and comments of a text that parses."""
    tokens = lex(source).tokens
    comments: list[Comment] = []
    apart: set[int] = set()
    at, alone, newlines = 0, True, 0
    for token in [*tokens, None]:
        start = span_of(token).start if token is not None else len(source.text)
        mark = source.text.find("#", at, start)  # a gap holds blanks, and at most one comment at its end
        if mark >= 0:
            text = source.text[mark:start].rstrip(" \t\r\f")
            comments.append(Comment(text, mark, alone, newlines > 1))
            alone, newlines = False, 0
        if token is None:
            break
        if token.type == "NEWLINE":
            newlines += 1
            alone = True
        elif token.type != "COMMA":
            if newlines > 1:
                apart.add(start)
            alone, newlines = False, 0
        at = span_of(token).end
    return Lexemes(tokens, comments, frozenset(apart))
