"""Units without a number whose letters are a plain word's: only where the schema takes a unit is `Ang` one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mlipilot.spec.schema.blocks import BLOCKS
from mlipilot.spec.schema.types import CallOf, UnitOf
from mlipilot.spec.units import spelling

if TYPE_CHECKING:
    from lark import Token

_DEPTH = {"RPAR": 1, "RSQB": 1, "LPAR": -1, "LSQB": -1}


def usually_spelt(tokens: list[Token]) -> list[Token]:
    """The tokens of a statement, its units that are plain words in the usual letters."""
    return [
        token.update(value=spelling(token))
        if token.type == "WORD" and spelling(token) != token and _takes_a_unit(tokens, index)
        else token
        for index, token in enumerate(tokens)
    ]


def _takes_a_unit(tokens: list[Token], index: int) -> bool:
    """Whether the word at an index is an argument that is a unit."""
    name = str(tokens[index - 2]) if index > 1 and tokens[index - 1].type == "EQUAL" else ""
    place = depth = 0
    for at in range(index - 1, 0, -1):
        token = tokens[at]
        depth += _DEPTH.get(token.type, 0)
        if depth < 0:
            return (str(tokens[at - 1]), name or place) in _units()
        place += token.type == "COMMA" and not depth
    return False


@cache
def _units() -> frozenset[tuple[str, str | int]]:
    """Arguments of calls that are units, by the call's name and their own, and by their place."""
    calls = [
        signature
        for schema in BLOCKS.values()
        for field in schema.fields
        if isinstance(field.type, CallOf)
        for signature in field.type.signatures
    ]
    return frozenset(
        (call.name, key)
        for call in calls
        for place, parameter in enumerate(call.parameters)
        if isinstance(parameter.type, UnitOf)
        for key in (parameter.name, place)
    )


__all__ = ["usually_spelt"]
