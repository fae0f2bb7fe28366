"""Written numbers and their exact values, whatever field they are for."""

from __future__ import annotations

from fractions import Fraction

from mlipilot.spec.syntax.tree import Expression, Number, Operation, Quantity
from mlipilot.spec.units import spelling

LARGEST_EXPONENT = 300
"""Of a written number; beyond it a float has no value."""


def exact(text: str) -> Fraction | None:
    """The value of a written number; none where its exponent is absurd."""
    number = text.replace("_", "").lower()
    mantissa, _, exponent = number.partition("e")
    if (exponent and abs(int(exponent[:12])) > LARGEST_EXPONENT) or len(mantissa) > LARGEST_EXPONENT:
        return None
    return Fraction(number)


def signed(node: Expression) -> tuple[int, Expression]:
    """A sign and what it stands before."""
    sign = 1
    while isinstance(node, Operation) and node.operator in ("neg", "pos"):
        sign = -sign if node.operator == "neg" else sign
        node = node.operands[0]
    return sign, node


def unit_of(node: Expression) -> str:
    """The unit of a written number in the usual letters; empty of all else."""
    inner = signed(node)[1]
    return spelling(inner.unit) if isinstance(inner, Quantity) else ""


def plain_number(node: Expression) -> Fraction | None:
    """The value of a number without a unit; none for anything else."""
    sign, inner = signed(node)
    if not isinstance(inner, Number):
        return None
    value = exact(inner.text)
    return None if value is None else sign * value


__all__ = ["LARGEST_EXPONENT", "exact", "plain_number", "signed", "unit_of"]
