"""Where a value stands in the text of a spec, and the edit that puts another one there."""

from __future__ import annotations

from mlipilot.spec.diagnostics import Edit
from mlipilot.spec.document import Spec
from mlipilot.spec.resolve import Resolved
from mlipilot.spec.source import Span
from mlipilot.spec.space import FieldPath
from mlipilot.spec.syntax.tree import Block, Field, Statement
from mlipilot.spec.values import Applied, Value


def value_at(spec: Spec, path: FieldPath) -> Value:
    """The value of the field that a path is, or is a part of; it has no span where it is the schema's default."""
    block = spec.block(path.block)
    assert block is not None
    owner = block if path.stage is None else next(child for child in block.children if child.name == path.stage)
    return owner.fields[path.field]


def edit_for(resolved: Resolved, path: FieldPath, text: str) -> Edit:
    """The edit that gives a path another value: in place where it is written, added where a default stood."""
    value = value_at(resolved.spec, path)
    if path.argument is not None:
        return _argument(resolved, path, value, text)
    return Edit(value.span, text) if value.span is not None else _field(resolved, path, f"{path.field} = {text}")


def _argument(resolved: Resolved, path: FieldPath, value: Value, text: str) -> Edit:
    assert isinstance(value.data, Applied)
    assert path.argument is not None
    given = value.data.arguments[path.argument]
    if given.span is not None and value.span is not None:
        return Edit(given.span, text)
    written = f"{path.argument} = {text}"
    if value.span is None:
        call = value.written.strip()
        inner = call[call.index("(") + 1 : -1] if call.endswith(")") else ""
        kept = [part.strip() for part in inner.split(",") if part.split("=")[0].strip() not in ("", path.argument)]
        return _field(resolved, path, f"{path.field} = {value.data.name}({', '.join([*kept, written])})")
    source, end = resolved.spec.source, value.span.end
    if not source.text[value.span.start : end].endswith(")"):
        return Edit(Span(end, end), f"({written})")
    before = source.text[value.span.start : end - 1].rstrip()
    at = value.span.start + len(before)
    return Edit(Span(at, at), written if before.endswith("(") else f", {written}")


def _field(resolved: Resolved, path: FieldPath, text: str) -> Edit:
    """The edit that adds a field to a block, in the shape that the block has."""
    source, block = resolved.spec.source, _block(resolved.file.statements, path)
    last = max((statement.span.end for statement in block.body), default=None)
    closing = source.text.rindex("}", 0, block.span.end)
    if last is None:
        opening = source.text.index("{", block.head.span.end) + 1
        return Edit(Span(opening, closing), f" {text} ")
    here, there = source.location(last).line, source.location(closing).line
    if here == there:
        return Edit(Span(last, last), f", {text}")
    line = source.line(source.location(block.body[-1].span.start).line)
    indent = line[: len(line) - len(line.lstrip())]
    name, _, value = text.partition(" = ")
    aligned = name.ljust(line.find("=") - len(indent) - 1) if isinstance(block.body[-1], Field) else name
    end = source.line_starts[here] - 1 if here < len(source.line_starts) else len(source.text)
    return Edit(Span(end, end), f"\n{indent}{aligned} = {value}")


def _block(statements: tuple[Statement, ...], path: FieldPath) -> Block:
    def named(among: tuple[Statement, ...], name: str) -> Block:
        return next(s for s in among if isinstance(s, Block) and s.head.label is not None and s.head.label.text == name)

    block = named(statements, path.block)
    return block if path.stage is None else named(block.body, path.stage)
