"""The grammar, built once and only when it is needed.

Importing lark and building its tables costs a fifth of a second, so neither happens at import.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Lark


@cache
def grammar() -> Lark:
    """The parser of statements and heads; `basic` lexing, because keywords are reserved everywhere."""
    from lark import Lark

    text = files("mlipilot.spec.syntax").joinpath("mlp.lark").read_text(encoding="utf-8")
    found = Lark(text, parser="lalr", lexer="basic", start=["statement", "head", "expr", "tokens"])
    # Without one of its own, `lex` would build a lexer for each text, in a millisecond.
    found.lexer = found._build_lexer()
    return found
