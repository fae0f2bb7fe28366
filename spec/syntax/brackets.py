"""Brackets: which ones are never closed, and which brace of too few or too many is the one to blame.

A fault is blamed where a person would look: counting decides whether a file has one, the layout (same line, same
indentation) decides which brace it is. A file whose braces match is never judged by its layout.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlipilot.spec.diagnostics import Edit
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.grammar import grammar
from mlipilot.spec.syntax.heads import INNER, head_end
from mlipilot.spec.syntax.lexer import span_of

if TYPE_CHECKING:
    from lark import Token

CLOSER = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
TEXT = {"LPAR": "(", "LSQB": "[", "LBRACE": "{", "RPAR": ")", "RSQB": "]", "RBRACE": "}"}
_FAR = 4000
"""Tokens that are looked ahead to blame a brace."""
_OPENER_OF = {")": "LPAR", "]": "LSQB"}


def unclosed_round(tokens: list[Token], starts_block: Callable[[int], bool]) -> set[int]:
    """Indices of `(` and `[` that are never closed: a brace, or another bracket's end, comes first."""
    stack: list[int] = []
    unclosed: set[int] = set()
    for index, token in enumerate(tokens):
        kind = token.type
        if kind in ("LPAR", "LSQB"):
            stack.append(index)
        elif kind in ("RPAR", "RSQB"):
            if stack and CLOSER[tokens[stack[-1]].type] == kind:
                stack.pop()
            elif len(stack) > 1 and CLOSER[tokens[stack[-2]].type] == kind:
                unclosed.add(stack.pop())
                stack.pop()
        elif kind == "BAD_STRING":
            for opener in swallowed_round(str(token)):
                if stack and tokens[stack[-1]].type == opener and tokens[stack[-1]].line == token.line:
                    stack.pop()
        elif stack and (kind in ("LBRACE", "RBRACE", "RULE") or (kind == "NEWLINE" and starts_block(index + 1))):
            unclosed.update(stack)
            stack.clear()
    unclosed.update(stack)
    return unclosed


def swallowed_round(text: str) -> list[str]:
    """Types of the brackets that an unterminated string may have closed."""
    return [_OPENER_OF[character] for character in text if character in _OPENER_OF]


def swallowed_by_comment(source: SourceFile, line: int) -> tuple[Span, str, Edit] | None:
    """The `}` that the comment of a line holds, though the line opens more than it closes before it.

    The span of the brace, the line as it is meant, and the edit that makes it so.
    """
    start, text = source.line_starts[line - 1], source.line(line)
    comment = next((span_of(t).end for t in reversed([*grammar().lex(text)])), 0)
    mark = text.find("#", comment)
    if mark < 0:
        return None
    said = text[mark:].rstrip()
    closers = len(said) - len(said.rstrip("} \t"))
    braces = said[len(said) - closers :].count("}")
    opened = sum({"LBRACE": 1, "RBRACE": -1}.get(token.type, 0) for token in grammar().lex(text))
    count = min(opened, braces)
    if count < 1:
        return None
    kept = said
    for _ in range(count):
        kept = kept.rstrip().removesuffix("}").rstrip()
    note = f"  {kept}" if kept != "#" else ""
    code, rest = text[:mark].rstrip(), f"{' }' * count}{note}"
    brace = start + mark + len(said) - 1
    return Span(brace, brace + 1), code + rest, Edit(Span(start + len(code), start + len(text)), rest)


class Layout:
    """Where braces stand on their lines, and how many there are too many."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.indentation: dict[int, int] = {}
        """Column of the first token of each line."""
        self.surplus = 0
        """Opening braces less closing ones, those in unterminated strings counted where they close their line's."""
        open_here, line = 0, 0
        for token in tokens:
            assert token.line is not None
            assert token.column is not None
            if token.line != line:
                open_here, line = 0, token.line
            if token.type != "NEWLINE":
                self.indentation.setdefault(token.line, token.column)
            if token.type == "LBRACE":
                self.surplus += 1
                open_here += 1
            elif token.type == "RBRACE":
                self.surplus -= 1
                open_here -= 1
            elif token.type == "BAD_STRING":
                closed = max(0, min(open_here, str(token).count("}")))
                self.surplus -= closed
                open_here -= closed

    def fits(self, opener: Token, closer: Token) -> bool:
        """Whether a closing brace stands where the opener's should."""
        assert opener.line is not None
        assert closer.line is not None
        if opener.line == closer.line:
            return True
        return self.indentation[closer.line] == closer.column == self.indentation.get(opener.line)

    def is_unclosed(self, openers: list[Token], closer: Token) -> bool:
        """Whether the innermost opener lost its brace: this one is an outer block's."""
        if self.surplus <= 0 or len(openers) < 2 or self.fits(openers[-1], closer):
            return False
        return any(self.fits(opener, closer) for opener in openers[:-1])

    def is_stray(self, opener: Token, index: int) -> bool:
        """Whether the closing brace at `index` is one too many: the opener's own comes later, or would stand else."""
        if self.surplus >= 0:
            return False
        return (
            not self.fits(opener, self.tokens[index])
            or self._closes_on_line(index + 1)
            or self._closes_below(opener, index + 1)
        )

    def _closes_on_line(self, index: int) -> bool:
        """Whether the rest of the line has a `}` without its `{`."""
        depth = 0
        for token in self.tokens[index : index + _FAR]:
            if token.type == "NEWLINE":
                return False
            depth += {"LBRACE": 1, "RBRACE": -1}.get(token.type, 0)
            if depth < 0:
                return True
        return False

    def _closes_below(self, opener: Token, index: int) -> bool:
        """Whether the next line that is indented no deeper than the opener's, after others, begins with a `}`."""
        assert opener.line is not None
        level, line, between = self.indentation[opener.line], self.tokens[index - 1].line, False
        for token in self.tokens[index : index + _FAR]:
            if token.type != "NEWLINE" and token.line != line:
                assert token.column is not None
                if token.column <= level:
                    return between and token.type == "RBRACE" and token.column == level
                line = token.line
            between = between or token.type != "NEWLINE"
        return False

    def is_stray_opener(self, head: list[Token], kinds: frozenset[str], index: int) -> bool:
        """Whether the opening brace at `index` is one too many: what stands around it is no block."""
        if self.surplus <= 0:
            return False
        following = self.tokens[index + 1].type if index + 1 < len(self.tokens) else ""
        if not head or str(head[0]) not in kinds or head_end(head, 0) != len(head):
            return True
        return following not in ("NEWLINE", "WORD", "RULE", "RBRACE", "") or self._opens_again(index + 1)

    def _opens_again(self, index: int) -> bool:
        """Whether the rest of a head, with the brace that is meant, follows on the line."""
        if index < len(self.tokens) and str(self.tokens[index]) in INNER:
            return False
        for token in self.tokens[index : index + _FAR]:
            if token.type not in ("WORD", "STRING", "COLON"):
                return token.type == "LBRACE"
        return False
