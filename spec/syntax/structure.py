"""Tokens to statements: where each statement begins and ends, before any is parsed.

Brackets are matched here, once, so that a lost brace or parenthesis costs one diagnostic that names its opener
and every other statement is still read. A statement ends at a newline, a comma or a closing brace; newlines
inside `( )` and `[ ]`, and before the `because` or `when` of a rule, do not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Fix
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.brackets import CLOSER, TEXT, Layout, swallowed_by_comment, swallowed_round, unclosed_round
from mlipilot.spec.syntax.headings import mend_headings
from mlipilot.spec.syntax.heads import INNER, head_end, mend_heads
from mlipilot.spec.syntax.keywords import mend_keywords
from mlipilot.spec.syntax.lexer import span_of

if TYPE_CHECKING:
    from lark import Token

DEEPEST = 64
"""Levels of nesting; far more than any spec needs, far less than Python's recursion limit."""

MOST_OPERATORS = 64
"""Signs, sums and logical operators in one statement; each is a level of its tree."""

_OPERATORS = {"MINUS", "PLUS", "AND", "OR", "NOT"}
_BEGINS = {"WORD", "RULE", "EDITION", "IMPORT", "RBRACE"}
"""What can begin a statement, or end its block."""


@dataclass
class Piece:
    """The tokens of one statement; of a block its head, with the statements of its body."""

    tokens: list[Token] = field(default_factory=list)
    body: list[Piece] | None = None
    end: int = 0
    """Offset after the block's closing brace."""
    reported: bool = False
    """A bracket fault in it was reported already."""
    unclosed: bool = False
    """It has a `(` or `[` that is never closed: commas do not end it."""
    operators: int = 0

    def count(self, kind: str) -> int:
        """How many of its tokens are of a type."""
        return sum(token.type == kind for token in self.tokens)


