"""Tokens to text on one line: which of them have a blank between, and how a quantity is spelt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlipilot.spec.units import spelling

if TYPE_CHECKING:
    from lark import Token

_TIGHT_AFTER = {"LPAR", "LSQB", "DOT"}
_TIGHT_BEFORE = {"RPAR", "RSQB", "DOT", "COMMA"}
_ENDS_VALUE = {"WORD", "NUMBER", "QUANTITY", "UNIT", "STRING", "TRUE", "FALSE", "RPAR", "RSQB"}
_SIGNS = {"MINUS", "PLUS"}
_QUANTITY = re.compile(r"([\d_.]+(?:[eE][+-]?\d+)?)\s*(.+)")


def spelt(token: Token) -> str:
    """A token as it is printed: as written, but of a quantity one blank and the usual letters of its unit."""
    if token.type == "UNIT":
        return spelling(token)
    if token.type != "QUANTITY":
        text = str(token)
        return text.replace("\r\n", "\n") if token.type == "STRING" else text
    match = _QUANTITY.fullmatch(token)
    assert match is not None
    return f"{match.group(1)} {spelling(match.group(2))}"


def is_sign(before: Token | None, token: Token) -> bool:
    """Whether a `-` or `+` is a sign, not an operator between two values."""
    return token.type in _SIGNS and (before is None or before.type not in _ENDS_VALUE)


def is_call(before: Token | None) -> bool:
    """Whether a `(` after this token begins arguments."""
    return before is not None and before.type == "WORD"


def blank(before: Token | None, token: Token, *, after_sign: bool) -> str:
    """What stands between two tokens of a statement; `after_sign` says that the first of them is a sign."""
    if before is None or after_sign or before.type in _TIGHT_AFTER or token.type in _TIGHT_BEFORE:
        return ""
    return "" if token.type == "LPAR" and is_call(before) else " "
