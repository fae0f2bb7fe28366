"""Blocks to typed blocks: heads are matched against the schema, names collected, statements put where they belong."""

from __future__ import annotations

from mlipilot.spec.confusables import is_mixed
from mlipilot.spec.diagnostics import Annotation, Applicability, Edit, Fix
from mlipilot.spec.resolve.claims import resolve_claim
from mlipilot.spec.resolve.fields import FieldTable, title
from mlipilot.spec.resolve.refinement import Base, base_of, refined
from mlipilot.spec.resolve.scope import Declared, Scope, certain, did_you_mean, meant
from mlipilot.spec.resolve.scorecard import resolve_rule
from mlipilot.spec.schema import BLOCKS, KINDS, TOP_KINDS, BlockSchema, block_schema, tags
from mlipilot.spec.schema.types import FieldType, ReferenceTo
from mlipilot.spec.source import Span
from mlipilot.spec.syntax.tree import Block, Bound, Broken, Draw, Edition, Field, Import, Rule, Statement, Word
from mlipilot.spec.values import BlockValue, Claim, Constraint

_IMPORTS = ("import", "from", "include", "use", "load")
"""How statements begin that bring other files, here and in other languages."""


def declare(scope: Scope, statements: tuple[Statement, ...]) -> None:
    """Collect the names of all blocks before any reference is looked up."""
    scope.statements = statements
    for statement in statements:
        if isinstance(statement, Broken):
            scope.poisoned |= statement.words
            scope.lost_import = scope.lost_import or scope.source.slice(statement.span).startswith(_IMPORTS)
        elif isinstance(statement, Block):
            _declare_block(scope, statement)
            _stray(scope, statement, None)


def _stray(scope: Scope, block: Block, parent: str | None) -> None:
    """Note a block that stands where its kind cannot: what lacks it, or its name, is silent."""
    kind, label = block.head.kind.text, block.head.label
    allowed = _children(parent) if parent is not None else set(_top_kinds())
    if kind in KINDS and kind not in allowed:
        scope.strays.add(kind)
        if label is not None:
            scope.poisoned.add(label.text)
    for inner in block.body:
        if isinstance(inner, Block):
            _stray(scope, inner, kind)
        elif isinstance(inner, Import):
            scope.poisoned.add(inner.name.text)


def _children(kind: str) -> set[str]:
    return {child for schema in BLOCKS.values() if schema.kind == kind for child in schema.children}


def _declare_block(scope: Scope, block: Block) -> None:
    head, name = block.head, block.head.label
    kind = meant(head.kind.text, _top_kinds())
    if kind is None:
        scope.poisoned |= {word.text for word in (head.kind, name, head.tag) if word is not None}
    elif isinstance(name, Word):
        first = scope.blocks.get(name.text)
        if is_mixed(name.text):
            scope.report_alike(name)
        if name.text in scope.aliases:
            scope.poisoned.add(name.text)  # which of the two a use means, nobody knows
            scope.report(
                "MLP0303",
                f"an import and a block are both named `{name.text}`",
                name.span,
                "again",
                secondary=(Annotation(scope.aliases[name.text], "the import"),),
                help="give one of them another name",
            )
        if first is None:
            tag = meant(head.tag.text, tags(kind)) if head.tag is not None else None
            scope.blocks[name.text] = Declared(kind, tag, name.span)
        else:
            scope.report(
                "MLP0303",
                f"two blocks are named `{name.text}`",
                name.span,
                "again",
                secondary=(Annotation(first.span, "first declared here"),),
                help="give one of them another name",
            )
    elif name is None and _takes_name(kind):
        scope.nameless.add(kind)
        if head.tag is not None:
            scope.poisoned.add(head.tag.text)  # `training : fit` may mean `training fit`
    elif name is not None:
        scope.poisoned.add(name.text)  # a name in quotes


