"""The tree of a spec: what was written, each part with its span, nothing interpreted.

Words, numbers and units are still text here; `spec.resolve` gives them meaning by the schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from mlipilot.spec.source import Span


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word where only one may stand: a kind, a name, an argument's name."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Number:
    """A number without a unit, as written."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit word, as written."""

    number: str
    unit: str
    span: Span
    unit_span: Span


@dataclass(frozen=True, slots=True)
class String:
    """A string, its escapes resolved."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Path:
    """Words joined by dots: a choice, an element, a reference; the field's type decides."""

    words: tuple[Word, ...]
    span: Span

    @property
    def text(self) -> str:
        """The path as written."""
        return ".".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call, named or positional."""

    name: Word | None
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A path applied to arguments."""

    function: Path
    arguments: tuple[Argument, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class List:
    """Values in square brackets."""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands: a sign, a sum, `..`, a comparison, `in`, `not`, `and`, `or`."""

    operator: str
    operands: tuple[Expression, ...]
    span: Span


Expression: TypeAlias = Number | Quantity | String | Boolean | Path | Call | List | Operation


@dataclass(frozen=True, slots=True)
class Edition:
    """`edition "2026"`."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Import:
    """`import "base.mlp" as base`."""

    path: str
    name: Word
    span: Span


@dataclass(frozen=True, slots=True)
class Field:
    """`name = value`."""

    path: Path
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Bound:
    """`name <= value`."""

    path: Path
    operator: str
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Draw:
    """`path ~ distribution when condition`."""

    path: Path
    domain: Expression
    when: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Rule:
    """`require`, `prefer`, `minimize` or `maximize`."""

    verb: Word
    subject: Expression
    because: String | None
    when: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a block's brace."""

    kind: Word
    label: Word | String | None
    tag: Word | None
    refines: Path | None
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """A head and its statements."""

    head: Head
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that could not be read; `words` are the names it may have meant to give.

    What depends on such a name is left in peace, so that one fault gives one diagnostic.
    """

    words: frozenset[str]
    body: tuple[Statement, ...]
    span: Span


Statement: TypeAlias = Edition | Import | Field | Bound | Draw | Rule | Block | Broken


@dataclass(frozen=True, slots=True)
class File:
    """All statements of a file."""

    statements: tuple[Statement, ...]
