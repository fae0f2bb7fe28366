"""Meaning: a tree to a typed `Spec`, by the schema table alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.document import Spec
from mlipilot.spec.resolve.blocks import declare, report_misplaced_top, resolve_block
from mlipilot.spec.resolve.imports import Loader, import_file, needed
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema import BLOCKS, EDITIONS, KINDS
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.parser import parse
from mlipilot.spec.syntax.tree import Block, Bound, Broken, Draw, Edition, Field, File, Import, Statement
from mlipilot.spec.values import BlockValue

if TYPE_CHECKING:
    from mlipilot.spec.space import SearchSpace

_SHAPE = {
    *("MLP0107", "MLP0201", "MLP0204", "MLP0401", "MLP0402", "MLP0403", "MLP0404", "MLP0406"),
    *("MLP0411", "MLP0413", "MLP0414", "MLP0415"),
}
"""Codes of statements that are not what they should be: on a line with a syntax fault, its consequences."""
_LONGEST = 100
"""Characters of a block that is shown whole."""
_ONCE = {schema.kind for schema in BLOCKS.values() if schema.once}


class Resolved(NamedTuple):
    """A spec with everything that could be read, and every fault of the text."""

    spec: Spec
    diagnostics: list[Diagnostic]
    file: File
    """The tree that it was read from."""


def resolve(source: SourceFile) -> Resolved:
    """Parse and resolve a file and what it imports; all faults are reported, and none of them stops the rest."""
    resolved = _read(source)
    if all(diagnostic.fix is None for diagnostic in resolved.diagnostics):
        return resolved
    from mlipilot.spec.resolve.doubt import doubted  # most specs have nothing to mend

    found = doubted(source, resolved.diagnostics, lambda text: _read(text).diagnostics)
    return resolved._replace(diagnostics=found)


def _read(source: SourceFile) -> Resolved:
    files = _Files()
    resolved = files.resolve(source, (Path(source.name).resolve(),))
    diagnostics = sorted([*resolved.diagnostics, *files.diagnostics], key=lambda diagnostic: diagnostic.order)
    return resolved._replace(diagnostics=diagnostics)


class _Files:
    """The imported files of one resolution, each read once, however many import it."""

    def __init__(self) -> None:
        self.blocks: dict[Path, tuple[BlockValue, ...]] = {}
        self.diagnostics: list[Diagnostic] = []

    def resolve(self, source: SourceFile, chain: tuple[Path, ...]) -> Resolved:
        """One file, which is the last of a chain of imports."""
        return _resolve(source, chain, self.load)

    def load(self, source: SourceFile, chain: tuple[Path, ...]) -> tuple[BlockValue, ...]:
        """The blocks of an imported file."""
        path = chain[-1]
        if path not in self.blocks:
            resolved = self.resolve(source, chain)
            self.blocks[path] = resolved.spec.blocks
            self.diagnostics += resolved.diagnostics
        return self.blocks[path]


def _resolve(source: SourceFile, chain: tuple[Path, ...], load: Loader) -> Resolved:
    parsed = parse(source, KINDS)
    scope = Scope(source)
    statements = parsed.file.statements
    edition = _edition(scope, statements)
    for statement in statements:
        if isinstance(statement, Import):
            import_file(scope, statement, chain, load)
    declare(scope, statements)
    blocks: list[BlockValue] = []
    first: dict[tuple[str, str], BlockValue] = {}
    for statement in statements:
        if isinstance(statement, Block):
            block = resolve_block(scope, statement)
            if block is not None and _may_stand(scope, block, first):
                blocks.append(block)
        elif isinstance(statement, (Import, Edition)):
            continue  # where it does not belong, all of them are one report
        elif not isinstance(statement, Broken):
            report_misplaced_top(scope, statement)
    brought = needed(blocks, scope.imported)
    _unused(scope, statements, brought)
    search = next((s for s in statements if isinstance(s, Block) and s.head.kind.text == "search"), None)
    space = _space(scope, search, blocks) if search is not None else None
    found = [*parsed.diagnostics, *_independent(source, parsed.diagnostics, scope.diagnostics)]
    return Resolved(Spec(source, edition, (*brought, *blocks), space, bool(parsed.diagnostics)), found, parsed.file)


def _space(scope: Scope, search: Block, blocks: list[BlockValue]) -> SearchSpace:
    from mlipilot.spec.resolve.search import resolve_space  # few specs have a search

    return resolve_space(scope, search, {block.name: block for block in blocks})


def _unused(scope: Scope, statements: tuple[Statement, ...], brought: tuple[BlockValue, ...]) -> None:
    used = {block.name.split(".")[0] for block in brought} | scope.poisoned
    refined = {s.head.refines.words[0].text for s in statements if isinstance(s, Block) and s.head.refines is not None}
    for statement in statements:
        if isinstance(statement, Import) and statement.name.text not in used | refined:
            scope.report(
                "MLP0310",
                f"nothing of `{statement.path}` is used",
                statement.span,
                "unused",
                help=f"refer to its blocks as `{statement.name.text}.name`, or remove the import",
            )


def _independent(source: SourceFile, syntax: list[Diagnostic], found: list[Diagnostic]) -> list[Diagnostic]:
    """Faults that are no consequence of a line that could not be read."""
    bad = {source.location(d.primary.span.start).line for d in syntax if d.primary is not None}
    return [
        d
        for d in found
        if d.code not in _SHAPE or d.primary is None or source.location(d.primary.span.start).line not in bad
    ]


def _edition(scope: Scope, statements: tuple[Statement, ...]) -> str:
    first = statements[0] if statements else None
    newest = EDITIONS[-1]
    if isinstance(first, Edition):
        _repeated(scope, first, statements)
        if first.text not in EDITIONS:
            scope.report(
                "MLP0108",
                f'this version does not know the edition "{first.text}"',
                first.span,
                "unknown edition",
                help="known: " + ", ".join(f'`"{name}"`' for name in EDITIONS),
                fix=Fix(f'write `"{newest}"`', (Edit(first.span, f'"{newest}"'),), Applicability.UNSAFE),
            )
        return first.text
    late = [*_editions(statements)]
    if late and first is not None:
        scope.report(
            "MLP0107",
            "the file does not begin with `edition`",
            first.span,
            "before it",
            secondary=tuple(Annotation(other.span, "it stands here") for other in late),
            help=f'move `edition "{late[0].text}"` to the first line',
        )
        return newest
    if first is not None and not any(isinstance(s, Broken) and "edition" in _line(scope, s) for s in _all(statements)):
        start = first.span.start
        scope.report(
            "MLP0107",
            "the file does not begin with `edition`",
            Span(start, start + 1),
            "before this",
            help=f'begin with `edition "{newest}"`',
            fix=Fix("add the edition", (Edit(Span(0, 0), f'edition "{newest}"\n\n'),)),
        )
    return newest


def _repeated(scope: Scope, first: Edition, statements: tuple[Statement, ...]) -> None:
    again = [edition for edition in _editions(statements) if edition is not first]
    if again:
        scope.report(
            "MLP0406",
            "`edition` is given more than once",
            again[0].span,
            "again",
            secondary=(
                Annotation(first.span, "it stands here, where it belongs"),
                *(Annotation(edition.span, "and again") for edition in again[1:]),
            ),
            help="a file has one, as its first statement; remove the other" + ("s" if len(again) > 1 else ""),
        )


def _all(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """Statements with those in blocks."""
    for statement in statements:
        yield statement
        if isinstance(statement, (Block, Broken)):
            yield from _all(statement.body)


def _editions(statements: tuple[Statement, ...]) -> Iterator[Edition]:
    return (statement for statement in _all(statements) if isinstance(statement, Edition))


def _line(scope: Scope, statement: Broken) -> str:
    return scope.source.line(scope.source.location(statement.span.start).line)


def _may_stand(scope: Scope, block: BlockValue, first: dict[tuple[str, str], BlockValue]) -> bool:
    """Whether a block is no second one of a kind that stands once, nor of a name that was reported."""
    once = block.kind in _ONCE
    other = first.setdefault((block.kind, "" if once else block.name), block)
    if other is block:
        return True
    if once:
        scope.report(
            "MLP0407",
            f"a spec has one `{block.kind}` block",
            block.span,
            "a second one",
            secondary=(Annotation(other.span, "the first stands here"),),
            help=_joined(scope, other, block),
        )
    return False


def _joined(scope: Scope, first: BlockValue, second: BlockValue) -> str:
    """How the statements of a second block come into the first."""
    one, other = (
        next(s for s in scope.statements if isinstance(s, Block) and s.head.span == block.span)
        for block in (first, second)
    )
    named = {s.path.text for s in one.body if isinstance(s, (Field, Bound, Draw))}
    kept = [s for s in other.body if not (isinstance(s, (Field, Bound, Draw)) and s.path.text in named)]
    line = scope.source.location(one.head.span.start).line
    if not kept:
        return f"keep one of them: the first, in line {line}, has every field of the second"
    texts = [" ".join(scope.source.slice(s.span).split()) for s in (*one.body, *kept)]
    again = len(other.body) - len(kept)
    whole = f"{scope.source.slice(one.head.span)} {{ {', '.join(texts)} }}"
    if len(whole) <= _LONGEST and not again:
        return f"write one block: `{whole}`"
    lost = " (it has the others already)" if again else ""
    more = "its statements" if len(kept) > 1 else f"`{texts[-1]}`"
    return f"move {more}{lost} into the `{first.kind}` of line {line}, and remove this block"


__all__ = ["Resolved", "resolve"]