def resolve_block(scope: Scope, block: Block, parent: BlockSchema | None = None) -> BlockValue | None:
    """The typed value of a block; None where its schema is unknown."""
    schema = _schema(scope, block, parent)
    if schema is None:
        return None
    name = _label(scope, block, schema)
    if parent is not None and isinstance(block.head.label, Word) and is_mixed(name):
        scope.report_alike(block.head.label)
    children: list[BlockValue] = []
    constraints: list[Constraint] = []
    claims: list[Claim] = []
    lacks_rules = False
    before = len(scope.diagnostics)
    base: Base | None = None
    if block.head.refines is not None:
        base = base_of(scope, schema, block.head.refines)
        if base is None:
            return None
    table = FieldTable(scope, schema, block.body)
    for statement in block.body:
        if schema.draws and isinstance(statement, Field):
            _drawn_with_equals(scope, statement)
        elif isinstance(statement, (Field, Bound)):
            table.add(statement)
        elif isinstance(statement, Block):
            child = _child(scope, schema, statement, children)
            if child is not None:
                children.append(child)
            elif statement.head.kind.text not in schema.children:
                table.stands_for(statement)
        elif schema.draws and isinstance(statement, (Draw, Rule)):
            continue  # once all blocks are known: `search.py`
        elif isinstance(statement, Rule) and schema.rules:
            constraint = resolve_rule(scope, statement)
            constraints += [constraint] if constraint is not None else []
            lacks_rules |= constraint is None
        elif isinstance(statement, Rule) and schema.claims:
            claim = resolve_claim(scope, statement)
            claims += [claim] if claim is not None else []
            lacks_rules |= claim is None
        elif not isinstance(statement, (Broken, Edition)):  # editions of a file are looked at together
            _misplaced(scope, schema, statement)
    if base is not None:
        table.inherit(base.block.fields)
        constraints = refined(scope, base, constraints, table.values)
    table.finish(title(block), block.head.span)
    lacks_strays = not scope.strays.isdisjoint(schema.children)
    incomplete = bool(table.broken) or lacks_strays or lacks_rules or len(scope.diagnostics) > before
    return BlockValue(
        schema.kind,
        name,
        schema.tag,
        table.values,
        tuple(children),
        tuple(constraints),
        block.head.span,
        scope.source,
        incomplete,
        tuple(claims),
    )


def _drawn_with_equals(scope: Scope, statement: Field) -> None:
    between = Span(statement.path.span.end, statement.value.span.start)
    start = scope.source.text.index("=", between.start, between.end)
    place = Span(start, start + 1)
    scope.report(
        "MLP0406",
        f"`{statement.path.text}` is drawn with `~`, not `=`",
        place,
        "expected `~`",
        fix=Fix("write `~`", (Edit(place, "~"),)),
    )


def _schema(scope: Scope, block: Block, parent: BlockSchema | None) -> BlockSchema | None:
    kind, tag = block.head.kind, block.head.tag
    allowed = parent.children if parent is not None else _top_kinds()
    if kind.text not in KINDS:
        help_, fix = did_you_mean(kind.text, kind.span, allowed)
        scope.report("MLP0401", f"there is no block `{kind.text}`", kind.span, "unknown block", help=help_, fix=fix)
        known_kind = certain(fix)
        if known_kind is None:
            return None
        kind = Word(known_kind, kind.span)
    elif kind.text not in allowed:
        place = f"inside `{parent.kind}`" if parent is not None else "at the top of a file"
        headline = f"a `{kind.text}` block cannot stand {place}"
        scope.report_again("MLP0406", headline, block.head.span, "misplaced", help=_home(block, parent))
        return None
    known = tags(kind.text)
    if tag is None and known:
        scope.report(
            "MLP0402",
            f"`{kind.text}` needs a tag",
            block.head.span,
            "which one?",
            help="write " + " or ".join(f"`{title(block)} : {name}`" for name in known),
        )
        return None
    if tag is not None and tag.text not in known:
        unknown = tag.span
        if known:
            help_, fix = did_you_mean(tag.text, tag.span, known)
            headline, label = f"there is no `{kind.text}` of tag `{tag.text}`", "unknown tag"
            known_tag = certain(fix)
            tag = Word(known_tag, tag.span) if known_tag is not None else None
        elif block.head.label is None and _takes_name(kind.text):
            colon = Span(kind.span.end, tag.span.start)
            help_, fix = f"write `{kind.text} {tag.text}`", Fix("remove the `:`", (Edit(colon, " "),))
            headline, label = f"`{kind.text}` takes no tag", "a name stands without `:`"
            tag = None
        else:
            start = (block.head.label or kind).span.end
            fix = Fix("remove the tag", (Edit(Span(start, tag.span.end), ""),), Applicability.UNSAFE)
            help_ = "remove it"
            headline, label, tag = f"`{kind.text}` takes no tag", "not taken", None
        scope.report("MLP0402", headline, unknown, label, help=help_, fix=fix)
    return block_schema(kind.text, tag.text if tag is not None else None)


