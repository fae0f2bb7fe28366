"""Units that stand alone, such as `kcal/mol`: what numbers of a file are in."""

from __future__ import annotations

from fractions import Fraction

from mlipilot.spec.diagnostics import Applicability, Edit, Fix
from mlipilot.spec.resolve.literals import exact, signed
from mlipilot.spec.resolve.numbers import look_alike
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.resolve.words import mismatch, noun
from mlipilot.spec.schema.types import UnitOf, describe
from mlipilot.spec.source import Span
from mlipilot.spec.syntax.tree import Expression, Number, Path, Quantity, String, UnitName
from mlipilot.spec.units import NAMED, Unit, nearest_unit, spelling, unit, usual_units
from mlipilot.spec.values import UnitWord

_ATOMIC = {"energy": "Hartree", "length": "Bohr", "force": "Hartree/Bohr", "pressure": "Hartree/Bohr^3"}
"""Atomic units, by dimension."""
_ATOM = NAMED["a number of atoms"]
_OF_ATOMS = "it is of all atoms together: numbers per atom are to be multiplied first"
_ELSEWHERE = {
    **{(dimension, word): known for dimension, known in _ATOMIC.items() for word in ("au", "a.u", "atomic")},
    ("pressure", "kb"): "kbar",
}
"""What is meant by words that are no such unit here, by dimension and in lower case; VASP writes kbar as `kB`."""


def unit_word(scope: Scope, node: Expression, type_: UnitOf, what: str) -> UnitWord | None:
    """The unit that an expression names; None after a fault."""
    if isinstance(node, UnitName) or (isinstance(node, Path) and len(node.words) == 1):
        return _named(scope, node.text, node.span, type_, what)
    inner = signed(node)[1]
    if isinstance(inner, (Number, Quantity)):
        _numbered(scope, node, inner, type_, what)
    elif isinstance(node, String) and _read(node.text, type_) is not None:
        scope.report(
            "MLP0201",
            f"{what} takes a unit, not a string",
            node.span,
            f"write `{node.text.strip()}`",
            fix=Fix("remove the quotes", (Edit(node.span, node.text.strip()),)),
        )
    else:
        found = _meant(node.text.strip(), type_) if isinstance(node, (String, Path)) else None
        mismatch(scope, node, type_, what, _instead(node.span, found), _help(type_, found))
    return None


def _read(word: str, type_: UnitOf) -> UnitWord | None:
    """The unit that a word is; None where it is none, or one of another dimension."""
    found = unit(word.strip())
    if not isinstance(found, Unit) or found.dimension != NAMED[type_.dimension]:
        return None
    return UnitWord(spelling(word.strip()), found.factor)


def _named(scope: Scope, word: str, span: Span, type_: UnitOf, what: str) -> UnitWord | None:
    known = _read(word, type_)
    if known is not None:
        return known
    found, meant = unit(word), _meant(word, type_)
    if isinstance(found, Unit):
        scope.report(
            "MLP0203",
            f"{what} takes a unit of {type_.dimension}; `{word}` measures {found.dimension.name}",
            span,
            f"this is {found.dimension.name}",
            help=_OF_ATOMS if found.dimension * _ATOM == NAMED[type_.dimension] else _help(type_, meant),
            fix=_instead(span, meant),
        )
        return None
    scope.report(
        "MLP0202",
        f"`{word}` is no unit" if found == word else f"`{found}` in `{word}` is no unit",
        span,
        "unknown unit",
        help=look_alike(found) or _help(type_, meant),
        fix=_instead(span, meant),
    )
    return None


def _numbered(scope: Scope, node: Expression, inner: Number | Quantity, type_: UnitOf, what: str) -> None:
    """Report a number, before a unit or alone: only one of that unit is the unit itself."""
    headline = f"{what} takes {describe(type_)}, not {noun(inner)}"
    if isinstance(inner, Number):
        help_ = f"numbers of the files are given one unit: {_help(type_, None)}"
        scope.report("MLP0201", headline, node.span, "this is no unit", help=help_)
        return
    known = _read(inner.unit, type_)
    if known is None:
        _named(scope, inner.unit, inner.unit_span, type_, what)
    elif node is inner and exact(inner.number) == Fraction(1):
        fix = Fix(f"write `{known.text}`", (Edit(node.span, known.text),))
        help_ = f"write the unit alone: `{known.text}`"
        scope.report("MLP0201", headline, node.span, "a unit has no number", help=help_, fix=fix)
    else:
        help_ = f"no number stands before it: write a unit alone, such as `{known.text}`"
        scope.report("MLP0201", headline, node.span, "a unit has no number", help=help_)


def _meant(word: str, type_: UnitOf) -> str | None:
    """The unit of the dimension that a word is probably meant for."""
    return _ELSEWHERE.get((type_.dimension, word.lower())) or nearest_unit(word, NAMED[type_.dimension])


def _help(type_: UnitOf, meant: str | None) -> str:
    usual = ", ".join(f"`{word}`" for word in usual_units(type_.dimension))
    return f"did you mean `{meant}`?" if meant else f"units of {type_.dimension} are such as {usual}"


def _instead(span: Span, meant: str | None) -> Fix | None:
    return Fix(f"write `{meant}`", (Edit(span, meant),), Applicability.UNSAFE) if meant else None


__all__ = ["unit_word"]
