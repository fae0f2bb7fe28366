"""Heads of blocks: where one stands among the tokens, and the brace that one lacks.

A block whose opening brace was lost, or was put on the next line, is read as if the brace stood at the end of its
head, so that the fault costs one diagnostic and the block's fields stay its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlipilot.spec.diagnostics import Annotation, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.lexer import span_of

if TYPE_CHECKING:
    from lark import Token

INNER = frozenset({"stage"})
"""Kinds of block that stand inside another."""


def head_end(tokens: list[Token], start: int) -> int:
    """Index after the longest head (`kind name : tag refines path`) that begins at `start`."""

    def kind(index: int) -> str:
        return tokens[index].type if index < len(tokens) else ""

    end = start + 1
    if kind(end) in ("WORD", "STRING"):
        end += 1
    if kind(end) == "COLON" and kind(end + 1) == "WORD":
        end += 2
    if kind(end) == "REFINES" and kind(end + 1) == "WORD":
        end += 2
        while kind(end) == "DOT" and kind(end + 1) == "WORD":
            end += 2
    return end


class _Mender:
    def __init__(self, source: SourceFile, tokens: list[Token], kinds: frozenset[str]) -> None:
        self.source = source
        self.tokens = tokens
        self.kinds = kinds
        self.diagnostics: list[Diagnostic] = []

    def mend(self) -> list[Token]:
        """The tokens, with a brace of no width after each head that lacks its own."""
        mended: list[Token] = []
        depth, index, begins = 0, 0, True
        tokens = self.tokens
        while index < len(tokens):
            token = tokens[index]
            if begins and token.type == "WORD":
                end, following = self._lacks_brace(index, depth)
                if end:
                    mended += tokens[index:end]
                    if following is None:
                        mended.append(self._report_lost(index, end))
                        depth += 1
                        begins = True
                        index = end
                    else:
                        self._report_moved(index, end, following)
                        begins = False
                        index = following
                    continue
            depth += {"LBRACE": 1, "RBRACE": -1 if depth else 0}.get(token.type, 0)
            begins = token.type in ("NEWLINE", "LBRACE", "RBRACE", "COMMA")
            mended.append(token)
            index += 1
        return mended

    def _lacks_brace(self, start: int, depth: int) -> tuple[int, int | None]:
        """The end of a head without its brace (0 if there is none), and the index of a brace on a later line."""
        tokens = self.tokens
        end = head_end(tokens, start)
        has_tag = any(token.type == "COLON" for token in tokens[start:end])
        if str(tokens[start]) not in self.kinds and not has_tag:
            return 0, None
        is_colon = start + 1 < len(tokens) and tokens[start + 1].type == "COLON"
        if depth and is_colon and str(tokens[start]) not in INNER:
            return 0, None  # `model : tiny` for `model = tiny`
        if end >= len(tokens) or tokens[end].type == "NEWLINE":
            following = end
            while following < len(tokens) and tokens[following].type == "NEWLINE":
                following += 1
            if following < len(tokens) and tokens[following].type == "LBRACE":
                return end, following
            alone = end == start + 1
            inner = str(tokens[start]) in INNER and not alone
            return (end, None) if depth == 0 or has_tag or inner else (0, None)
        if not self._has_stray_closer(start):
            return 0, None
        # Without a label the first field's name looks like one: `budget trials <= 12 }`.
        for candidate in (end, start + 1):
            if self._begins_field(candidate):
                return candidate, None
        return 0, None

    def _has_stray_closer(self, start: int) -> bool:
        """Whether the line has a `}` from here on whose `{` is not on it."""
        depth = 0
        for index in range(start, len(self.tokens)):
            kind = self.tokens[index].type
            if kind == "NEWLINE":
                return False
            depth += {"LBRACE": 1, "RBRACE": -1}.get(kind, 0)
            if depth < 0:
                return True
            if depth > 0:
                return False
        return False

    def _begins_field(self, index: int) -> bool:
        tokens = self.tokens
        return index + 1 < len(tokens) and (
            tokens[index].type == "RULE"
            or (tokens[index].type == "WORD" and tokens[index + 1].type in ("EQUAL", "COMPARE", "TILDE", "DOT"))
        )

    def _report_lost(self, start: int, end: int) -> Token:
        from lark import Token

        head = span_of(self.tokens[start]).to(span_of(self.tokens[end - 1]))
        shown = self.source.slice(head)
        self.diagnostics.append(
            Diagnostic(
                "MLP0103",
                f"`{shown}` has no `{{`",
                self.source,
                Annotation(head, "its `{` is missing"),
                help=f"write `{shown} {{`",
                fix=Fix("add the `{`", (Edit(Span(head.end, head.end), " {"),)),
            )
        )
        last = self.tokens[end - 1]
        return Token("LBRACE", "{", start_pos=head.end, end_pos=head.end, line=last.end_line, column=last.end_column)

    def _report_moved(self, start: int, end: int, brace: int) -> None:
        head = span_of(self.tokens[start]).to(span_of(self.tokens[end - 1]))
        here = span_of(self.tokens[brace])
        between = Span(head.end, here.start)
        fix = Fix("move the `{` up", (Edit(between, " "),)) if not self.source.slice(between).strip() else None
        self.diagnostics.append(
            Diagnostic(
                "MLP0101",
                "`{` stands below its block's head, not on its line",
                self.source,
                Annotation(here, "move it up"),
                (Annotation(head, "the head"),),
                help=f"write `{self.source.slice(head)} {{`",
                fix=fix,
            )
        )


def mend_heads(source: SourceFile, tokens: list[Token], kinds: frozenset[str]) -> tuple[list[Token], list[Diagnostic]]:
    """Give each head its brace; the diagnostics say which ones lacked it."""
    mender = _Mender(source, tokens, kinds)
    return mender.mend(), mender.diagnostics


__all__ = ["INNER", "head_end", "mend_heads"]
