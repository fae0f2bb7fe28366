"""What was probably meant where a list belongs: one value, a range, Python's `range(5)`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from mlipilot.spec.diagnostics import Edit, Fix
from mlipilot.spec.resolve.hints import Hint, first_offered
from mlipilot.spec.resolve.literals import exact, plain_number, signed
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.schema.files import SPLIT
from mlipilot.spec.schema.types import Integer, ListOf, Text, describe
from mlipilot.spec.syntax.tree import Call, Expression, Number, Operation, Path, Quantity, String

_LONGEST = 40
"""Items of a list that is written out for the author."""
_WRAPPERS = {"list", "tuple", "set", "sorted", "array", "tensor"}
_RANGES = {"range", "arange"}
_LARGEST = 10**30
"""Of numbers that are written out."""
_DIGITS = 10
_SHARED = {parameter.name for call in SPLIT.signatures for parameter in call.parameters} & {*SPLITS}
"""Lists of files in whose place a share may be drawn."""
_SINGLE = (Number, Quantity, String, Path)
"""Expressions that are one value."""


def list_meant(scope: Scope, node: Expression, type_: ListOf) -> tuple[str, Fix | None]:
    """The help and fix for what stands where a list belongs."""
    text = scope.source.slice(node.span)
    is_one = isinstance(node, _SINGLE) and scope.fits(scope, node, type_.item)
    if is_one and type_.shortest <= 1:
        return "", Fix("make it a list", (Edit(node.span, f"[{text}]"),))
    help_, fix = first_offered(scope, node, type_, (_one, _between, _computed, _share))
    if help_:
        return help_, fix
    item = re.search(r"such as `([^`]*)`", describe(type_.item))
    return (f"write it such as `{_listed([item.group(1)] * type_.shortest)}`" if item is not None else ""), None


def _listed(items: Sequence[str]) -> str:
    return f"[{', '.join(items)}]"


def _one(scope: Scope, node: Expression, type_: ListOf) -> Hint | None:
    """`2` for `[2, 2, 2]` where there are three."""
    if not isinstance(node, _SINGLE):
        return None
    text = scope.source.slice(node.span)
    return Hint(f"it has {type_.shortest} items", _listed([text] * type_.shortest))


def _between(scope: Scope, node: Expression, type_: ListOf) -> Hint | None:
    """`1 .. 5`, whose numbers are counted out; `300 K .. 1200 K`, which does not say how many are meant."""
    if not isinstance(node, Operation) or node.operator != "..":
        return None
    low, high = (plain_number(operand) for operand in node.operands)
    if isinstance(type_.item, Integer) and low is not None and high is not None:
        whole = low.denominator == high.denominator == 1 and 0 <= high - low < _LONGEST
        if whole:
            return Hint("a list names each of them", _listed([str(n) for n in range(int(low), int(high) + 1)]))
    spaced = _spaced(node.operands, 3)
    if spaced is None or type_.longest is not None:
        return None
    return Hint(f"a range stands for none of those between: list each one, such as `{_listed(spaced)}`")


def _computed(scope: Scope, node: Expression, type_: ListOf) -> Hint | None:
    """`range(5)`, `linspace(300 K, 1200 K, 4)`, `list(1, 2)`."""
    if not isinstance(node, Call) or any(argument.name is not None for argument in node.arguments):
        return None
    name = node.function.words[-1].text
    arguments = [argument.value for argument in node.arguments]
    if name in _WRAPPERS and len(arguments) == 1 and isinstance(arguments[0], Call):
        return _computed(scope, arguments[0], type_)
    help_ = "no function makes a list"
    items: list[str] | None = None
    if name in _RANGES:
        items = _counted([plain_number(argument) for argument in arguments])
    elif name == "linspace" and len(arguments) == 3:
        number = plain_number(arguments[2])
        whole = number is not None and number.denominator == 1 and 1 < number <= _LONGEST
        items = _spaced(arguments[:2], int(number)) if whole and number is not None else None
    elif name in _WRAPPERS and arguments:
        items = [scope.source.slice(argument.span) for argument in arguments]
    return (
        Hint(help_, _listed(items))
        if items
        else Hint(f"{help_}: write each item")
        if name in _RANGES | _WRAPPERS
        else None
    )


def _counted(ends: list[Fraction | None]) -> list[str] | None:
    """The numbers of Python's `range`."""
    known = [int(end) for end in ends if end is not None and end.denominator == 1]
    if len(known) != len(ends) or not 1 <= len(known) <= 3 or (len(known) == 3 and not known[2]):
        return None
    numbers = range(*known)[: _LONGEST + 1]  # `len` of a longer one may be more than it can say
    return [str(number) for number in numbers] if len(numbers) <= _LONGEST else None


def _spaced(ends: Sequence[Expression], number: int) -> list[str] | None:
    """So many numbers at equal distances, in the unit that both ends have."""
    parts = [signed(end) for end in ends]
    units = {inner.unit if isinstance(inner, Quantity) else "" for _, inner in parts}
    texts = [
        inner.number if isinstance(inner, Quantity) else inner.text
        for _, inner in parts
        if isinstance(inner, (Number, Quantity))
    ]
    values = [exact(text) for text in texts]
    if len(units) != 1 or len(texts) != 2 or None in values:
        return None
    low, high = (sign * value for (sign, _), value in zip(parts, values, strict=True) if value is not None)
    points = [low + (high - low) * place / (number - 1) for place in range(number)]
    if any(first >= second for first, second in pairwise(points)) or max(map(abs, points)) > _LARGEST:
        return None
    return [f"{float(point):.{_DIGITS}g} {next(iter(units))}".rstrip() for point in points]


def _share(scope: Scope, node: Expression, type_: ListOf) -> Hint | None:
    """`10 %` of other files."""
    if not isinstance(type_.item, Text) or not isinstance(node, (Number, Quantity)):
        return None
    named = f"name the files that belong here, such as `[{type_.item.example}]`"
    part, written = type_.item.example.strip('"').partition(".")[0], scope.source.slice(node.span)
    if part not in _SHARED:
        return Hint(named)
    share = written if "%" in written else "10 %"
    return Hint(
        f"{named}; a share is drawn of `files`, which take the place of `train`: `split = by_frame({part} = {share})`"
    )


__all__ = ["list_meant"]
