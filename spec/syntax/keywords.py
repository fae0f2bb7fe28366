"""Misspelt keywords: `requre`, `becuase`, `editon`, read as what they were meant for.

Only where the shape of the line leaves no doubt: a rule's verb before a metric, a reason's `because` between a rule and
a string. Everywhere else a strange word is a name.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.suggest import nearest, same_letters
from mlipilot.spec.syntax.lexer import span_of

if TYPE_CHECKING:
    from lark import Token

_ALIKE = 0.75
"""Stricter than for names: a keyword is looked for where a name may stand."""
_DEPTH = {"LPAR": 1, "LSQB": 1, "RPAR": -1, "RSQB": -1}
_VERBS = ("require", "predict", "prefer", "minimize", "maximize")
_OPENINGS = {"edition": "EDITION", "import": "IMPORT"}


class _Mender:
    def __init__(self, source: SourceFile, tokens: list[Token], kinds: frozenset[str]) -> None:
        self.source = source
        self.tokens = tokens
        self.kinds = kinds
        self.diagnostics: list[Diagnostic] = []

    def mend(self) -> list[Token]:
        """The tokens, with keywords in place of the words that were meant for them."""
        mended: list[Token] = []
        begins, in_rule, depth = True, False, 0
        for index, token in enumerate(self.tokens):
            found = self._because(index) if in_rule else None
            if found is None and begins and token.type != "NEWLINE":
                verb = token if token.type == "RULE" else self._verb(index) or self._opening(index)
                in_rule = token.type == "BECAUSE" or (verb is not None and verb.type == "RULE")
                found = [verb] if verb is not None and verb is not token else None
            mended += found or [token]
            is_brace = token.type in ("LBRACE", "RBRACE")
            depth = 0 if is_brace else max(0, depth + _DEPTH.get(token.type, 0))
            begins = is_brace or (token.type in ("NEWLINE", "COMMA") and not depth)
            in_rule = in_rule and not is_brace
        return mended

    def _type(self, index: int) -> str:
        return self.tokens[index].type if index < len(self.tokens) else ""

    def _verb(self, index: int) -> Token | None:
        """`requre force_rmse(…)`: a word and a metric with nothing between."""
        if self._type(index) != "WORD" or self._type(index + 1) != "WORD":
            return None
        if self._type(index + 2) not in ("LPAR", "COMPARE", "DOT"):
            return None
        return self._replaced(index, "RULE", _VERBS)

    def _opening(self, index: int) -> Token | None:
        """`editon "2026"`, `imprt "base.mlp" as base`."""
        if self._type(index) != "WORD" or self._type(index + 1) != "STRING" or self._type(index + 2) == "LBRACE":
            return None
        word = nearest(str(self.tokens[index]), _OPENINGS, _ALIKE)
        return self._replaced(index, _OPENINGS[word], (word,)) if word is not None else None

    def _because(self, index: int) -> list[Token] | None:
        """`… becuase "…"`; after a number without a unit the word was taken for one."""
        token = self.tokens[index]
        if self._type(index + 1) != "STRING":
            return None
        if token.type == "WORD":
            meant = self._replaced(index, "BECAUSE", ("because",))
            return [meant] if meant is not None else None
        if token.type != "QUANTITY":
            return None
        number, _, word = str(token).partition(" ")
        span = span_of(token)
        place = Span(span.end - len(word.strip()), span.end)
        meant = self._keyword(token, place, "BECAUSE", ("because",))
        return [_part(token, "NUMBER", number, Span(span.start, span.start + len(number))), meant] if meant else None

    def _replaced(self, index: int, kind: str, known: Collection[str]) -> Token | None:
        token = self.tokens[index]
        return None if str(token) in self.kinds else self._keyword(token, span_of(token), kind, known)

    def _keyword(self, token: Token, place: Span, kind: str, known: Collection[str]) -> Token | None:
        word = self.source.slice(place)
        meant = nearest(word, known, _ALIKE)
        if meant is None:
            return None
        sure = Applicability.SAFE if same_letters(word, meant) else Applicability.UNSAFE
        self.diagnostics.append(
            Diagnostic(
                "MLP0101",
                f"`{word}` is no keyword",
                self.source,
                Annotation(place, f"did you mean `{meant}`?"),
                help=f"write `{meant}`",
                fix=Fix(f"write `{meant}`", (Edit(place, meant),), sure),
            )
        )
        return _part(token, kind, meant, place)


def _part(token: Token, kind: str, text: str, place: Span) -> Token:
    """A token in place of another, or of a part of it."""
    from lark import Token

    return Token(kind, text, place.start, token.line, token.column, token.end_line, token.end_column, place.end)


def mend_keywords(
    source: SourceFile, tokens: list[Token], kinds: frozenset[str]
) -> tuple[list[Token], list[Diagnostic]]:
    """Give misspelt keywords their meaning; the diagnostics say which they were. `kinds` begin blocks."""
    mender = _Mender(source, tokens, kinds)
    return mender.mend(), mender.diagnostics


__all__ = ["mend_keywords"]
