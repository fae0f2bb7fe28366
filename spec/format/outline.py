"""Statements with the comments that belong to them.

A comment alone on its line belongs to the statement after it, any other to the statement that it trails.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlipilot.spec.format.comments import Comment, Lexemes, lexemes
from mlipilot.spec.format.unit_words import usually_spelt
from mlipilot.spec.schema import KINDS
from mlipilot.spec.source import SourceFile
from mlipilot.spec.syntax.lexer import span_of
from mlipilot.spec.syntax.structure import Piece, span_of_piece, split_statements

if TYPE_CHECKING:
    from lark import Token


@dataclass
class Body:
    """Statements that stand one under another."""

    statements: list[Statement] = field(default_factory=list)
    bottom: list[Comment] = field(default_factory=list)
    """Comments after the last statement."""


@dataclass
class Statement:
    """One statement, or a block with its body, and its comments."""

    tokens: list[Token]
    """Of a block, its head."""
    apart: bool
    """An empty line stood before it."""
    body: Body | None = None
    one_line: bool = False
    """A block that stood on one line."""
    above: list[Comment] = field(default_factory=list)
    inside: list[Comment] = field(default_factory=list)
    """Between its tokens."""
    opening: Comment | None = None
    """After a block's `{`."""
    trailing: Comment | None = None


class _Outliner:
    def __init__(self, found: Lexemes) -> None:
        self.found = found
        self.tokens = [token for token in found.tokens if token.type not in ("NEWLINE", "COMMA")]
        self.starts = [span_of(token).start for token in self.tokens]
        self.next = 0
        """The first comment that has no place yet."""

    def body(self, pieces: list[Piece], end: int) -> Body:
        """Statements up to an offset, with all comments before it."""
        body = Body()
        for piece in pieces:
            span = span_of_piece(piece)
            tokens, apart = usually_spelt(piece.tokens), span.start in self.found.apart
            statement = Statement(tokens, apart, above=self._before(span.start))
            if piece.body is None:
                statement.inside = self._before(span.end)
            else:
                opener, closer = self._token(span_of(piece.tokens[-1]).end), self._token(span.end - 1)
                statement.one_line = piece.tokens[0].line == closer.line
                statement.opening = self._trailing(span_of(opener).end)
                statement.body = self.body(piece.body, span.end - 1)
            statement.trailing = self._trailing(span.end)
            body.statements.append(statement)
        body.bottom = self._before(end)
        return body

    def _token(self, offset: int) -> Token:
        """The first token from an offset on, newlines and commas left out."""
        return self.tokens[bisect.bisect_left(self.starts, offset)]

    def _before(self, offset: int) -> list[Comment]:
        """The comments before an offset that have no place yet."""
        first, comments = self.next, self.found.comments
        while self.next < len(comments) and comments[self.next].start < offset:
            self.next += 1
        return comments[first : self.next]

    def _trailing(self, offset: int) -> Comment | None:
        """The comment that follows what ends at an offset, on its line and with no token between."""
        comment = next(iter(self.found.comments[self.next : self.next + 1]), None)
        if comment is None or comment.alone:
            return None
        position = bisect.bisect_left(self.starts, offset)
        if position < len(self.starts) and self.starts[position] < comment.start:
            return None
        self.next += 1
        return comment


def outline(source: SourceFile) -> Body:
    """The statements of a text that parses."""
    found = lexemes(source)
    pieces, _ = split_statements(source, found.tokens, KINDS)
    return _Outliner(found).body(pieces, len(source.text) + 1)
