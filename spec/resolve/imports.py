"""Imports: the blocks of another file, under the name that the import gives them.

An imported file is a spec of its own and is checked as one. Of its blocks only those come along that the importing
file needs, each named `name.block`, and every reference inside them too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from mlipilot.spec.confusables import is_mixed
from mlipilot.spec.diagnostics import Applicability, Edit, Fix
from mlipilot.spec.nearby import is_there, nearest_file
from mlipilot.spec.resolve.scope import Declared, Scope
from mlipilot.spec.schema import KINDS
from mlipilot.spec.source import SourceFile, Span, Unreadable, read_source
from mlipilot.spec.syntax.tree import Import
from mlipilot.spec.values import Applied, BlockValue, Constraint, Data, Reference, Value

Loader: TypeAlias = Callable[[SourceFile, tuple[Path, ...]], tuple[BlockValue, ...]]
"""Resolves a file that is imported through a chain of others, and gives its blocks."""


def imported_path(scope: Scope, statement: Import) -> Path:
    """Where an import's file is: paths are relative to the file that imports."""
    return Path(scope.source.name).parent / statement.path


def import_file(scope: Scope, statement: Import, chain: tuple[Path, ...], load: Loader) -> None:
    """Read an import; its blocks are then known to the scope by their full names."""
    name, path = statement.name, imported_path(scope, statement)
    if name.text in scope.aliases:
        scope.report("MLP0303", f"two imports are named `{name.text}`", name.span, "again", help="rename one of them")
        return
    if is_mixed(name.text):
        scope.report_alike(name)
    if name.text in KINDS:
        scope.report(
            "MLP0303",
            f"an import cannot be named `{name.text}`, as a kind of block is",
            name.span,
            f"begins `{name.text}` blocks",
            help="name it otherwise, such as `base`; its blocks are then `base.name`",
        )
    scope.aliases[name.text] = name.span
    scope.poisoned.add(name.text)
    real = _real(path)
    if real in chain:
        circle = " -> ".join(f"`{step.name}`" for step in [*chain[chain.index(real) :], real])
        scope.report(
            "MLP0307",
            f"`{statement.path}` imports itself: {circle}",
            statement.span,
            "closes the circle",
            help="name another file" if real == chain[-1] else "move what both files need into a third one",
        )
        return
    source = read_source(path)
    if isinstance(source, Unreadable):
        _unreadable(scope, statement, path, source)
        return
    scope.poisoned.discard(name.text)
    for block in load(source, (*chain, real)):
        full = _renamed(block, name.text)
        scope.imported[full.name] = full
        scope.blocks.setdefault(full.name, Declared(full.kind, full.tag, full.span, full.source))


def _unreadable(scope: Scope, statement: Import, path: Path, source: Unreadable) -> None:
    """Report a file that is not there, with what its path is relative to and the nearest one that is."""
    if is_there(path) or not source.headline.endswith("does not exist"):
        scope.report("MLP0308", source.headline, statement.span, "imported here", help=source.help)
        return
    folder = Path(scope.source.name).parent
    shown = "the folder of this file" if str(folder) == "." else f"`{folder}/`, the folder of this file"
    found = nearest_file(folder, statement.path, ".mlp")
    start = scope.source.text.index('"', statement.span.start)
    place = Span(start, scope.source.text.index('"', start + 1) + 1)
    help_ = f"the path is relative to {shown}" if not Path(statement.path).is_absolute() else "check the path"
    scope.report(
        "MLP0308",
        source.headline,
        place,
        "does not exist",
        help=f"{help_}; did you mean `{found}`?" if found else help_,
        fix=Fix(f'write `"{found}"`', (Edit(place, f'"{found}"'),), Applicability.UNSAFE) if found else None,
    )


def _real(path: Path) -> Path:
    """A path without links, where there is such a file; what is no path at all stays as it is."""
    try:
        return path.resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        return path


def _renamed(block: BlockValue, prefix: str) -> BlockValue:
    return replace(
        block,
        name=f"{prefix}.{block.name}",
        fields={name: _value(value, prefix) for name, value in block.fields.items()},
        children=tuple(
            replace(child, fields={name: _value(value, prefix) for name, value in child.fields.items()})
            for child in block.children
        ),
        constraints=tuple(_constraint(constraint, prefix) for constraint in block.constraints),
    )


def _value(value: Value, prefix: str) -> Value:
    return replace(value, data=_data(value.data, prefix))


def _data(data: Data, prefix: str) -> Data:
    match data:
        case Reference(block, member):
            return Reference(f"{prefix}.{block}", member)
        case Applied(name, arguments):
            return Applied(name, {key: _value(value, prefix) for key, value in arguments.items()})
        case tuple():
            return tuple(_value(value, prefix) for value in data)
        case _:
            return data


def _constraint(constraint: Constraint, prefix: str) -> Constraint:
    metric = constraint.metric
    target = Reference(f"{prefix}.{metric.target.block}", metric.target.member)
    return replace(constraint, metric=replace(metric, target=target))


def needed(own: Iterable[BlockValue], imported: Mapping[str, BlockValue]) -> tuple[BlockValue, ...]:
    """The imported blocks that some own block refers to, and those that these refer to, each once."""
    found: dict[str, BlockValue] = {}
    waiting = [name for block in own for name in references(block)]
    while waiting:
        name = waiting.pop(0)
        if name in imported and name not in found:
            found[name] = imported[name]
            waiting += references(imported[name])
    return tuple(found.values())


def references(block: BlockValue) -> Iterator[str]:
    """The names of the blocks that a block refers to."""
    for part in (block, *block.children):
        for value in part.fields.values():
            yield from _in_data(value.data)
    for constraint in block.constraints:
        yield constraint.metric.target.block


def _in_data(data: Data) -> Iterator[str]:
    match data:
        case Reference():
            yield data.block
        case Applied():
            for value in data.arguments.values():
                yield from _in_data(value.data)
        case tuple():
            for value in data:
                yield from _in_data(value.data)
        case _:
            pass