class _Splitter:
    def __init__(self, source: SourceFile, tokens: list[Token], kinds: frozenset[str]) -> None:
        self.source = source
        self.kinds = kinds
        spelt, misspelt = mend_keywords(source, tokens, kinds)
        headed, misheaded = mend_headings(source, spelt, kinds)
        self.tokens, headless = mend_heads(source, headed, kinds)
        self.diagnostics = [*misspelt, *misheaded, *headless]
        self.layout = Layout(self.tokens)
        self.unclosed = unclosed_round(self.tokens, self._starts_block)
        self.following = self._following()
        self.bodies: list[list[Piece]] = [[]]
        self.openers: list[Token] = []
        self.depth: list[str] = []
        """Open `(` and `[` of the current statement."""
        self.current = Piece()
        self.commented: set[int] = set()
        """Lines whose comment was reported to hold their `}`."""
        self.swallowed = 0
        """Closing braces in an unterminated string of this line."""

    def _starts_block(self, index: int) -> bool:
        """Whether a block begins here: a kind and the rest of a head, then a brace."""
        tokens = self.tokens
        if index >= len(tokens) or tokens[index].type != "WORD" or str(tokens[index]) not in self.kinds:
            return False
        end = head_end(tokens, index)
        if end >= len(tokens) or tokens[end].type != "LBRACE":
            return False
        return end + 1 == len(tokens) or tokens[end + 1].type in ("NEWLINE", "WORD", "RULE", "RBRACE")

    def _following(self) -> list[str]:
        """For each index, the type of the next token from there that is no newline."""
        following = [""] * (len(self.tokens) + 1)
        for index in range(len(self.tokens) - 1, -1, -1):
            kind = self.tokens[index].type
            following[index] = following[index + 1] if kind == "NEWLINE" else kind
        return following

    def split(self) -> list[Piece]:
        """The top-level statements."""
        top = self.bodies[0]
        for index, token in enumerate(self.tokens):
            kind = token.type
            if kind in ("LPAR", "LSQB"):
                self._open_round(index)
            elif kind in ("RPAR", "RSQB"):
                self._close_round(token)
            elif kind == "LBRACE":
                if len(self.openers) >= DEEPEST:
                    self._report_deep(token)
                    return self._cut(span_of(token).start)
                self._open_brace(index)
            elif kind == "RBRACE":
                self._close_brace(index)
            elif kind == "COMMA":
                if self.depth or self.current.unclosed:
                    self.current.tokens.append(token)
                else:
                    self._finish()
            elif kind == "NEWLINE":
                self._newline(index)
            else:
                self.current.tokens.append(token)
                if kind == "BAD_STRING":
                    self._swallow(token)
                elif kind in _OPERATORS:
                    self.current.operators += 1
                    if self.current.operators > MOST_OPERATORS:
                        self._report_deep(token)
        self._finish()
        end = len(self.source.text)
        while self.openers:
            self._abandon(end)
        return top

    def _cut(self, end: int) -> list[Piece]:
        """The statements so far; what is open stays silent."""
        self._finish()
        while self.openers:
            self._close(end)
        return self.bodies[0]

    def _open_round(self, index: int) -> None:
        token, current = self.tokens[index], self.current
        current.tokens.append(token)
        if index in self.unclosed:
            if not current.reported:
                self._report_unclosed(token)
            current.reported = current.unclosed = True
        elif len(self.depth) >= DEEPEST:
            self._report_deep(token)
        else:
            self.depth.append(token.type)

    def _close_round(self, token: Token) -> None:
        if self.depth and CLOSER[self.depth[-1]] == token.type:
            self.depth.pop()
        elif not self.current.reported:
            self._report_unmatched(token)
            self._absorb(token)
            self.current.reported = True
        self.current.tokens.append(token)

    def _absorb(self, closer: Token) -> None:
        """Take back the statements of this line that the lost opener would have held together."""
        current, body = self.current, self.bodies[-1]
        before: list[Piece] = []
        for piece in reversed(body):
            if piece.body is not None or piece.reported or piece.tokens[0].line != closer.line:
                break
            before.append(piece)
        line = [current, *before]
        doubled = next((i for i, piece in enumerate(line) if piece.count("EQUAL") > 1), None)
        single = next((i for i, piece in enumerate(line) if piece.count("EQUAL")), None)
        taken = single or 0
        if closer.type == "RPAR" and doubled is not None:
            taken = doubled
        elif before and before[0].tokens[-1].type == closer.type:
            taken = max(taken, 1)
        for piece in before[:taken]:
            current.tokens = piece.tokens + current.tokens
        del body[len(body) - taken :]

    def _open_brace(self, index: int) -> None:
        token, body = self.tokens[index], self.bodies[-1]
        if self.layout.is_stray_opener(self.current.tokens, self.kinds, index):
            self.layout.surplus -= 1
            self._report(token, "MLP0101", "`{` begins no block", "unexpected", "remove it")
            return
        if not self.current.tokens:
            if body and body[-1].body is None and body[-1].tokens[-1].line == token.line:
                self.current = body.pop()
                self._report(token, "MLP0101", "unexpected `,` before `{`", "no `,` before this", "remove it")
            else:
                self._report(token, "MLP0101", "`{` follows no head", "unexpected", "a block is `kind name { … }`")
                self.current.reported = True
        self.current.body = []
        self.current.end = span_of(token).end
        body.append(self.current)
        self.bodies.append(self.current.body)
        self.openers.append(token)
        self.current = Piece()
        self.depth.clear()

    def _close_brace(self, index: int) -> None:
        token = self.tokens[index]
        while self.layout.is_unclosed(self.openers, token):
            self._finish()
            self._abandon(span_of(token).start, token)
        if self.openers and not self.layout.is_stray(self.openers[-1], index):
            self._finish()
            self._close(span_of(token).end)
        else:
            self._report_unmatched(token)
            self.layout.surplus += 1

    def _newline(self, index: int) -> None:
        if self.swallowed:
            line = self.tokens[index].line
            while self.swallowed and self.openers and self.openers[-1].line == line:
                self._finish()
                self._close(span_of(self.tokens[index]).start)
                self.swallowed -= 1
            self.swallowed = 0
        if not self.depth and not self._continues(index):
            self._finish()
        if self.openers and self.layout.surplus > 0 and self._starts_block(index + 1):
            level = 1 if str(self.tokens[index + 1]) in INNER else 0
            while len(self.openers) > level:
                self._finish()
                self._abandon(span_of(self.tokens[index]).start, self.tokens[index + 1])

    def _continues(self, index: int) -> bool:
        """Whether the statement goes on after these newlines."""
        tokens, following = self.current.tokens, self.following[index]
        if not tokens:
            return False
        if self.current.unclosed:
            return tokens[-1].type in ("COMMA", "LPAR", "LSQB") or following not in _BEGINS
        if tokens[0].type == "RULE":
            return following in ("BECAUSE", "WHEN")
        return following == "WHEN" and self.current.count("TILDE") > 0

    def _swallow(self, token: Token) -> None:
        self.swallowed = str(token).count("}")
        for opener in swallowed_round(str(token)):
            if self.depth and self.depth[-1] == opener:
                self.depth.pop()

    def _finish(self) -> None:
        self.depth.clear()
        if self.current.tokens:
            self.bodies[-1].append(self.current)
        self.current = Piece()

    def _close(self, end: int) -> None:
        self.bodies.pop()
        self.openers.pop()
        self.bodies[-1][-1].end = end

    def _abandon(self, end: int, before: Token | None = None) -> None:
        """Close a block whose brace is missing, before a token; without one, at the end of the file."""
        opener, block = self.openers[-1], self.bodies[-2][-1]
        self.layout.surplus -= 1
        is_lost = opener.start_pos == opener.end_pos  # put in for a head without a brace, which was reported
        if is_lost:
            self._doubt_head(opener)
        else:
            self._report_open_block(opener, before)
        if (is_lost and not block.body) or not self._is_head(block):
            block.reported = True
        self._close(end)

    def _doubt_head(self, opener: Token) -> None:
        """The fix that gives a head its `{` is not enough where the `}` is missing too."""
        for index, diagnostic in enumerate(self.diagnostics):
            fix = diagnostic.fix
            if fix is not None and diagnostic.code == "MLP0103" and fix.edits[0].span.start == opener.start_pos:
                self.diagnostics[index] = replace(diagnostic, fix=fix._replace(applicability=Applicability.UNSAFE))

    def _is_head(self, block: Piece) -> bool:
        return bool(block.tokens) and head_end(block.tokens, 0) == len(block.tokens)

    def _report_unclosed(self, opener: Token) -> None:
        closer = TEXT[CLOSER[opener.type]]
        headline = f"`{TEXT[opener.type]}` is never closed"
        self._report(opener, "MLP0102", headline, "opened here", f"add the `{closer}` that closes it")

    def _report_open_block(self, opener: Token, before: Token | None) -> None:
        """Report a `{` without its `}`: a comment may have swallowed it, else it is missing before a line."""
        assert opener.line is not None
        swallowed = swallowed_by_comment(self.source, opener.line)
        if swallowed is None:
            where = f"before line {before.line}" if before is not None else "at the end of the file"
            help_ = f"add the `}}` that closes it, {where}"
            self._report(opener, "MLP0102", "`{` is never closed", "opened here", help_)
        elif opener.line not in self.commented:
            self.commented.add(opener.line)
            brace, meant, edit = swallowed
            self.diagnostics.append(
                Diagnostic(
                    "MLP0102",
                    "`{` is never closed: its `}` belongs to the comment",
                    self.source,
                    Annotation(span_of(opener), "opened here"),
                    (Annotation(brace, "in the comment"),),
                    help=f"close it before the comment: write `{meant.strip()}`",
                    fix=Fix("close it before the comment", (edit,), Applicability.UNSAFE),
                )
            )

    def _report_unmatched(self, token: Token) -> None:
        headline = f"`{TEXT[token.type]}` closes nothing"
        self._report(token, "MLP0103", headline, "no opener", "remove it, or add its opener")

    def _report_deep(self, token: Token) -> None:
        if not self.current.reported:
            headline = f"nested deeper than {DEEPEST} brackets or {MOST_OPERATORS} operators"
            self._report(token, "MLP0007", headline, "one too many", "no value of the language needs so many")
        self.current.reported = True

    def _report(self, token: Token, code: str, headline: str, label: str, help_: str) -> None:
        place = Annotation(span_of(token), label)
        self.diagnostics.append(Diagnostic(code, headline, self.source, place, help=help_))


def split_statements(
    source: SourceFile, tokens: list[Token], kinds: frozenset[str]
) -> tuple[list[Piece], list[Diagnostic]]:
    """Split tokens into statements.

    `kinds` are the words that begin a block; where one begins in a file that lacks a closing brace, the blocks still
    open before it are the fault.
    """
    splitter = _Splitter(source, tokens, kinds)
    return splitter.split(), splitter.diagnostics


def span_of_piece(piece: Piece) -> Span:
    """From the first token of a statement to its last, or to its closing brace."""
    start = span_of(piece.tokens[0]).start if piece.tokens else piece.end
    end = span_of(piece.tokens[-1]).end if piece.tokens else piece.end
    return Span(start, max(end, piece.end))
