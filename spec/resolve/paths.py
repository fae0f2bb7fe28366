"""Paths of a search to the fields they name: `fit.energy.lr`, or an argument of a call, `fit.energy.loss.forces`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mlipilot.spec.diagnostics import Annotation, Applicability, Edit, Fix
from mlipilot.spec.resolve.scope import Scope, did_you_mean, like_a_name
from mlipilot.spec.schema import ELEMENTS, block_schema
from mlipilot.spec.schema.structure import FieldSchema
from mlipilot.spec.schema.types import CallOf, FieldType, Signature
from mlipilot.spec.space import FieldPath
from mlipilot.spec.suggest import nearest
from mlipilot.spec.syntax.tree import Path, Word
from mlipilot.spec.values import Applied, BlockValue, Value


class Found(NamedTuple):
    """A path that names something: its field's type, and the value that the spec gives it."""

    path: FieldPath
    type: FieldType
    value: Value
    is_fixed: bool
    """Out of reach of a search."""


class Fields:
    """The fields of a spec's own blocks, by path."""

    def __init__(self, scope: Scope, blocks: Mapping[str, BlockValue]) -> None:
        self.scope = scope
        self.blocks = blocks

    def find(self, path: Path) -> Found | None:
        """What a path names; None after a fault, or where its block could not be read."""
        head, rest = path.words[0], list(path.words[1:])
        block = self.blocks.get(head.text)
        if block is None:
            self._no_block(head)
            return None
        if not rest:
            self._unknown(block, head, f"`{head.text}` is a block; a path names one of its fields")
            return None
        stage: BlockValue | None = None
        names = {child.name: child for child in block.children}
        if rest[0].text in names and len(rest) > 1:
            stage = names[rest.pop(0).text]
        owner = stage or block
        field = self._field(owner, rest[0], tuple(names) if stage is None else ())
        if field is None:
            return None
        value = owner.fields.get(field.name)
        if value is None:
            if not owner.incomplete:
                self.scope.report(
                    "MLP0411",
                    f"`{path.text}` has no value in the spec, so there is no baseline",
                    path.span,
                    f"give `{owner.name}` a `{field.name}`",
                )
            return None
        schema = block_schema(owner.kind, owner.tag)
        is_fixed = field.fixed or schema is None or not schema.searched
        place = FieldPath(block.name, stage.name if stage else None, field.name)
        if len(rest) == 1:
            return Found(place, field.type, value, is_fixed)
        if len(rest) > 2:
            self._unknown(owner, rest[2], f"`{path.text}` goes deeper than an argument of a call")
            return None
        return self._argument(place, field, value, rest[1], is_fixed)

    def _no_block(self, word: Word) -> None:
        declared = self.scope.blocks.get(word.text)
        if declared is not None or word.text in self.scope.poisoned:
            return  # it could not be read, and that was reported
        owners = [block.name for block in self.blocks.values() if any(c.name == word.text for c in block.children)]
        if len(owners) == 1:
            meant = f"{owners[0]}.{word.text}"
            fix: Fix | None = Fix(f"write `{meant}`", (Edit(word.span, meant),), Applicability.UNSAFE)
            help_ = f"`{word.text}` is a stage of `{owners[0]}`: write `{meant}`"
        else:
            searched = [
                name
                for name, block in self.blocks.items()
                if (schema := block_schema(block.kind, block.tag)) is not None and schema.searched
            ]
            help_, fix = like_a_name(word.text, word.span, searched)
        self.scope.report(
            "MLP0411", f"there is no block named `{word.text}`", word.span, "unknown name", help=help_, fix=fix
        )

    def _field(self, owner: BlockValue, word: Word, stages: tuple[str, ...]) -> FieldSchema | None:
        schema = block_schema(owner.kind, owner.tag)
        fields = {field.name: field for field in schema.fields} if schema is not None else {}
        field = fields.get(word.text)
        if field is None and not owner.incomplete:
            look_up = like_a_name if nearest(word.text, stages) else did_you_mean
            help_, fix = look_up(word.text, word.span, [*fields, *stages])
            what = f"`{word.text}` is a stage; name one of its fields" if word.text in stages else ""
            self.scope.report(
                "MLP0411",
                what or f"`{owner.name}` has no field `{word.text}`",
                word.span,
                "unknown field",
                help=help_ if not what else "",
                fix=fix if not what else None,
                secondary=(Annotation(owner.span, "declared here"),),
            )
        return field

    def _argument(self, place: FieldPath, field: FieldSchema, value: Value, word: Word, is_fixed: bool) -> Found | None:
        if not isinstance(field.type, CallOf) or not isinstance(value.data, Applied):
            self._unknown(None, word, f"`{field.name}` is no call and has no argument `{word.text}`")
            return None
        call = value.data
        signature = next(s for s in field.type.signatures if s.name == call.name)
        type_ = argument_type(signature, word.text)
        given = call.arguments.get(word.text)
        if type_ is None or given is None:
            help_, fix = did_you_mean(word.text, word.span, list(call.arguments))
            self.scope.report(
                "MLP0411",
                f"`{call.name}` has no argument `{word.text}`",
                word.span,
                "unknown argument",
                help=help_,
                fix=fix,
            )
            return None
        return Found(place._replace(argument=word.text), type_, given, is_fixed)

    def _unknown(self, owner: BlockValue | None, word: Word, headline: str) -> None:
        where = (Annotation(owner.span, "declared here"),) if owner is not None else ()
        self.scope.report("MLP0411", headline, word.span, "no field", secondary=where)


def argument_type(signature: Signature, name: str) -> FieldType | None:
    """The type of a call's argument; None where it has none of that name."""
    if signature.element_values is not None and name in ELEMENTS:
        return signature.element_values
    return next((parameter.type for parameter in signature.parameters if parameter.name == name), None)


__all__ = ["Fields", "Found", "argument_type"]
