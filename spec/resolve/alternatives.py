"""Values that may have one of a few forms: a word or a number, a number of one of several dimensions."""

from __future__ import annotations

from fractions import Fraction

from mlipilot.spec.resolve.literals import signed
from mlipilot.spec.resolve.numbers import real
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.resolve.words import mismatch, word
from mlipilot.spec.schema.types import AnyOf, Choice, Real
from mlipilot.spec.syntax.tree import Expression, Number, Path, Quantity
from mlipilot.spec.units import NAMED, PLAIN, Unit, unit
from mlipilot.spec.values import Name


def any_of(scope: Scope, node: Expression, type_: AnyOf, what: str) -> Fraction | Name | None:
    """The value of an expression as the type that it has the form of; None after a fault."""
    inner = signed(node)[1]
    if isinstance(inner, (Number, Quantity)):
        numbers = [other for other in type_.types if isinstance(other, Real)]
        if numbers:
            found = unit(inner.unit) if isinstance(inner, Quantity) else None
            dimension = found.dimension if isinstance(found, Unit) else PLAIN
            fitting = (other for other in numbers if NAMED[other.dimension] == dimension)
            return real(scope, node, next(fitting, numbers[0]), what)
    words = [other for other in type_.types if isinstance(other, Choice)]
    if isinstance(node, Path) and words:
        return word(scope, node, words[0], what, words[0].words, "MLP0206")
    mismatch(scope, node, type_, what)
    return None


__all__ = ["any_of"]