def _home(block: Block, parent: BlockSchema | None) -> str:
    """Where a block stands that cannot stand where it does, and how it is referred to from there."""
    kind = block.head.kind.text
    owners = sorted({schema.kind for schema in BLOCKS.values() if kind in schema.children})
    if owners:
        return f"`{title(block)} {{ … }}` stands inside " + " or ".join(f"`{owner} name {{ … }}`" for owner in owners)
    names = {field.name for field in parent.fields if _names(field.type, kind)} if parent is not None else set()
    name = block.head.label.text if isinstance(block.head.label, Word) else "name"
    uses = f", and is named here: `{names.pop()} = {name}`" if len(names) == 1 else ""
    return f"it stands at the top of the file{uses}"


def _names(type_: FieldType, kind: str) -> bool:
    """Whether a field of a type names a block of a kind."""
    return isinstance(type_, ReferenceTo) and type_.kind == kind


def _top_kinds() -> tuple[str, ...]:
    return tuple(sorted(TOP_KINDS))


def _takes_name(kind: str) -> bool:
    return any(schema.kind == kind and schema.label == "word" for schema in BLOCKS.values())


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
    if label is None and block.head.tag is not None and not tags(kind):
        return block.head.tag.text  # its `:` was reported
    if not isinstance(label, Word):
        return _unnamed(scope, block, schema)
    return label.text


def _unnamed(scope: Scope, block: Block, schema: BlockSchema) -> str:
    """Report a block without a name, or with one in quotes."""
    label, kind = block.head.label, schema.kind
    tag = f" : {schema.tag}" if schema.tag is not None else ""
    if label is None:
        help_ = f"write `{kind} name{tag} {{ … }}`; others refer to it by the name"
        scope.report("MLP0404", f"`{kind}` needs a name", block.head.span, f"expected `{kind} name`", help=help_)
        return kind
    fix = None
    if label.text.isidentifier():
        fix = Fix("remove the quotes", (Edit(label.span, label.text),))
    help_ = f"write `{kind} {label.text}{tag} {{ … }}`" if fix else "a name has letters, digits and `_`"
    scope.report("MLP0404", f"the name of a `{kind}` stands without quotes", label.span, "a text", help=help_, fix=fix)
    return label.text


def _child(scope: Scope, schema: BlockSchema, statement: Block, children: list[BlockValue]) -> BlockValue | None:
    child = resolve_block(scope, statement, schema)
    if child is None:
        return None
    first = next((other for other in children if other.name == child.name), None)
    if first is not None:
        _second_child(scope, schema, first, statement)
        return None
    return child


def _second_child(scope: Scope, schema: BlockSchema, first: BlockValue, statement: Block) -> None:
    span = statement.head.span
    if first.name == first.kind:
        headline = f"`{schema.kind}` has one `{first.kind}` block"
        beside, help_ = Annotation(first.span, "the first stands here"), "write its fields into the first"
        scope.report("MLP0407", headline, span, "a second one", secondary=(beside,), help=help_)
        return
    headline = f"two `{first.kind}` blocks are named `{first.name}`"
    beside, help_ = Annotation(first.span, "first declared here"), "give one of them another name"
    scope.report("MLP0303", headline, span, "again", secondary=(beside,), help=help_)


def _misplaced(scope: Scope, schema: BlockSchema | None, statement: Statement) -> None:
    nouns = {Rule: "a rule", Draw: "a search domain", Import: "`import`", Field: "a field"}
    noun = nouns.get(type(statement), "this statement")
    place = f"in a `{schema.kind}` block" if schema is not None else "at the top of a file"
    helps = {
        Rule: "rules of models stand in a `scorecard` block, claims of encodings in an `encoding` block",
        Draw: "domains stand in a `search` block",
        Import: "imports stand at the top of a file, after `edition`",
        Field: "fields stand inside a block",
    }
    scope.report(
        "MLP0406", f"{noun} cannot stand {place}", statement.span, "misplaced", help=helps.get(type(statement), "")
    )


def report_misplaced_top(scope: Scope, statement: Statement) -> None:
    """Report a statement that cannot stand at the top of a file."""
    _misplaced(scope, None, statement)


__all__ = ["declare", "report_misplaced_top", "resolve_block"]
