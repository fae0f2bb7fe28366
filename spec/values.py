"""Typed values: what the parts of a spec mean, each with the span it came from.

Numbers are exact: `Fraction`s in base units (eV, Å, fs, K). A value that the author did not write has the
schema's default and no span.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from mlipilot.spec.source import SourceFile, Span


@dataclass(frozen=True)
class Name:
    """A word of a closed set: a choice or a chemical element."""

    text: str


@dataclass(frozen=True)
class Reference:
    """A block by name, and a part of it where one is named (`cu.test`)."""

    block: str
    member: str | None = None

    @property
    def text(self) -> str:
        """As written."""
        return self.block if self.member is None else f"{self.block}.{self.member}"


@dataclass(frozen=True)
class Interval:
    """`low .. high`, both included."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class UnitWord:
    """A unit without a number."""

    text: str
    """In the usual letters."""
    factor: Fraction
    """How many base units (eV, Å, fs) it is."""


@dataclass(frozen=True)
class Applied:
    """A call: a name and its arguments, defaults filled in."""

    name: str
    arguments: Mapping[str, Value]


Data: TypeAlias = Fraction | int | bool | str | Name | Reference | Interval | UnitWord | Applied | tuple["Value", ...]


@dataclass(frozen=True)
class Value:
    """A typed value, and where it was written."""

    data: Data
    span: Span | None = None
    written: str = ""
    """As the author wrote it, for messages; of a default, as the schema writes it."""
    unit: str = ""
    """The unit that a number was written in, in the usual letters; empty of all else."""

    @property
    def is_default(self) -> bool:
        """Whether the schema gave it, not the author."""
        return self.span is None


def meaning(data: Data) -> object:
    """A value without the places it was written at: equal for values that mean the same, and hashable."""
    match data:
        case bool():
            return ("flag", data)
        case UnitWord():
            return ("unit", data.factor)
        case Applied():
            arguments = sorted((name, meaning(value.data)) for name, value in data.arguments.items())
            return ("call", data.name, tuple(arguments))
        case tuple():
            return tuple(meaning(value.data) for value in data)
        case _:
            return data


@dataclass(frozen=True)
class MetricCall:
    """A metric applied to what it is measured on: `force_rmse(cu.test)`."""

    metric: str
    target: Reference
    arguments: Mapping[str, Value]
    """Arguments besides the target."""
    target_arguments: tuple[int, ...]
    """Of a cell, its repeats: `(4, 4, 4)`."""
    span: Span
    written: str


@dataclass(frozen=True)
class Constraint:
    """A rule of a scorecard."""

    verb: str
    """`require`, `prefer`, `minimize` or `maximize`."""
    metric: MetricCall
    comparator: str | None
    """`<=` or `>=`; none where something is minimised or maximised."""
    threshold: Value | None
    because: str
    span: Span
    source: SourceFile
    """The file it stands in: a refined scorecard has rules of another."""


@dataclass(frozen=True)
class Claim:
    """What is claimed in an `encoding` block of an encoding and a control."""

    verb: str
    """`require` or `predict`."""
    relation: str
    """`better`, `not_worse` or `equivalent`."""
    arguments: Mapping[str, Value]
    """`encoding` and `control`; `tier`, `data`, `scaling`, `dimension` and `head` where they are given."""
    because: str
    written: str
    """The call in a line."""
    span: Span
    source: SourceFile


@dataclass(frozen=True)
class BlockValue:
    """A block with its fields filled in."""

    kind: str
    name: str
    tag: str | None
    fields: Mapping[str, Value]
    children: tuple[BlockValue, ...]
    constraints: tuple[Constraint, ...]
    span: Span
    """The block's head."""
    source: SourceFile
    """The file it stands in."""
    incomplete: bool = False
    """Some of it could not be read: what is missing is not to be reported again."""
    claims: tuple[Claim, ...] = ()
    """Of an `encoding` block."""

    def has(self, field: str) -> bool:
        """Whether a field has a value."""
        return field in self.fields

    def number(self, field: str) -> Fraction:
        """A number in base units."""
        data = self.fields[field].data
        assert isinstance(data, (Fraction, int))
        return Fraction(data)

    def integer(self, field: str) -> int:
        """A whole number."""
        data = self.fields[field].data
        assert isinstance(data, int)
        return data

    def flag(self, field: str) -> bool:
        """True or false."""
        data = self.fields[field].data
        assert isinstance(data, bool)
        return data

    def text(self, field: str) -> str:
        """A string or a word."""
        data = self.fields[field].data
        if isinstance(data, Name):
            return data.text
        assert isinstance(data, str)
        return data

    def reference(self, field: str) -> Reference:
        """A reference to a block."""
        data = self.fields[field].data
        assert isinstance(data, Reference)
        return data

    def items(self, field: str) -> tuple[Value, ...]:
        """The values of a list."""
        data = self.fields[field].data
        assert isinstance(data, tuple)
        return data

    def call(self, field: str) -> Applied:
        """A call with its arguments."""
        data = self.fields[field].data
        assert isinstance(data, Applied)
        return data
