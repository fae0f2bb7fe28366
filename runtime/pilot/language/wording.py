"""The values of a search in words that a model chooses from, and back: what it chose is written by us, never by it."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import NamedTuple

from mlipilot.spec.resolve.expressions import resolve_value
from mlipilot.spec.resolve.literals import exact
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.source import SourceFile
from mlipilot.spec.space import Domain, Draw, SearchSpace
from mlipilot.spec.syntax.parser import read_expression
from mlipilot.spec.units import BASE_UNITS
from mlipilot.spec.values import Applied, Data, Name, Reference, UnitWord, Value, meaning

MOST_LISTED = 64
"""Values that are listed one by one; a larger domain is described."""
DIGITS = 6
"""Significant digits of a number that is written."""
LONGEST_VALUE = 200
"""Characters that are read as a value."""
_NUMBER = re.compile(r"[-+]?[\d_.]+(?:[eE][-+]?\d+)?")


class Measure(NamedTuple):
    """The unit that an interval's numbers are written in."""

    unit: str
    """Empty for plain numbers."""
    factor: Fraction
    """Base units in one."""


def measure(draw: Draw) -> Measure:
    """The unit that the author used for the ends of the interval."""
    for end, value in zip(draw.domain.values, (draw.domain.low, draw.domain.high), strict=True):
        found = _NUMBER.match(end.written.strip())
        number = exact(found[0]) if found else None
        if found and number:
            unit = end.written.strip()[found.end() :].strip()
            return Measure(unit, value / number)
    return Measure(BASE_UNITS.get(getattr(draw.type, "dimension", ""), ""), Fraction(1))


def choices(draw: Draw) -> tuple[str, ...] | None:
    """All values of a domain as a spec writes them; None where they are too many to list."""
    size = draw.domain.size
    if draw.domain.kind == "choice":
        return tuple(value.written for value in draw.domain.values)
    if size is None or size > MOST_LISTED:
        return None
    return tuple(written(draw, draw.domain.at(index)) for index in range(size))


def written(draw: Draw, data: Data) -> str:
    """A value of a domain's path as a spec writes it; a number in the unit of its domain, exactly."""
    if isinstance(data, bool):
        return "true" if data else "false"
    if draw.domain.kind == "choice":
        own = [value.written for value in draw.domain.values if meaning(value.data) == meaning(data)]
        return own[0] if own else _plain(data)
    if not isinstance(data, (int, Fraction)):
        return _plain(data)
    unit, factor = measure(draw)
    return f"{decimal(Fraction(data) / factor)} {unit}".rstrip()


def decimal(value: Fraction) -> str:
    """A number in decimals: exact where it has some, else to many digits."""
    if value.denominator == 1 and abs(value) < 10**DIGITS:
        return str(value.numerator)
    short = f"{float(value):.{DIGITS}g}"
    return short if Fraction(short) == value else repr(float(value))


def _plain(data: Data) -> str:
    match data:
        case bool():
            return "true" if data else "false"
        case int():
            return str(data)
        case Fraction():
            return decimal(data)
        case str():
            return f'"{data}"'
        case Name(text) | UnitWord(text):
            return text
        case Reference():
            return data.text
        case Applied(name, arguments):
            inner = ", ".join(f"{key} = {_value(value)}" for key, value in arguments.items())
            return f"{name}({inner})" if inner else name
        case tuple():
            return "[" + ", ".join(_value(value) for value in data) + "]"
        case _:
            return f"{decimal(data.low)} .. {decimal(data.high)}"


def _value(value: Value) -> str:
    return value.written or _plain(value.data)


class Chosen(NamedTuple):
    """A value of a domain, and how it is written in the spec."""

    data: Data
    text: str


def choose(space: SearchSpace, draw: Draw, value: object) -> Chosen | None:
    """The value of the domain that is meant by what came for it; None where there is none.

    A number of an interval is in the domain's unit, and rounded to the digits that are written. The text is ours: of
    a choice the author's, of a number its digits.
    """
    data: Data | None = _number(draw, value) if draw.domain.kind != "choice" else None
    if data is None:
        data = _read(draw, value)
    if data is None:
        return None
    if draw.domain.kind == "choice":
        mine = meaning(space.own_part(draw.path, data))
        own = (v for v in draw.domain.values if meaning(space.own_part(draw.path, v.data)) == mine)
        found = next(own, None)
        return None if found is None else Chosen(found.data, found.written)
    if not isinstance(data, (int, Fraction)):
        return None
    rounded = _rounded(draw, Fraction(data))
    if rounded is None:
        return None
    text = written(draw, rounded)
    again = _resolved(draw, text)  # the point is what is written
    return Chosen(again, text) if again is not None and space.admits(draw, again) else None


def _number(draw: Draw, value: object) -> Fraction | None:
    if isinstance(value, str) and len(value) < DIGITS * 5 and _NUMBER.fullmatch(value.strip()):
        exactly = exact(value.strip())
        return None if exactly is None else exactly * measure(draw).factor
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) > 10**18:
        return None
    exactly = Fraction(value) if isinstance(value, int) else Fraction(repr(value))
    return exactly * measure(draw).factor


def _read(draw: Draw, value: object) -> Data | None:
    """A value written as in a spec."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**DIGITS:
        value = int(value)
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, (int, float)):
        value = repr(value)
    if not isinstance(value, str) or len(value) > LONGEST_VALUE:
        return None
    return _resolved(draw, value.strip())


def _resolved(draw: Draw, text: str) -> Data | None:
    scope = Scope(SourceFile("<value>", text))
    node = read_expression(scope.source)
    value = None if node is None else resolve_value(scope, node, draw.type, draw.path.text)
    return None if value is None else value.data


def _rounded(draw: Draw, data: Fraction) -> int | Fraction | None:
    """A number of an interval to the digits that are written; one on a grid, or an end, as it is."""
    domain = draw.domain
    if domain.kind == "int":
        return int(data) if data.denominator == 1 else None
    if domain.step is not None:
        return _on_grid(domain, data)
    if data in (domain.low, domain.high):
        return data
    factor = measure(draw).factor
    return Fraction(f"{float(data / factor):.{DIGITS}g}") * factor


def _on_grid(domain: Domain, data: Fraction) -> Fraction:
    """The point of a grid that a decimal number means, as `0.33333` means a third; else the number."""
    assert domain.step is not None
    nearest = domain.low + round((data - domain.low) / domain.step) * domain.step
    return nearest if abs(nearest - data) <= abs(nearest) / 10 ** (DIGITS - 1) else data


__all__ = ["Chosen", "Measure", "choices", "choose", "decimal", "measure", "written"]
