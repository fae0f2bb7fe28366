"""Numbers of a domain as a spec writes them, in the unit of its author, and back."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache

from mlipilot.spec.resolve.literals import signed
from mlipilot.spec.source import SourceFile
from mlipilot.spec.space import Domain
from mlipilot.spec.syntax.parser import read_expression
from mlipilot.spec.syntax.tree import Quantity
from mlipilot.spec.units import Unit, unit

DIGITS = 6
"""Significant digits of a number that is drawn from a continuum."""
_NOTHING = 1e-12
"""Share of the larger end below which a number that is drawn evenly is zero."""


@cache
def unit_of(written: str) -> tuple[str, Fraction]:
    """The unit of a written number, and how many base units it is; of a plain number, none and 1."""
    node = read_expression(SourceFile("<domain>", written))
    inner = signed(node)[1] if node is not None else None
    found = unit(inner.unit) if isinstance(inner, Quantity) else None
    return (inner.unit, found.factor) if isinstance(inner, Quantity) and isinstance(found, Unit) else ("", Fraction(1))


def ends(domain: Domain) -> tuple[float, float]:
    """The ends of an interval in its author's unit."""
    factor = unit_of(domain.values[0].written)[1]
    return float(domain.low / factor), float(domain.high / factor)


def rounded(domain: Domain, number: float) -> Fraction:
    """The value of a continuum, in base units, that is written for a number in its author's unit."""
    if domain.kind == "uniform" and abs(number) < _NOTHING * max(map(abs, ends(domain))):
        number = 0.0
    value = Fraction(f"{number:.{DIGITS - 1}e}") * unit_of(domain.values[0].written)[1]
    return min(max(value, domain.low), domain.high)


def written(domain: Domain, value: Fraction | int) -> str | None:
    """A value of an interval in the spec's syntax; None where no unit has finitely many digits for it."""
    if domain.kind == "int":
        return str(value)
    for end, at in zip(domain.values, (domain.low, domain.high), strict=True):
        if value == at:
            return end.written
    for word, factor in (unit_of(end.written) for end in domain.values):
        digits = _decimal(value / factor)
        if digits is not None:
            return f"{digits} {word}".rstrip()
    return None


def _decimal(value: Fraction) -> str | None:
    """All digits of a number; None where they do not end."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    digits = str(value.numerator * 10**places // value.denominator)
    number = Decimal(f"{digits}e-{places}")
    exponent = number.adjusted()
    if not number or -4 < exponent < DIGITS:
        plain = f"{number:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    sign, figures, _ = number.as_tuple()
    mantissa = "".join(map(str, figures)).rstrip("0")
    point = f".{mantissa[1:]}" if len(mantissa) > 1 else ""
    return f"{'-' if sign else ''}{mantissa[0]}{point}e{exponent}"
