"""Values that may have one of a few forms: a word, a text or a number, a number of one of several dimensions."""

from __future__ import annotations

from fractions import Fraction

from mlipilot.spec.resolve.literals import signed
from mlipilot.spec.resolve.numbers import real
from mlipilot.spec.resolve.scope import Scope, did_you_mean
from mlipilot.spec.resolve.words import mismatch, quoted, unquoted, word
from mlipilot.spec.schema.types import AnyOf, Choice, Real, Text
from mlipilot.spec.syntax.tree import Expression, Number, Path, Quantity, String
from mlipilot.spec.units import NAMED, PLAIN, Unit, unit
from mlipilot.spec.values import Name


def any_of(scope: Scope, node: Expression, type_: AnyOf, what: str) -> Fraction | Name | str | None:
    """The value of an expression as the type that it has the form of; None after a fault."""
    inner = signed(node)[1]
    if isinstance(inner, (Number, Quantity)):
        numbers = [other for other in type_.types if isinstance(other, Real)]
        if numbers:
            found = unit(inner.unit) if isinstance(inner, Quantity) else None
            dimension = found.dimension if isinstance(found, Unit) else PLAIN
            fitting = (other for other in numbers if NAMED[other.dimension] == dimension)
            return real(scope, node, next(fitting, numbers[0]), what)
    words = next((other.words for other in type_.types if isinstance(other, Choice)), ())
    takes_text = any(isinstance(other, Text) for other in type_.types)
    if isinstance(node, String) and takes_text:
        if node.text not in words:
            return node.text
        quoted(scope, node, type_, what, words)  # nobody calls a text of their own by a word of the language
        return None
    if isinstance(node, Path) and takes_text and node.text not in words:
        _unquoted(scope, node, type_, what, words)
        return None
    if isinstance(node, Path) and words:
        return word(scope, node, Choice(words), what, words, "MLP0206")
    mismatch(scope, node, type_, what, unquoted(scope, node) if takes_text else None)
    return None


def _unquoted(scope: Scope, node: Path, type_: AnyOf, what: str, words: tuple[str, ...]) -> None:
    """Report a word that is none of those known: a slip for one of them, else a text without its quotes."""
    help_, fix = did_you_mean(node.text, node.span, words)
    if fix is not None:
        scope.report("MLP0206", f"{what} cannot be `{node.text}`", node.span, "unknown", help=help_, fix=fix)
        return
    mismatch(scope, node, type_, what, unquoted(scope, node))


__all__ = ["any_of"]
