"""Blocks to typed blocks: fields are matched against the schema, defaults filled in, names collected."""

from __future__ import annotations

from mlipilot.spec.diagnostics import Annotation, Edit, Fix
from mlipilot.spec.resolve.expressions import default_value, resolve_value
from mlipilot.spec.resolve.scope import Declared, Scope, did_you_mean
from mlipilot.spec.resolve.scorecard import resolve_rule
from mlipilot.spec.schema import KINDS, LATER, BlockSchema, block_schema, tags
from mlipilot.spec.schema.types import describe
from mlipilot.spec.source import Span
from mlipilot.spec.syntax.tree import Block, Bound, Broken, Draw, Edition, Field, Import, Rule, Statement, Word
from mlipilot.spec.values import BlockValue, Constraint, Value


def declare(scope: Scope, statements: tuple[Statement, ...]) -> None:
    """Collect the names of all blocks before any reference is looked up."""
    for statement in statements:
        if isinstance(statement, Broken):
            scope.poisoned |= statement.words
        elif isinstance(statement, Import):
            scope.poisoned.add(statement.name.text)
        elif isinstance(statement, Block) and isinstance(statement.head.label, Word):
            name = statement.head.label
            first = scope.blocks.get(name.text)
            if first is not None:
                scope.report(
                    "MLP0303",
                    f"two blocks are named `{name.text}`",
                    name.span,
                    "again",
                    secondary=(Annotation(first.span, "first declared here"),),
                    help="give one of them another name",
                )
                continue
            tag = statement.head.tag.text if statement.head.tag is not None else None
            scope.blocks[name.text] = Declared(statement.head.kind.text, tag, name.span)


def resolve_block(scope: Scope, block: Block, parent: BlockSchema | None = None) -> BlockValue | None:
    """The typed value of a block; None where its schema is unknown."""
    schema = _schema(scope, block, parent)
    if schema is None:
        return None
    name = _label(scope, block, schema)
    fields: dict[str, Value] = {}
    given: dict[str, Span] = {}
    children: list[BlockValue] = []
    constraints: list[Constraint] = []
    broken: set[str] = set()
    before = len(scope.diagnostics)
    for statement in block.body:
        if isinstance(statement, Broken):
            broken |= statement.words
        elif isinstance(statement, (Field, Bound)):
            _field(scope, schema, statement, fields, given)
        elif isinstance(statement, Block):
            child = _child(scope, schema, statement, children)
            if child is not None:
                children.append(child)
        elif isinstance(statement, Rule) and schema.rules:
            constraint = resolve_rule(scope, statement)
            if constraint is not None:
                constraints.append(constraint)
        else:
            _misplaced(scope, schema, statement)
    has_broken = any(isinstance(statement, Broken) for statement in block.body)
    for field in schema.fields:
        if field.name in given or field.name in broken:
            continue
        if field.default is not None:
            fields[field.name] = default_value(field.default, field.type)
        elif field.required:
            scope.report(
                "MLP0404",
                f"`{_shown(block)}` lacks the field `{field.name}`",
                block.head.span,
                f"needs `{field.name}`: {field.doc}",
                help=f"add `{field.name} = …`, {describe(field.type)}",
            )
    incomplete = has_broken or len(scope.diagnostics) > before
    tag = block.head.tag.text if block.head.tag is not None else None
    return BlockValue(schema.kind, name, tag, fields, tuple(children), tuple(constraints), block.head.span, incomplete)


def _shown(block: Block) -> str:
    label = block.head.label
    return f"{block.head.kind.text} {label.text}" if isinstance(label, Word) else block.head.kind.text


def _schema(scope: Scope, block: Block, parent: BlockSchema | None) -> BlockSchema | None:
    kind, tag = block.head.kind, block.head.tag
    if kind.text in LATER and parent is None:
        scope.report(
            "MLP0409",
            f"`{kind.text}` blocks are part of the language, but this version does not run them",
            kind.span,
            "not supported yet",
            help="remove the block to run the rest",
        )
        return None
    if kind.text not in KINDS:
        help_, fix = did_you_mean(kind.text, kind.span, parent.children if parent else _top_kinds())
        scope.report("MLP0401", f"there is no block `{kind.text}`", kind.span, "unknown block", help=help_, fix=fix)
        return None
    allowed = parent.children if parent is not None else _top_kinds()
    if kind.text not in allowed:
        place = f"inside `{parent.kind}`" if parent is not None else "at the top of a file"
        scope.report("MLP0406", f"a `{kind.text}` block cannot stand {place}", block.head.span, "misplaced")
        return None
    if block.head.refines is not None:
        scope.report(
            "MLP0409",
            "refinement is part of the language, but this version does not run it",
            block.head.refines.span,
            "not supported yet",
        )
        return None
    known = tags(kind.text)
    if tag is None and known:
        scope.report(
            "MLP0402",
            f"`{kind.text}` needs a tag",
            block.head.span,
            "which one?",
            help="write " + " or ".join(f"`{_shown(block)} : {name}`" for name in known),
        )
        return None
    if tag is not None and tag.text not in known:
        if known:
            help_, fix = did_you_mean(tag.text, tag.span, known)
        else:
            start = (block.head.label or kind).span.end
            help_, fix = "remove it", Fix("remove the tag", (Edit(Span(start, tag.span.end), ""),))
        scope.report(
            "MLP0402",
            f"there is no `{kind.text}` of tag `{tag.text}`" if known else f"`{kind.text}` takes no tag",
            tag.span,
            "unknown tag" if known else "not taken",
            help=help_,
            fix=fix,
        )
        return None
    return block_schema(kind.text, tag.text if tag is not None else None)


