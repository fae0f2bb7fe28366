"""A whole spec as values: its blocks, and what a search may change of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mlipilot.spec.schema.blocks import BLOCKS
from mlipilot.spec.source import SourceFile
from mlipilot.spec.values import BlockValue

if TYPE_CHECKING:
    from mlipilot.spec.space import SearchSpace  # few specs have a search


@dataclass(frozen=True)
class Spec:
    """A whole spec, resolved."""

    source: SourceFile
    edition: str
    blocks: tuple[BlockValue, ...]
    """Its own, and of imported files those that they need; the name of one of those begins with the import's."""
    space: SearchSpace | None = None
    incomplete: bool = False
    """Some statement could not be read: what seems to be absent may be there."""

    def of_kind(self, kind: str) -> tuple[BlockValue, ...]:
        """All blocks of a kind, in the order written."""
        return tuple(block for block in self.blocks if block.kind == kind)

    @cached_property
    def _by_name(self) -> dict[str, BlockValue]:
        named = {schema.kind for schema in BLOCKS.values() if schema.label == "word"}
        return {block.name: block for block in reversed(self.blocks) if block.kind in named}

    def block(self, name: str) -> BlockValue | None:
        """A block by the name that references use; titles and unnamed blocks have none."""
        return self._by_name.get(name)

    def only(self, kind: str) -> BlockValue | None:
        """The block of a kind that stands at most once."""
        return next(iter(self.of_kind(kind)), None)
