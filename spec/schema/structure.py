"""What the schema says of a field and of a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mlipilot.spec.schema.types import FieldType

UNSTRAINED, REFERENCE = "unstrained cell", "reference calculator"
"""What a source of data may offer: the cell that its frames are made of, and what labels any other structure alike."""
HERE = "this machine"
"""What an engine may offer: its jobs run where `execute` does."""


@dataclass(frozen=True)
class FieldSchema:
    """One field: its type, its default as it would be written, and what it means."""

    name: str
    type: FieldType
    doc: str
    default: str | None = None
    required: bool = False
    """A field with neither default nor `required` may be absent."""
    option: str | None = None
    """The option of the model backend that it maps to (mace-torch 0.3)."""
    fixed: bool = False
    """Out of reach of every search: what an edit must not touch, such as data and seeds."""


class BlockSchema(NamedTuple):
    """One kind of block, or one tag of a kind."""

    kind: str
    tag: str | None
    doc: str
    fields: tuple[FieldSchema, ...] = ()
    label: str = "word"
    """What stands after the kind: a `word` (the block's name), a `string` (a title), or `none`."""
    once: bool = False
    children: tuple[str, ...] = ()
    """Kinds of block that may stand inside; those with names run in their order."""
    rules: bool = False
    """Whether `require`, `prefer`, `minimize` and `maximize` may stand inside."""
    claims: bool = False
    """Whether `require` and `predict` of what is compared may stand inside."""
    bounds: bool = False
    """Whether its fields are written with `<=`."""
    searched: bool = False
    """Whether a search may change its fields, but for those that are fixed."""
    draws: bool = False
    """Whether it holds search domains, and requirements on them."""
    offers: tuple[str, ...] = ()
    """Of a source of data: what it has besides frames, such as `UNSTRAINED`; of an engine: `HERE`."""
