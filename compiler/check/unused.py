"""Blocks that nothing reads: somebody believes that they take part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mlipilot.compiler.faults import about
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.values import Applied, BlockValue, Data, Reference


class _Reader(NamedTuple):
    """What would use a block."""

    kinds: tuple[str, ...]
    """Of block; where none of them stands, a block may stand alone."""
    why: str
    label: str
    remedy: str


_READERS = {
    "model": _Reader(("training",), "no training fits it", "nothing comes of it", "`model = {name}` in a training"),
    "dataset": _Reader(
        ("training", "encoding"), "nothing is fitted to it or measured on it", "made all the same", "`data = {name}`"
    ),
    "dynamics": _Reader(
        ("scorecard",), "no rule of the scorecard looks at it", "run all the same", "`survival({name})` in a rule"
    ),
}
"""By kind."""


def check(spec: Spec) -> list[Diagnostic]:
    """Models, data sets and runs that no other block names."""
    if spec.incomplete or any(block.incomplete for block in spec.blocks):
        return []
    named = {name for block in spec.blocks for name in _names(block)}
    kinds = {block.kind for block in spec.blocks}
    judged = {card.reference("judges").block for card in spec.of_kind("scorecard") if card.has("judges")}
    found: list[Diagnostic] = []
    for block in spec.blocks:
        reader = _READERS.get(block.kind)
        if reader is None or block.name in named or not kinds.intersection(reader.kinds):
            continue
        if block.has("potential") and block.reference("potential").block not in judged:
            continue  # a run of a model that nobody judges is a result of its own
        found.append(
            about(
                block,
                "MLP0526",
                f"`{block.name}` is not used: {reader.why}",
                block.span,
                reader.label,
                help=f"leave it out, or name it, as by {reader.remedy.format(name=block.name)}",
            )
        )
    return found


def _names(block: BlockValue) -> Iterator[str]:
    """The blocks that a block names, in its fields, its stages and its rules."""
    for value in block.fields.values():
        yield from _named(value.data)
    for child in block.children:
        yield from _names(child)
    for constraint in block.constraints:
        yield constraint.metric.target.block


def _named(data: Data) -> Iterator[str]:
    match data:
        case Reference():
            yield data.block
        case Applied():
            for argument in data.arguments.values():
                yield from _named(argument.data)
        case tuple():
            for item in data:
                yield from _named(item.data)
        case _:
            return
