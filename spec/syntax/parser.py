"""Statements to the tree: each statement is parsed alone, so each fault is reported alone."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, with_edits
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.build import Builder
from mlipilot.spec.syntax.characters import faults_of_tokens
from mlipilot.spec.syntax.grammar import grammar
from mlipilot.spec.syntax.lexer import lex, span_of
from mlipilot.spec.syntax.mistakes import explain
from mlipilot.spec.syntax.structure import Piece, span_of_piece, split_statements
from mlipilot.spec.syntax.tree import Block, Broken, Expression, File, Head, Statement

if TYPE_CHECKING:
    from lark import Token

    from mlipilot.spec.syntax.enclosures import Enclosed


class Parsed(NamedTuple):
    """A tree, and what was wrong with the text; the tree is whole either way."""

    file: File
    diagnostics: list[Diagnostic]


class _Parser:
    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self.builder = Builder(source, self.diagnostics)

    def statement(self, piece: Piece) -> Statement:
        span = span_of_piece(piece)
        body = tuple(self.statement(inner) for inner in piece.body or ())
        faults = self._token_faults(piece)
        self.diagnostics += faults
        if piece.reported or faults:
            return Broken(_words(piece), body, span)
        node = self._parse("head" if piece.body is not None else "statement", piece)
        if node is None:
            return Broken(_words(piece), body, span)
        if piece.body is not None:
            return Block(cast("Head", node), body, span)
        return cast("Statement", node)

    def _token_faults(self, piece: Piece) -> list[Diagnostic]:
        bad = next((token for token in piece.tokens if token.type in ("BAD", "BAD_STRING")), None)
        if bad is None:
            return []
        from mlipilot.spec.syntax.habits import foreign

        found = foreign(self.source, span_of(bad).start)
        return [found] if found is not None else faults_of_tokens(self.source, piece.tokens)

    def _foreign(self, piece: Piece, position: int) -> Diagnostic | None:
        """The form of another language that the token at a position, or the one before it, is part of."""
        from mlipilot.spec.syntax.habits import foreign  # most specs have no fault

        near = piece.tokens[max(0, position - 1) : position + 1]
        places = [span_of(token).start for token in reversed(near)]
        return next((found for place in places if (found := foreign(self.source, place)) is not None), None)

    def _parse(self, start: str, piece: Piece) -> Any | None:
        from lark.exceptions import UnexpectedToken

        parser = grammar().parse_interactive(start=start)
        try:
            for token in piece.tokens:
                parser.feed_token(token)
            tree = parser.feed_eof(piece.tokens[-1] if piece.tokens else None)
        except UnexpectedToken as error:
            position = next((i for i, t in enumerate(piece.tokens) if t is error.token), len(piece.tokens))
            expected = parser.accepts()
            found = self._foreign(piece, position) or explain(self.source, piece, position, expected)
            self.diagnostics.append(self._doubted(start, piece, found))
            return None
        faults = len(self.diagnostics)
        node = self.builder.build(tree)
        return node if len(self.diagnostics) == faults else None

    def _doubted(self, start: str, piece: Piece, diagnostic: Diagnostic) -> Diagnostic:
        """The diagnostic, its fix marked as unsafe where the statement could not be read after it either."""
        fix, whole = diagnostic.fix, span_of_piece(piece)
        if fix is None or not piece.tokens or piece.body is not None:
            return diagnostic
        text = with_edits(self.source.text, fix.edits)
        mended = SourceFile("<mended>", text[whole.start : whole.end + len(text) - len(self.source.text)])
        if _reads(start, mended):
            return diagnostic
        return replace(diagnostic, fix=fix._replace(applicability=Applicability.UNSAFE))


def _reads(start: str, source: SourceFile) -> bool:
    """Whether a text is one statement."""
    from lark.exceptions import UnexpectedToken

    parser = grammar().parse_interactive(start=start)
    try:
        tokens = [token for token in lex(source).tokens if token.type != "NEWLINE"]
        for token in tokens:
            parser.feed_token(token)
        parser.feed_eof(tokens[-1] if tokens else None)
    except UnexpectedToken:
        return False
    return True


def _words(piece: Piece) -> frozenset[str]:
    """Names that a broken statement may have meant to give."""
    words: set[str] = set()
    for token in piece.tokens:
        if token.type == "QUANTITY":
            words.update(str(token).split()[1:])
        elif token.type == "UNIT":
            words.update(re.findall(r"\w+", token))
        elif token.type in ("BAD_STRING", "WORD"):
            words.update(str(token).replace("=", " ").replace(",", " ").split())
    return frozenset(words)


def parse(source: SourceFile, kinds: frozenset[str]) -> Parsed:
    """Parse a spec.

    `kinds` are the words that begin a block (the schema's). Every fault of the text is reported in this one
    run, one diagnostic each; a statement that cannot be read becomes `Broken`.
    """
    lexed = lex(source)
    if lexed.diagnostics:
        return Parsed(File(()), lexed.diagnostics)
    enclosed = _enclosed(source, lexed.tokens)
    if enclosed is not None:
        lexed = lex(source.with_text(enclosed.text))
    pieces, faults = split_statements(source, lexed.tokens, kinds)
    parser = _Parser(source)
    statements = tuple(parser.statement(piece) for piece in pieces)
    found = [*faults, *parser.diagnostics]
    if enclosed is not None:
        others = (d for d in found if d.primary is not None and d.primary.span.start not in enclosed.places)
        found = [*enclosed.diagnostics, *others]
    diagnostics = sorted(_one_a_line(source, found), key=lambda diagnostic: diagnostic.order)
    if not statements and not diagnostics:
        diagnostics.append(
            Diagnostic(
                "MLP0002",
                f"`{source.name}` has no statement",
                source,
                Annotation(Span(0, 0)),
                help='begin with `edition "2026"` and an `experiment` block',
            )
        )
    return Parsed(File(statements), diagnostics)


def _enclosed(source: SourceFile, tokens: list[Token]) -> Enclosed | None:
    """What is foreign or unclosed over several lines; None in a file that can be read."""
    if '"""' not in source.text and not any(
        token.type in ("BAD", "BAD_STRING")
        or (token.type == "MINUS" and before.type == "NEWLINE")
        or (token.type == "NEWLINE" and before.type == "COMPARE")
        for before, token in itertools.pairwise(tokens)
    ):
        return None
    from mlipilot.spec.syntax.enclosures import blanked  # most specs have no fault

    found = blanked(source, tokens)
    return found if found.diagnostics else None


