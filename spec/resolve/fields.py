"""Fields of a block against its schema: each given once, by a known name, as a value of its type.

A misspelt name stands for the field it was probably meant for, so that one slip gives one diagnostic. Its value is
read only where there is no doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mlipilot.spec.diagnostics import Annotation, Applicability, Edit, Fix
from mlipilot.spec.resolve.expressions import default_value, resolve_value
from mlipilot.spec.resolve.scope import Scope, certain, did_you_mean
from mlipilot.spec.schema import BLOCKS, BlockSchema, FieldSchema
from mlipilot.spec.schema.synonyms import absent, synonym
from mlipilot.spec.schema.types import ReferenceTo, describe
from mlipilot.spec.source import Span
from mlipilot.spec.syntax.tree import Block, Bound, Broken, Field, Statement, Word
from mlipilot.spec.values import Value

_FEW = 2
"""Kinds of block that are named where an unknown field is one of theirs."""


def title(block: Block) -> str:
    """A block as messages name it, such as `stage main`."""
    label = block.head.label
    return f"{block.head.kind.text} {label.text}" if isinstance(label, Word) else block.head.kind.text


class FieldTable:
    """The fields of one block while they are read."""

    def __init__(self, scope: Scope, schema: BlockSchema, body: tuple[Statement, ...]) -> None:
        self.scope = scope
        self.schema = schema
        self.known = {field.name: field for field in schema.fields}
        self.defaults = {field.name: field.default for field in schema.fields if field.default is not None}
        self.written = {statement.path.text for statement in body if isinstance(statement, (Field, Bound))}
        self.values: dict[str, Value] = {}
        self.given: dict[str, Span] = {}
        self.strangers: list[Field | Bound] = []
        """Statements whose name is no field's, nor like one's."""
        self.shown = schema.kind
        self.blocks = tuple(statement for statement in body if isinstance(statement, Block))
        self.fields = tuple(statement for statement in body if isinstance(statement, (Field, Bound)))
        self.broken = [statement for statement in body if isinstance(statement, Broken)]

    def add(self, statement: Field | Bound) -> None:
        """Read one field."""
        name = statement.path.text
        field = self.known.get(name)
        if field is None:
            field = self._misspelt(statement)
            if field is None:
                self.strangers.append(statement)
                return
            name = field.name
            if certain(self.scope.diagnostics[-1].fix) is None:
                self.given[name] = statement.path.span
                return  # a guess: nothing is said of a value that may be meant for another field
        elif name in self.given:
            self.scope.report(
                "MLP0405",
                f"`{name}` is given twice",
                statement.path.span,
                "again",
                secondary=(Annotation(self.given[name], "first given here"),),
                help="keep one of them",
            )
            return
        self.given[name] = statement.path.span
        self._check_operator(statement, name)
        found = self.scope.diagnostics
        before = len(found)
        self.scope.around, self.scope.defaults = self.fields, self.defaults
        value = resolve_value(self.scope, statement.value, field.type, f"`{name}`", field.doc)
        if len(found) > before + 1:
            from mlipilot.spec.resolve.merging import merged  # most values have no fault, and the rest have one

            found[before:] = merged(found[before:])
        if value is not None:
            self.values[name] = value

    def stands_for(self, block: Block) -> None:
        """Take a misplaced block, which is reported, for the field that should name it."""
        for field in self.schema.fields:
            is_named = isinstance(field.type, ReferenceTo) and field.type.kind == block.head.kind.text
            if field.name == block.head.kind.text or is_named:
                self.given.setdefault(field.name, block.head.span)

    def inherit(self, fields: Mapping[str, Value]) -> None:
        """Take the fields that are not given from the block that this one refines."""
        for name, value in fields.items():
            if name not in self.given:
                self.given[name] = Span(0, 0)
                self.values[name] = replace(value, span=None)

    def finish(self, shown: str, head: Span) -> None:
        """Fill in defaults and report what is missing; `shown` and `head` are the block's."""
        self.shown = shown
        words = frozenset[str]().union(*(statement.words for statement in self.broken))
        missing = [
            field
            for field in self.schema.fields
            if field.required and field.name not in self.given and field.name not in words
        ]
        # A statement that cannot be read and names no field may have been any of them.
        nameless = sum(not (statement.words & self.known.keys()) for statement in self.broken)
        if len(missing) <= nameless:
            missing = []
        if len(missing) == len(self.strangers) == 1:
            self._stranger(self.strangers[0], meant=missing.pop())
        else:
            for statement in self.strangers:
                self._stranger(statement)
        for field in missing:
            self.scope.report(
                "MLP0404",
                f"`{shown}` lacks the field `{field.name}`",
                head,
                f"needs `{field.name}`: {field.doc}",
                help=f"add `{field.name} = …`, {describe(field.type)}",
            )
        if self.strangers or nameless:
            return  # what they meant is not known, so no default stands for it
        for field in self.schema.fields:
            if field.default is not None and field.name not in self.given and field.name not in words:
                self.values[field.name] = default_value(field.default, field.type)

    def _unwritten(self) -> Iterable[str]:
        return [name for name in self.known if name not in self.written and name not in self.given]

    def _title(self) -> str:
        return f"`{self.schema.kind}{f' : {self.schema.tag}' if self.schema.tag else ''}`"

    def _misspelt(self, statement: Field | Bound) -> FieldSchema | None:
        name, span = statement.path.text, statement.path.span
        unwritten = list(self._unwritten())
        other = next((n for n in unwritten if name == self.known[n].option), None)
        help_, fix = did_you_mean(name, span, unwritten)
        if other is not None:
            help_, fix = f"it is `{other}` here", Fix(f"write `{other}`", (Edit(span, other),))
        if fix is None:
            return None
        self.scope.report(
            "MLP0403",
            f"{self._title()} has no field `{name}`",
            statement.path.span,
            "unknown field",
            help=help_,
            fix=fix,
        )
        return self.known[fix.edits[0].text]

    def _stranger(self, statement: Field | Bound, meant: FieldSchema | None = None) -> None:
        span = statement.path.span
        fix, homes = None, self._homes(statement.path.text)
        secondary: tuple[Annotation, ...] = ()
        if homes:
            there, secondary = self._written_there(statement)
            help_ = f"it is a field of {homes}{there}"
        elif siblings := self._siblings(statement.path.text):
            help_ = self._of_sibling(siblings, statement)
        elif meant is not None:
            help_ = f"`{meant.name}` is missing; is it meant? it takes {describe(meant.type)}"
            fix = Fix(f"write `{meant.name}`", (Edit(span, meant.name),), Applicability.UNSAFE)
        else:
            known = "known: " + ", ".join(f"`{name}`" for name in self.known) if self.known else ""
            known = absent(statement.path.text) or known
            help_ = f"{known}; {self._left_out(statement)}" if known else self._left_out(statement)
        self.scope.report(
            "MLP0403",
            f"{self._title()} has no field `{statement.path.text}`",
            span,
            "unknown field",
            secondary=secondary,
            help=help_,
            fix=fix,
        )

    def _left_out(self, statement: Field | Bound) -> str:
        """How a line is left out that says something which no field does."""
        source, text = self.scope.source, self.scope.source.slice(statement.span)
        is_alone = source.line(source.location(statement.span.start).line).strip() == text
        return f"drop it, or keep it as a comment: `# {' '.join(text.split())}`" if is_alone else "drop it"

    def _written_there(self, statement: Field | Bound) -> tuple[str, tuple[Annotation, ...]]:
        """How a field is written in the one kind of block that has it; empty where there are several.

        A block of that kind that stands in this one, or in the file, is named, with the place where it has the field.
        """
        homes = self._kinds_with(statement.path.text)
        if len(homes) != 1:
            return "", ()
        ((kind, name),) = homes.items()
        schemas = [schema for schema in BLOCKS.values() if schema.kind == kind]
        sign = "<=" if any(schema.bounds for schema in schemas) else "="
        written = f"{name} {sign} {self.scope.source.slice(statement.value.span)}"
        blocks = [block for block in (*self.blocks, *self.scope.statements) if isinstance(block, Block)]
        standing = [block for block in blocks if block.head.kind.text == kind]
        if schemas[0].once and standing:
            return self._in_standing(standing[0], written), ()
        if not standing:
            label = f" {'name' if schemas[0].label == 'word' else ''}".rstrip()
            return f": write `{kind}{label} {{ {written} }}`", ()
        given = {
            title(block): field
            for block in standing
            for field in block.body
            if isinstance(field, (Field, Bound)) and field.path.text == name
        }
        names = [f"`{title(block)}`" for block in standing]
        if len(given) < len(standing):
            lacking = [word for word in names if word.strip("`") not in given]
            return f": write `{written}` in {' or '.join(lacking)}, and drop it here", ()
        own = "its" if len(names) == 1 else "their"
        has = "has" if len(names) == 1 else "have"
        text = f": {' and '.join(names)} {has} {own} own `{name}`; set it there, and drop it here"
        return text, tuple(Annotation(field.span, "it stands here") for field in given.values())

    def _in_standing(self, block: Block, text: str) -> str:
        """How a field is written in the one block of its kind, which the file has already."""
        source, kind, name = self.scope.source, block.head.kind.text, text.split(maxsplit=1)[0]
        for other in block.body:
            if isinstance(other, (Field, Bound)) and other.path.text == name:
                line, said = source.location(other.span.start).line, " ".join(source.slice(other.span).split())
                return f", which says `{said}` in line {line}: drop this line, and change that one if need be"
        line = source.location(block.head.span.start).line
        return f": write `{text}` in the `{kind}` of line {line}, and drop this line"

    def _siblings(self, name: str) -> list[BlockSchema]:
        """The blocks of this kind, of another tag, that have a field."""
        return [s for s in BLOCKS.values() if s.kind == self.schema.kind and name in {field.name for field in s.fields}]

    def _of_sibling(self, siblings: list[BlockSchema], statement: Field | Bound) -> str:
        """That a field belongs to a block of another tag, which this one may be meant to be."""
        titles = " and of ".join(f"`{sibling.kind} : {sibling.tag}`" for sibling in siblings)
        known = {field.name for field in siblings[0].fields}
        would_do = self.written <= known and all(f.name in self.written for f in siblings[0].fields if f.required)
        meant = f", or write `{self.shown} : {siblings[0].tag}` if such a block is meant" if would_do else ""
        return f"it is a field of {titles}: drop the line{meant}"

    def _homes(self, name: str) -> str:
        """The kinds of block that have such a field, in words; empty where there are none, or many."""
        homes = self._kinds_with(name)
        if not 1 <= len(homes) <= _FEW or self.schema.kind in homes:
            return ""
        words = [f"`{kind}`" + (f", named `{ours}`" if ours != name else "") for kind, ours in homes.items()]
        return " and of ".join(words)

    @staticmethod
    def _kinds_with(name: str) -> dict[str, str]:
        """The kinds of block that have such a field, with its name there."""
        homes: dict[str, str] = {}
        for schema in BLOCKS.values():
            names = {field.option: field.name for field in schema.fields if field.option is not None}
            known = [field.name for field in schema.fields]
            found = name if name in known else names.get(name) or synonym(name, known)
            if found is not None:
                homes[schema.kind] = found
        return homes

    def _check_operator(self, statement: Field | Bound, name: str) -> None:
        operator = statement.operator if isinstance(statement, Bound) else "="
        wanted = "<=" if self.schema.bounds else "="
        if operator == wanted:
            return
        sure = Applicability.UNSAFE if operator.startswith(">") else Applicability.SAFE
        between = Span(statement.path.span.end, statement.value.span.start)
        start = self.scope.source.text.index(operator, between.start, between.end)
        place = Span(start, start + len(operator))
        self.scope.report(
            "MLP0406",
            f"`{name}` is written with `{wanted}`, not `{operator}`",
            place,
            f"expected `{wanted}`",
            fix=Fix(f"write `{wanted}`", (Edit(place, wanted),), sure),
        )


__all__ = ["FieldTable", "title"]