def _top_kinds() -> tuple[str, ...]:
    return tuple(sorted(KINDS - {"stage"}))


def _label(scope: Scope, block: Block, schema: BlockSchema) -> str:
    label = block.head.label
    kind = schema.kind
    if schema.label == "none":
        if label is not None:
            scope.report("MLP0406", f"`{kind}` takes no name", label.span, "not taken", help="remove it")
        return kind
    if schema.label == "string":
        if label is None or isinstance(label, Word):
            span = label.span if label is not None else block.head.span
            scope.report("MLP0201", f"`{kind}` takes a title in quotes", span, f'expected `{kind} "…"`')
            return label.text if label is not None else kind
        return label.text
    if not isinstance(label, Word):
        span = label.span if label is not None else block.head.span
        scope.report("MLP0404", f"`{kind}` needs a name", span, f"expected `{kind} name`")
        return label.text if label is not None else kind
    return label.text


def _field(
    scope: Scope, schema: BlockSchema, statement: Field | Bound, fields: dict[str, Value], given: dict[str, Span]
) -> None:
    name = statement.path.text
    known = [field.name for field in schema.fields]
    field = next((field for field in schema.fields if field.name == name), None)
    if field is None:
        help_, fix = did_you_mean(name, statement.path.span, known)
        scope.report(
            "MLP0403",
            f"`{schema.kind}{f' : {schema.tag}' if schema.tag else ''}` has no field `{name}`",
            statement.path.span,
            "unknown field",
            help=help_,
            fix=fix,
        )
        if fix is not None:
            given.setdefault(fix.edits[0].text, statement.path.span)
        return
    if name in given:
        scope.report(
            "MLP0405",
            f"`{name}` is given twice",
            statement.path.span,
            "again",
            secondary=(Annotation(given[name], "first given here"),),
            help="keep one of them",
        )
        return
    given[name] = statement.path.span
    operator = statement.operator if isinstance(statement, Bound) else "="
    wanted = "<=" if schema.bounds else "="
    if operator != wanted:
        between = Span(statement.path.span.end, statement.value.span.start)
        scope.report(
            "MLP0406",
            f"`{name}` is written with `{wanted}`, not `{operator}`",
            between,
            f"expected `{wanted}`",
            fix=Fix(f"write `{wanted}`", (Edit(between, f" {wanted} "),)),
        )
        return
    value = resolve_value(scope, statement.value, field.type, f"`{name}`")
    if value is not None:
        fields[name] = value


def _child(scope: Scope, schema: BlockSchema, statement: Block, children: list[BlockValue]) -> BlockValue | None:
    child = resolve_block(scope, statement, schema)
    if child is None:
        return None
    first = next((other for other in children if other.name == child.name), None)
    if first is not None:
        scope.report(
            "MLP0303",
            f"two `{child.kind}` blocks are named `{child.name}`",
            statement.head.span,
            "again",
            secondary=(Annotation(first.span, "first declared here"),),
        )
        return None
    return child


def _misplaced(scope: Scope, schema: BlockSchema | None, statement: Statement) -> None:
    nouns = {Rule: "a rule", Draw: "a search domain", Edition: "`edition`", Import: "`import`", Field: "a field"}
    noun = nouns.get(type(statement), "this statement")
    place = f"in a `{schema.kind}` block" if schema is not None else "at the top of a file"
    helps = {
        Rule: "rules stand in a `scorecard` block",
        Draw: "domains stand in a `search` block",
        Edition: '`edition "2026"` is the first statement of a file',
        Field: "fields stand inside a block",
    }
    scope.report(
        "MLP0406", f"{noun} cannot stand {place}", statement.span, "misplaced", help=helps.get(type(statement), "")
    )


def report_misplaced_top(scope: Scope, statement: Statement) -> None:
    """Report a statement that cannot stand at the top of a file."""
    _misplaced(scope, None, statement)


__all__ = ["declare", "report_misplaced_top", "resolve_block"]
