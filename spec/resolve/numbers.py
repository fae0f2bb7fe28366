"""Numbers and quantities to exact values in base units."""

from __future__ import annotations

import operator
from fractions import Fraction

from mlipilot.spec.confusables import skeleton, stranger
from mlipilot.spec.diagnostics import Applicability, Edit, Fix
from mlipilot.spec.resolve.literals import exact, signed
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema.types import Real, describe
from mlipilot.spec.source import Span
from mlipilot.spec.syntax.tree import Expression, Number, Quantity
from mlipilot.spec.units import BASE_UNITS, NAMED, PLAIN, USUAL, Dimension, Unit, likely, nearest_unit, unit

_CELSIUS = ("c", "celsius", "degc", "degree", "degrees", "deg")
_WHOLE = {
    "week": 7,
    "weeks": 7,
    "w": 7,
    "wk": 7,
    "wks": 7,
    "month": 30,
    "months": 30,
    "year": 365,
    "years": 365,
    "y": 365,
    "yr": 365,
}
"""Times that are no units, in days."""
_FREEZING = Fraction("273.15")
"""0 °C in K."""


def real(scope: Scope, node: Expression, type_: Real, what: str) -> Fraction | None:
    """The value of a number or quantity in base units; None after a fault."""
    dimension = NAMED[type_.dimension]
    sign, inner = signed(node)
    if isinstance(inner, Number):
        if dimension != PLAIN:
            _missing_unit(scope, inner, type_, what, sign)
            return None
        factor, number = Fraction(1), inner.text
    elif isinstance(inner, Quantity):
        found = unit(inner.unit)
        if not isinstance(found, Unit):
            _unknown_unit(scope, inner, found, dimension, sign)
            return None
        if found.dimension != dimension:
            from mlipilot.spec.resolve.dimensions import as_said  # most units are of their dimension
            from mlipilot.spec.resolve.measures import meant_by

            help_, fix = as_said(scope, inner, found, type_) if sign > 0 else ("", None)
            help_ = help_ or meant_by(inner, sign * (exact(inner.number) or Fraction(0)), found, type_)
            expected = "a number without a unit" if dimension == PLAIN else describe(type_)
            scope.report(
                "MLP0203",
                f"{what} takes {expected}; `{inner.unit}` measures {found.dimension.name}",
                inner.span,
                f"this is {found.dimension.name}",
                help=help_,
                fix=fix,
            )
            return None
        factor, number = found.factor, inner.number
    else:
        from mlipilot.spec.resolve.hints import likely_meant  # most numbers are such

        help_, fix = likely_meant(scope, node, type_)
        scope.report("MLP0201", f"{what} takes {describe(type_)}", node.span, "this is no number", help=help_, fix=fix)
        return None
    value = exact(number)
    if value is None:
        scope.report("MLP0205", f"{what} is too large or too long a number", inner.span, "no number needs this")
        return None
    value = sign * value * factor
    return value if _within(scope, value, type_, what, node.span) else None


def _missing_unit(scope: Scope, node: Number, type_: Real, what: str, sign: int) -> None:
    value = exact(node.text)
    example = likely(value or Fraction(0), NAMED[type_.dimension], type_.example)
    minus = "-" if sign < 0 else ""
    scope.report(
        "MLP0204",
        f"{what} needs a unit",
        node.span,
        f"expected {describe(type_)}",
        help=f"write `{minus}{node.text} {example}` if that is meant",
        fix=None,
    )


def _unknown_unit(scope: Scope, node: Quantity, part: str, dimension: Dimension, sign: int) -> None:
    found = nearest_unit(node.unit, dimension)
    value = exact(node.number)
    if dimension == NAMED["temperature"] and node.unit.lower().lstrip("°") in _CELSIUS and value is not None:
        kelvin = f"{float(_FREEZING + sign * value):.10g} K"
        scope.report(
            "MLP0202",
            f"`{node.unit}` is no unit; temperatures are in `K`",
            node.unit_span,
            "did you mean `K`?",
            help=f"{'-' if sign < 0 else ''}{node.number} °C are `{kelvin}`",
            fix=Fix(f"write `{kelvin}`", (Edit(node.span, kelvin),), Applicability.UNSAFE) if sign > 0 else None,
        )
        return
    days = _WHOLE.get(node.unit.lower())
    if dimension == NAMED["time"] and days is not None and value is not None:
        meant = f"{float(days * value):.10g} d"
        scope.report(
            "MLP0202",
            f"`{node.unit}` is no unit; the longest is `d`, a day",
            node.unit_span,
            "unknown unit",
            help=f"write `{meant}`",
            fix=Fix(f"write `{meant}`", (Edit(node.span, meant),), Applicability.UNSAFE),
        )
        return
    scope.report(
        "MLP0202",
        f"`{node.unit}` is no unit" if part == node.unit else f"`{part}` in `{node.unit}` is no unit",
        node.unit_span,
        "unknown unit",
        help=look_alike(part) or (f"did you mean `{found}`?" if found else _units_of(dimension, node)),
        fix=Fix(f"write `{found}`", (Edit(node.unit_span, found),), Applicability.UNSAFE) if found else None,
    )