def _one_a_line(source: SourceFile, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Of each line's syntax faults the first, a bracket's before others: the rest are mostly its consequences."""
    kept: dict[int, Diagnostic] = {}
    for diagnostic in sorted(diagnostics, key=lambda d: (d.code not in ("MLP0102", "MLP0103"), d.order)):
        assert diagnostic.primary is not None
        kept.setdefault(source.location(diagnostic.primary.span.start).line, diagnostic)
    return list(kept.values())


def parse_expression(text: str) -> Expression:
    """Parse one value that is known to be right: a default of the schema."""
    source = SourceFile("<schema>", text)
    tokens = [token for token in lex(source).tokens if token.type != "NEWLINE"]
    parser = grammar().parse_interactive(start="expr")
    for token in tokens:
        parser.feed_token(token)
    return cast("Expression", Builder(source, []).build(parser.feed_eof(tokens[-1])))


def read_expression(source: SourceFile) -> Expression | None:
    """Parse a text that should be one value; None where it is none."""
    from lark.exceptions import UnexpectedToken

    lexed = lex(source)
    tokens = [token for token in lexed.tokens if token.type != "NEWLINE"]
    if lexed.diagnostics or not tokens or "\n" in source.text.strip():
        return None
    parser = grammar().parse_interactive(start="expr")
    faults: list[Diagnostic] = []
    try:
        for token in tokens:
            parser.feed_token(token)
        node = cast("Expression", Builder(source, faults).build(parser.feed_eof(tokens[-1])))
    except UnexpectedToken:
        return None
    is_all = source.slice(node.span) == source.text.strip()  # not so where a comment follows, or brackets enclose it
    return node if is_all and not faults else None


__all__ = ["Parsed", "parse", "parse_expression", "read_expression"]
