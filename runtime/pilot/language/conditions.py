"""Conditions of a search in words."""

from __future__ import annotations

from mlipilot.runtime.pilot.language.wording import written
from mlipilot.spec.space import (
    Comparison,
    Condition,
    Junction,
    Literal,
    Membership,
    Negation,
    Operand,
    PathOperand,
    SearchSpace,
    Sum,
    paths,
)
from mlipilot.spec.values import Data


def in_words(condition: Condition, space: SearchSpace) -> str:
    """A condition as a spec would say it; numbers in the units of the domains that it speaks of, else base units."""
    match condition:
        case PathOperand(path):
            return path
        case Comparison(sign, left, right):
            return f"{_operand(left, condition, space)} {sign} {_operand(right, condition, space)}"
        case Membership(item, values):
            inner = ", ".join(_literal(value, condition, space) for value in values)
            return f"{_operand(item, condition, space)} in [{inner}]"
        case Negation(of):
            return f"not ({in_words(of, space)})"
        case Junction(word, parts):
            return f" {word} ".join(f"({in_words(part, space)})" for part in parts)


def _operand(operand: Operand, within: Condition, space: SearchSpace) -> str:
    match operand:
        case PathOperand(path):
            return path
        case Literal(data):
            return _literal(data, within, space)
        case Sum(terms):
            shown = [f"{'-' if sign < 0 else '+'} {_operand(term, within, space)}" for sign, term in terms]
            return " ".join(shown).removeprefix("+ ")


def _literal(data: Data, within: Condition, space: SearchSpace) -> str:
    draw = next((draw for draw in map(space.draw, sorted(paths(within))) if draw is not None), None)
    return str(data) if draw is None else written(draw, data)
