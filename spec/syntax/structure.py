"""Tokens to statements: where each statement begins and ends, before any is parsed.

Brackets are matched here, once, so that a lost brace or parenthesis costs one diagnostic that names its opener
and every other statement is still read. A statement ends at a newline, a comma or a closing brace; newlines
inside `( )` and `[ ]`, and before `because` or `when`, do not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.lexer import span_of

if TYPE_CHECKING:
    from lark import Token

DEEPEST = 64
"""Levels of nesting; far more than any spec needs, far less than Python's recursion limit."""

MOST_OPERATORS = 256
"""Signs, sums and logical operators in one statement; each is a level of its tree."""

_OPERATORS = {"MINUS", "PLUS", "AND", "OR", "NOT"}
_INNER = {"stage"}
"""Kinds of block that stand inside another."""
_CLOSER = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_TEXT = {"LPAR": "(", "LSQB": "[", "LBRACE": "{", "RPAR": ")", "RSQB": "]", "RBRACE": "}"}


@dataclass
class Piece:
    """The tokens of one statement; of a block its head, with the statements of its body."""

    tokens: list[Token] = field(default_factory=list)
    body: list[Piece] | None = None
    end: int = 0
    """Offset after the block's closing brace."""
    reported: bool = False
    """A bracket fault in it was reported already."""
    operators: int = 0


class _Splitter:
    def __init__(self, source: SourceFile, tokens: list[Token], kinds: frozenset[str]) -> None:
        self.source = source
        self.tokens = tokens
        self.kinds = kinds
        self.diagnostics: list[Diagnostic] = []
        self.unclosed = self._match_round()

    def _match_round(self) -> set[int]:
        """Indices of `(` and `[` that are never closed: a brace, or another bracket's end, comes first."""
        stack: list[int] = []
        unclosed: set[int] = set()
        for index, token in enumerate(self.tokens):
            kind = token.type
            if kind in ("LPAR", "LSQB"):
                stack.append(index)
            elif kind in ("RPAR", "RSQB"):
                if stack and _CLOSER[self.tokens[stack[-1]].type] == kind:
                    stack.pop()
                elif len(stack) > 1 and _CLOSER[self.tokens[stack[-2]].type] == kind:
                    unclosed.add(stack.pop())
                    stack.pop()
            elif kind in ("LBRACE", "RBRACE", "RULE") or (
                kind == "NEWLINE" and stack and self._starts_block(index + 1)
            ):
                unclosed.update(stack)
                stack.clear()
        unclosed.update(stack)
        return unclosed

    def _starts_block(self, index: int) -> bool:
        """Whether a block's head begins here: a kind, then something other than an operator."""
        tokens = self.tokens
        return (
            index + 1 < len(tokens)
            and tokens[index].type == "WORD"
            and str(tokens[index]) in self.kinds
            and tokens[index + 1].type in ("WORD", "STRING", "LBRACE")
        )

    def split(self) -> list[Piece]:
        """The top-level statements."""
        top: list[Piece] = []
        bodies = [top]
        openers: list[Token] = []
        current = Piece()
        depth: list[str] = []  # open `(` and `[` of the current statement
        tokens = self.tokens

        def finish() -> None:
            nonlocal current
            depth.clear()
            if current.tokens:
                bodies[-1].append(current)
            current = Piece()

        def close(end: int) -> None:
            finish()
            bodies.pop()
            openers.pop()
            bodies[-1][-1].end = end

        for index, token in enumerate(tokens):
            kind = token.type
            if kind in ("LPAR", "LSQB"):
                if index in self.unclosed:
                    if not current.reported:
                        self._report_unclosed(token)
                    current.reported = True
                elif len(depth) >= DEEPEST:
                    self._report_deep(current, token)
                else:
                    depth.append(kind)
                current.tokens.append(token)
            elif kind in ("RPAR", "RSQB"):
                if depth and _CLOSER[depth[-1]] == kind:
                    depth.pop()
                elif not current.reported:
                    self._report_unmatched(token)
                    current.reported = True
                current.tokens.append(token)
            elif kind == "LBRACE":
                if len(openers) >= DEEPEST:
                    self._report_deep(current, token)
                    break
                current.body = []
                current.end = span_of(token).end
                bodies[-1].append(current)
                bodies.append(current.body)
                openers.append(token)
                current = Piece()
                depth.clear()
            elif kind == "RBRACE":
                if openers:
                    close(span_of(token).end)
                else:
                    finish()
                    self._report_unmatched(token)
            elif kind in ("NEWLINE", "COMMA"):
                if depth or (kind == "COMMA" and current.reported):
                    if kind == "COMMA":
                        current.tokens.append(token)
                elif kind == "COMMA" or not self._continues(index):
                    finish()
                if kind == "NEWLINE" and openers and self._starts_block(index + 1):
                    level = 1 if str(tokens[index + 1]) in _INNER else 0
                    while len(openers) > level:
                        self._report_unclosed(openers[-1])
                        close(span_of(token).start)
            else:
                current.tokens.append(token)
                if kind in _OPERATORS:
                    current.operators += 1
                    if current.operators > MOST_OPERATORS:
                        self._report_deep(current, token)
        finish()
        end = len(self.source.text)
        while openers:
            self._report_unclosed(openers[-1])
            close(end)
        return top

    def _continues(self, index: int) -> bool:
        """Whether the statement goes on after these newlines, with `because` or `when`."""
        for token in self.tokens[index:]:
            if token.type != "NEWLINE":
                return token.type in ("BECAUSE", "WHEN")
        return False

    def _report_unclosed(self, opener: Token) -> None:
        text = _TEXT[opener.type]
        self.diagnostics.append(
            Diagnostic(
                "MLP0102",
                f"`{text}` is never closed",
                self.source,
                Annotation(span_of(opener), "opened here"),
                help=f"add the `{_TEXT[_CLOSER[opener.type]]}` that closes it",
            )
        )

    def _report_unmatched(self, token: Token) -> None:
        text = _TEXT[token.type]
        self.diagnostics.append(
            Diagnostic(
                "MLP0103",
                f"`{text}` closes nothing",
                self.source,
                Annotation(span_of(token), "no opener"),
                help="remove it, or add its opener",
            )
        )

    def _report_deep(self, piece: Piece, token: Token) -> None:
        if not piece.reported:
            self.diagnostics.append(
                Diagnostic(
                    "MLP0007",
                    f"nested deeper than {DEEPEST} brackets or {MOST_OPERATORS} operators",
                    self.source,
                    Annotation(span_of(token), "one too many"),
                    help="no value of the language needs so many",
                )
            )
        piece.reported = True


def split_statements(
    source: SourceFile, tokens: list[Token], kinds: frozenset[str]
) -> tuple[list[Piece], list[Diagnostic]]:
    """Split tokens into statements.

    `kinds` are the words that begin a block; where one begins, brackets still open before it are the fault.
    """
    splitter = _Splitter(source, tokens, kinds)
    return splitter.split(), splitter.diagnostics


def span_of_piece(piece: Piece) -> Span:
    """From the first token of a statement to its last, or to its closing brace."""
    start = span_of(piece.tokens[0]).start if piece.tokens else piece.end
    end = span_of(piece.tokens[-1]).end if piece.tokens else piece.end
    return Span(start, max(end, piece.end))
