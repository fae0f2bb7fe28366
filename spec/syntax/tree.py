"""The tree of a spec: what was written, each part with its span, nothing interpreted.

Words, numbers and units are still text here; `spec.resolve` gives them meaning by the schema.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from mlipilot.spec.source import Span


class Word(NamedTuple):
    """A bare word where only one may stand: a kind, a name, an argument's name."""

    text: str
    span: Span


class Number(NamedTuple):
    """A number without a unit, as written."""

    text: str
    span: Span


class Quantity(NamedTuple):
    """A number with a unit word, as written."""

    number: str
    unit: str
    span: Span
    unit_span: Span


class UnitName(NamedTuple):
    """A word that only a unit can be, such as `kcal/mol`, as written; simple ones are paths."""

    text: str
    span: Span


class String(NamedTuple):
    """A string, its escapes resolved."""

    text: str
    span: Span


class Boolean(NamedTuple):
    """`true` or `false`."""

    value: bool
    span: Span


class Path(NamedTuple):
    """Words joined by dots: a choice, an element, a reference; the field's type decides."""

    words: tuple[Word, ...]
    span: Span

    @property
    def text(self) -> str:
        """The path as written."""
        return ".".join(word.text for word in self.words)


class Argument(NamedTuple):
    """An argument of a call, named or positional."""

    name: Word | None
    value: Expression
    span: Span


class Call(NamedTuple):
    """A path applied to arguments."""

    function: Path
    arguments: tuple[Argument, ...]
    span: Span


class List(NamedTuple):
    """Values in square brackets."""

    items: tuple[Expression, ...]
    span: Span


class Operation(NamedTuple):
    """An operator with its operands: a sign, a sum, `..`, a comparison, `in`, `not`, `and`, `or`."""

    operator: str
    operands: tuple[Expression, ...]
    span: Span


Expression: TypeAlias = Number | Quantity | UnitName | String | Boolean | Path | Call | List | Operation


class Edition(NamedTuple):
    """`edition "2026"`."""

    text: str
    span: Span


class Import(NamedTuple):
    """`import "base.mlp" as base`."""

    path: str
    name: Word
    span: Span


class Field(NamedTuple):
    """`name = value`."""

    path: Path
    value: Expression
    span: Span


class Bound(NamedTuple):
    """`name <= value`."""

    path: Path
    operator: str
    value: Expression
    span: Span


class Draw(NamedTuple):
    """`path ~ distribution when condition`."""

    path: Path
    domain: Expression
    when: Expression | None
    span: Span


class Rule(NamedTuple):
    """`require`, `predict`, `prefer`, `minimize` or `maximize`."""

    verb: Word
    subject: Expression
    because: String | None
    when: Expression | None
    span: Span


class Head(NamedTuple):
    """What stands before a block's brace."""

    kind: Word
    label: Word | String | None
    tag: Word | None
    refines: Path | None
    span: Span


class Block(NamedTuple):
    """A head and its statements."""

    head: Head
    body: tuple[Statement, ...]
    span: Span


class Broken(NamedTuple):
    """A statement that could not be read; `words` are the names it may have meant to give.

    What depends on such a name is left in peace, so that one fault gives one diagnostic.
    """

    words: frozenset[str]
    body: tuple[Statement, ...]
    span: Span


Statement: TypeAlias = Edition | Import | Field | Bound | Draw | Rule | Block | Broken


class File(NamedTuple):
    """All statements of a file."""

    statements: tuple[Statement, ...]
