"""The space of a search: which values of a spec may change, into what, and under which conditions.

A point gives a value to each path that is drawn; a path whose condition does not hold keeps the spec's own value.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from mlipilot.spec.schema.types import FieldType
from mlipilot.spec.source import Span
from mlipilot.spec.values import Applied, Data, Value, meaning

Point: TypeAlias = Mapping[str, Data]


class FieldPath(NamedTuple):
    """Where a value stands: a field of a block or of a stage, or an argument of its call."""

    block: str
    stage: str | None
    field: str
    argument: str | None = None

    @property
    def text(self) -> str:
        """As written: `fit.energy.loss.energy`."""
        return ".".join(filter(None, self))

    @property
    def whole(self) -> FieldPath:
        """The field that an argument is a part of; a field itself."""
        return self._replace(argument=None)


@dataclass(frozen=True)
class Domain:
    """What a value may become: listed values, or an interval, both ends included."""

    kind: str
    """A key of `DOMAINS`."""
    values: tuple[Value, ...]
    """Those of a choice; of an interval its two ends."""
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    step: Fraction | None = None
    """Grid from the low end; an integer's is 1 unless said otherwise."""

    @property
    def is_finite(self) -> bool:
        """Whether its values can be counted."""
        return self.kind == "choice" or self.step is not None

    @property
    def size(self) -> int | None:
        """How many values it has; none where they cannot be counted."""
        if self.kind == "choice":
            return len(self.values)
        return None if self.step is None else int((self.high - self.low) / self.step) + 1

    def at(self, index: int) -> Data:
        """A value of a finite domain, in order."""
        if self.kind == "choice":
            return self.values[index].data
        assert self.step is not None
        value = self.low + index * self.step
        return int(value) if self.kind == "int" else value

    def holds(self, data: Data) -> bool:
        """Whether a number lies in it; of a choice, `SearchSpace.admits` tells."""
        if isinstance(data, bool) or not isinstance(data, (int, Fraction)) or not self.low <= data <= self.high:
            return False
        return self.step is None or (Fraction(data) - self.low) % self.step == 0


class PathOperand(NamedTuple):
    """The value of a path."""

    path: str


class Literal(NamedTuple):
    """A value that was written."""

    data: Data


class Sum(NamedTuple):
    """Numbers added, each with its sign."""

    terms: tuple[tuple[int, Operand], ...]


Operand: TypeAlias = PathOperand | Literal | Sum


class Comparison(NamedTuple):
    """Two operands and what is said of them."""

    operator: str
    left: Operand
    right: Operand


class Membership(NamedTuple):
    """An operand that is one of a few values."""

    item: Operand
    values: tuple[Data, ...]


class Negation(NamedTuple):
    """The opposite of a condition."""

    of: Condition


class Junction(NamedTuple):
    """Conditions joined by `and` or `or`."""

    word: str
    parts: tuple[Condition, ...]


Condition: TypeAlias = PathOperand | Comparison | Membership | Negation | Junction

_ORDER = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}


def holds(condition: Condition, point: Point) -> bool:
    """Whether a condition is true at a point that gives a value to all its paths."""
    match condition:
        case PathOperand(path):
            return bool(point[path])
        case Comparison(sign, left, right):
            one, other = _value(left, point), _value(right, point)
            if sign in ("==", "!="):
                return (meaning(one) == meaning(other)) == (sign == "==")
            return bool(_ORDER[sign](one, other))  # type: ignore[arg-type]
        case Membership(item, values):
            return meaning(_value(item, point)) in {meaning(value) for value in values}
        case Negation(of):
            return not holds(of, point)
        case Junction(word, parts):
            return (all if word == "and" else any)(holds(part, point) for part in parts)


def _value(operand: Operand, point: Point) -> Data:
    match operand:
        case PathOperand(path):
            return point[path]
        case Literal(data):
            return data
        case Sum(terms):
            return sum(sign * _value(term, point) for sign, term in terms)  # type: ignore[operator,misc]


def operands(condition: Condition) -> list[Operand]:
    """All operands of a condition, those inside sums too."""
    match condition:
        case PathOperand():
            return [condition]
        case Comparison(_, left, right):
            return [*_inner(left), *_inner(right)]
        case Membership(item, _):
            return _inner(item)
        case Negation(of):
            return operands(of)
        case Junction(_, parts):
            return [operand for part in parts for operand in operands(part)]


def _inner(operand: Operand) -> list[Operand]:
    return [inner for _, term in operand.terms for inner in _inner(term)] if isinstance(operand, Sum) else [operand]


def paths(condition: Condition) -> frozenset[str]:
    """The paths that a condition speaks of."""
    return frozenset(operand.path for operand in operands(condition) if isinstance(operand, PathOperand))


@dataclass(frozen=True)
class Draw:
    """A path and what it may become."""

    path: FieldPath
    type: FieldType
    domain: Domain
    when: Condition | None
    span: Span
    """The path."""
    domain_span: Span


@dataclass(frozen=True)
class Requirement:
    """What every point must satisfy."""

    condition: Condition
    when: Condition | None
    because: str
    span: Span
    written: str

    def met(self, point: Point) -> bool:
        """Whether a point satisfies it."""
        return (self.when is not None and not holds(self.when, point)) or holds(self.condition, point)

    @property
    def paths(self) -> frozenset[str]:
        """The paths that it speaks of."""
        return paths(self.condition) | (paths(self.when) if self.when is not None else frozenset())


@dataclass(frozen=True)
class SearchSpace:
    """All draws in an order in which each follows those that its condition needs, and the requirements on them."""

    draws: tuple[Draw, ...]
    requirements: tuple[Requirement, ...]
    baseline: Point
    """The spec's own value of each path that is drawn or spoken of."""
    span: Span

    def draw(self, path: str) -> Draw | None:
        """The draw of a path."""
        return next((draw for draw in self.draws if draw.path.text == path), None)

    def own_part(self, path: FieldPath, data: Data) -> Data:
        """A value without those arguments that are drawn for themselves: they do not count when values are compared."""
        if not isinstance(data, Applied) or path.argument is not None:
            return data
        drawn = {draw.path.argument for draw in self.draws if draw.path.whole == path}
        return Applied(data.name, {name: value for name, value in data.arguments.items() if name not in drawn})

    def admits(self, draw: Draw, data: Data) -> bool:
        """Whether a value lies in the domain of a draw."""
        if draw.domain.kind != "choice":
            return draw.domain.holds(data)
        mine = meaning(self.own_part(draw.path, data))
        return any(meaning(self.own_part(draw.path, value.data)) == mine for value in draw.domain.values)

    def settle(self, point: Point) -> dict[str, Data]:
        """A point in which every path whose condition does not hold has the spec's own value again."""
        settled = dict(self.baseline)
        for draw in self.draws:
            name = draw.path.text
            if name in point and (draw.when is None or holds(draw.when, settled)):
                settled[name] = data = point[name]
                if isinstance(data, Applied):  # another call brings its own arguments along
                    given = {f"{name}.{argument}": value.data for argument, value in data.arguments.items()}
                    settled |= {path: value for path, value in given.items() if path in settled}
        return settled

    def violated(self, point: Point) -> tuple[Requirement, ...]:
        """The requirements that a settled point does not satisfy."""
        return tuple(requirement for requirement in self.requirements if not requirement.met(point))
