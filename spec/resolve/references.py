"""Names of blocks: the block of a kind that an expression names, and which one is meant where it names none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from mlipilot.spec.diagnostics import Applicability, Edit, Fix
from mlipilot.spec.resolve.scope import Scope, did_you_mean
from mlipilot.spec.resolve.words import mismatch
from mlipilot.spec.schema.types import ReferenceTo
from mlipilot.spec.source import Span
from mlipilot.spec.syntax.tree import Block, Expression, Field, List, Path, String
from mlipilot.spec.values import Reference

_USUAL_PART = "test"
"""The part that is offered first."""
_MOST = 4
"""Names that are offered."""


def reference(scope: Scope, node: Expression, type_: ReferenceTo, what: str) -> Reference | None:
    """The block that an expression names, and its part; None after a fault."""
    if not isinstance(node, Path):
        _not_a_name(scope, node, type_, what)
        return None
    name, rest = scope.split(node)
    found = Reference(name.text, ".".join(word.text for word in rest) or None)
    declared = scope.blocks.get(name.text)
    if declared is None:
        known = [other for other, block in scope.blocks.items() if block.kind == type_.kind]
        help_ = f"declare it: `{type_.kind} {name.text.rpartition('.')[2]} {{ … }}`"
        if rest and rest[0].text not in type_.members and name.text not in scope.aliases:
            known, help_ = [], f'blocks of another file need it imported: `import "….mlp" as {name.text}`'
        scope.report_unknown(node, name, type_.kind, f"`{type_.kind}` block", known, help_)
        return None
    if declared.kind != type_.kind:
        help_, fix = _offer(scope, type_, node.span, name.text, rest[-1].text if rest else "")
        scope.report(
            "MLP0302",
            f"{what} takes a `{type_.kind}` block; `{name.text}` is a `{declared.kind}`",
            name.span,
            f"a `{declared.kind}`",
            secondary=(declared.annotation("declared here"),),
            help=help_,
            fix=fix,
        )
        return None
    if type_.members and found.member is None:
        meant = f"{name.text}.{_part(type_)}"
        scope.report(
            "MLP0304",
            f"{what} takes a part of `{name.text}`",
            node.span,
            f"expected {' or '.join(f'`{name.text}.{member}`' for member in type_.members)}",
            help=f"name the part, such as `{meant}`",
            fix=Fix(f"write `{meant}`", (Edit(node.span, meant),), Applicability.UNSAFE),
        )
        return None
    if found.member is not None and found.member not in type_.members:
        span = rest[0].span.to(rest[-1].span)
        if not type_.members:
            scope.report(
                "MLP0304",
                f"{what} takes `{name.text}` as a whole",
                span,
                "a part of it",
                help=f"write `{name.text}` alone",
            )
            return None
        help_, fix = did_you_mean(found.member, span, type_.members)
        scope.report(
            "MLP0304", f"`{name.text}` has no part `{found.member}` here", span, "unknown part", help=help_, fix=fix
        )
        return None
    return found


def _part(type_: ReferenceTo, wanted: str = "") -> str:
    """A part that a reference may have: the wanted one, else the usual one."""
    known = [member for member in (wanted, _USUAL_PART) if member in type_.members]
    return known[0] if known else type_.members[0]


def _not_a_name(scope: Scope, node: Expression, type_: ReferenceTo, what: str) -> None:
    """Report an expression that is no name; a file of a data set stands for the part that has it."""
    from mlipilot.spec.resolve.hints import likely_meant  # most references are names

    help_, fix = likely_meant(scope, node, type_)
    if fix is None:
        owners = list(_owners(scope, node.text, type_)) if isinstance(node, String) else []
        help_, fix = _offer(scope, type_, node.span)
        if owners:
            help_, meant = owners[0]
            fix = Fix(f"write `{meant}`", (Edit(node.span, meant),), Applicability.UNSAFE)
    mismatch(scope, node, type_, what, fix, help_)


def _owners(scope: Scope, file: str, type_: ReferenceTo) -> Iterator[tuple[str, str]]:
    """The blocks of a kind that list a file: by its path, else by its name alone."""
    for same in (str, _name):
        for block in scope.statements:
            if not isinstance(block, Block) or block.head.kind.text != type_.kind or block.head.label is None:
                continue
            for field in (field for field in block.body if isinstance(field, Field)):
                files = field.value.items if isinstance(field.value, List) else ()
                if any(isinstance(item, String) and same(item.text) == same(file) for item in files):
                    part = f".{_part(type_, field.path.text)}" if type_.members else ""
                    meant = f"{block.head.label.text}{part}"
                    yield f"the file is of `{block.head.label.text}`: write `{meant}`", meant


def _name(file: str) -> str:
    return PurePosixPath(file).name


def _offer(scope: Scope, type_: ReferenceTo, span: Span, instead: str = "", part: str = "") -> tuple[str, Fix | None]:
    """The blocks of the wanted kind; where some have to do with the one that stands there, those alone."""
    known = [name for name, block in scope.blocks.items() if block.kind == type_.kind]
    known = [name for name in known if name in _linked(scope, instead)] or known
    if not known:
        return f"declare one: `{type_.kind} name {{ … }}`", None
    suffix = f".{_part(type_, part)}" if type_.members else ""
    names = [f"{name}{suffix}" for name in known]
    if len(names) == 1:
        return f"write `{names[0]}`", Fix(f"write `{names[0]}`", (Edit(span, names[0]),), Applicability.UNSAFE)
    return "known: " + ", ".join(f"`{name}`" for name in names[:_MOST]), None


def _linked(scope: Scope, name: str) -> set[str]:
    """Blocks that a block names, or that name it."""
    linked: set[str] = set()
    for block in scope.statements:
        own = block.head.label.text if isinstance(block, Block) and block.head.label is not None else ""
        if not isinstance(block, Block) or not own:
            continue
        values = (field.value for field in block.body if isinstance(field, Field))
        named = {scope.split(value)[0].text for value in values if isinstance(value, Path)}
        linked |= named if own == name else {own} if name in named else set()
    return linked


__all__ = ["reference"]
