"""The types that a field of the schema can have, as data.

A type says what it takes, in words and with an example; how an expression becomes a value of it is
`spec.resolve`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from mlipilot.spec.schema.plausible import Plausible
from mlipilot.spec.units import NAMED, usual_units


@dataclass(frozen=True)
class Integer:
    """A whole number."""

    minimum: int | None = None
    maximum: int | None = None
    example: str = "4"


@dataclass(frozen=True)
class Real:
    """A number of a dimension; bounds are in base units, and exclusive where said."""

    dimension: str = "a plain number"
    minimum: str | None = None
    maximum: str | None = None
    above: str | None = None
    """Exclusive lower bound."""
    below: str | None = None
    """Exclusive upper bound."""
    example: str = ""
    plausible: Plausible | None = None
    """What is meant by it if anything; every number with a dimension that a spec gives has it."""

    def __post_init__(self) -> None:
        assert self.dimension in NAMED, self.dimension


@dataclass(frozen=True)
class Boolean:
    """`true` or `false`."""


@dataclass(frozen=True)
class Text:
    """A string."""

    example: str = '"…"'


@dataclass(frozen=True)
class Choice:
    """One word of a few."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Element:
    """A chemical element; where only some will do, those."""

    only: tuple[str, ...] = ()
    otherwise: str = ""
    """How a spec has another `{element}` than these."""


@dataclass(frozen=True)
class RangeOf:
    """`low .. high`."""

    item: Real


@dataclass(frozen=True)
class UnitOf:
    """A unit word alone, without a number: what numbers that stand elsewhere are in."""

    dimension: str

    def __post_init__(self) -> None:
        assert self.dimension in NAMED, self.dimension


@dataclass(frozen=True)
class ListOf:
    """Values in square brackets."""

    item: FieldType
    shortest: int = 1
    longest: int | None = None


@dataclass(frozen=True)
class ReferenceTo:
    """The name of a block of a kind, and of one of its parts where it must be said."""

    kind: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """An argument of a call."""

    name: str
    type: FieldType
    default: str | None = None
    """As written in a spec; none where the argument must be given."""
    doc: str = ""
    option: str | None = None
    """The option of the model backend that it maps to."""
    optional: bool = False
    """Whether it may be absent, without a default in its place."""

    @property
    def is_needed(self) -> bool:
        """Whether it must be given."""
        return self.default is None and not self.optional


@dataclass(frozen=True)
class Signature:
    """A call that a field takes."""

    name: str
    parameters: tuple[Parameter, ...] = ()
    doc: str = ""
    element_values: Real | None = None
    """Where set, any chemical element is an argument name, with a value of this type."""
    divides: str = ""
    """The field whose number its arguments share out."""
    gathers: bool = False
    """Whether what stands in its brackets are the items of its one parameter, a list."""


@dataclass(frozen=True)
class CallOf:
    """One of a few calls; a call without arguments is written as its name alone."""

    signatures: tuple[Signature, ...]
    elsewhere: tuple[tuple[str, str], ...] = ()
    """Words that are no such call, and in which call each stands."""


@dataclass(frozen=True)
class AnyOf:
    """A value of one of a few types, told apart by its form or its unit."""

    types: tuple[Choice | Real | Text, ...]


FieldType: TypeAlias = (
    Integer | Real | Boolean | Text | Choice | Element | UnitOf | RangeOf | ListOf | ReferenceTo | CallOf | AnyOf
)


def describe(type_: FieldType) -> str:
    """A type in words, with an example where that helps."""
    match type_:
        case Integer():
            return f"a whole number, such as `{type_.example}`"
        case Real():
            unit = NAMED[type_.dimension].example
            example = type_.example or ("0.5" if type_.dimension == "a plain number" else f"1 {unit}")
            return f"{_article(type_.dimension)}, such as `{example}`"
        case Boolean():
            return "`true` or `false`"
        case Text():
            return f"a string, such as `{type_.example}`"
        case Choice():
            return _one_of(type_.words)
        case Element():
            return _one_of(type_.only) if type_.only else "a chemical element, such as `Cu`"
        case UnitOf():
            return f"a unit of {type_.dimension}, such as {_one_of(usual_units(type_.dimension)[:2])}"
        case RangeOf():
            return f"a range of {type_.item.dimension}, such as `{type_.item.example}`"
        case ListOf():
            return f"a list, each item {describe(type_.item)}"
        case ReferenceTo():
            part = f" with its part, such as `name.{type_.members[-1]}`" if type_.members else ""
            return f"the name of a `{type_.kind}` block{part}"
        case CallOf():
            return _one_of(tuple(_shape(s) for s in type_.signatures))
        case AnyOf():
            return " or ".join(describe(other) for other in type_.types)


def _shape(signature: Signature) -> str:
    if signature.element_values is not None:
        return f"{signature.name}(Cu = …)"
    if signature.gathers:
        return f"{signature.name}(…)"
    return (
        f"{signature.name}({', '.join(p.name for p in signature.parameters)})"
        if signature.parameters
        else signature.name
    )


def _one_of(words: tuple[str, ...]) -> str:
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]


def _article(dimension: str) -> str:
    if dimension.startswith("a "):
        return dimension
    return f"an {dimension}" if dimension[0] in "aeiou" else f"a {dimension}"