def look_alike(part: str) -> str:
    """What a unit's letter of another alphabet is."""
    is_unit = isinstance(unit(skeleton(part)), Unit) or skeleton(part) == "A"
    return f"{stranger(part)}" if is_unit and skeleton(part) != part else ""


def _units_of(dimension: Dimension, node: Quantity) -> str:
    if dimension == PLAIN:
        return f"it is a number without a unit: write `{node.number}`"
    usual = USUAL.get(dimension.name) or (dimension.example,)
    return f"units of {dimension.name} are such as " + ", ".join(f"`{word}`" for word in usual if word)


def _bound(text: str, type_: Real) -> str:
    """A bound in the unit of the type's example, as people write such numbers."""
    shown = type_.example.rpartition(" ")[2] if " " in type_.example else ""
    of_example = unit(shown)
    if shown and isinstance(of_example, Unit) and of_example.dimension == NAMED[type_.dimension]:
        return f"{float(Fraction(text) / of_example.factor):.10g} {shown}"
    return f"{text} {BASE_UNITS.get(type_.dimension, '')}".rstrip()


def _within(scope: Scope, value: Fraction, type_: Real, what: str, span: Span) -> bool:
    checks = (
        (type_.minimum, operator.lt, "at least"),
        (type_.maximum, operator.gt, "at most"),
        (type_.above, operator.le, "above"),
        (type_.below, operator.ge, "below"),
    )
    for text, outside, words in checks:
        if text is not None and outside(value, Fraction(text)):
            bound = _bound(text, type_)
            written = scope.source.slice(span)
            share = _share(value, type_, written)
            help_ = share or _complement(value, type_) or _inside(type_, words, bound)
            label = f"`{written}` is {_percent(value)}" if share and "%" in bound else "outside"
            usual = type_.plausible
            notes = (f"usual: {usual.words}; {usual.reason}",) if usual is not None and usual.words else ()
            scope.report("MLP0205", f"{what} must be {words} {bound}", span, label, help=help_, notes=notes)
            return False
    return True


def _share(value: Fraction, type_: Real, written: str) -> str:
    """What may be meant by a number that is a hundred times too large or too small for a share."""
    if type_.dimension != "a plain number" or not _is_share(type_):
        return ""
    number = written.removesuffix("%").rstrip()
    meant, factor = (number, 100) if "%" in written else (f"{number} %", Fraction(1, 100))
    if "%" not in written and abs(value) < 1:
        return ""
    return f"write `{meant}` if that is meant" if value and _is_within(value * factor, type_) else ""


def _is_share(type_: Real) -> bool:
    """Whether large parts of its range are usual: of a learning rate of at most 1, nobody thinks in percent."""
    high = type_.maximum or type_.below
    return type_.plausible is None or high is None or not type_.plausible.beyond(Fraction(high) / 2)


def _percent(value: Fraction) -> str:
    return f"{float(100 * value):.10g} %"


def _complement(value: Fraction, type_: Real) -> str:
    """The other part of a whole, where that lies inside: a significance for a confidence."""
    rest = 1 - value
    if "0.5" not in (type_.above, type_.below) or not 0 < value < 1 or not _is_within(rest, type_):
        return ""
    shown = _percent(rest) if "%" in type_.example else f"{float(rest):.10g}"
    return f"write `{shown}` if that is meant: a confidence and its level of significance add up to 100 %"


def _inside(type_: Real, words: str, bound: str) -> str:
    """A value that the bounds leave."""
    example = f", such as `{type_.example}`" if type_.example else ""
    if words in ("at least", "at most"):
        return f"write `{bound}`, or {'more' if words == 'at least' else 'less'}{example}"
    return f"write a number {words} {bound}{example}"


def _is_within(value: Fraction, type_: Real) -> bool:
    low, high = type_.minimum or type_.above, type_.maximum or type_.below
    if low is None or high is None:
        return False  # of no share it is known how large it can be
    ends = (value > Fraction(low), value < Fraction(high))
    return all(ends) or str(value) in (type_.minimum, type_.maximum)
