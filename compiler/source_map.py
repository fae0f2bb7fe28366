"""Where each parameter of a job was written, so that a change of it can name the line of the spec.

A parameter that has the schema's default has the place of its block's head.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mlipilot.compiler.faults import place
from mlipilot.spec.document import Spec
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.values import BlockValue

HEAD = ""
"""The path of a job's block itself."""


def item_name(item: Any) -> str | None:
    """What an item of a list of parameters is told apart by: a stage's name, a rule's verb and metric."""
    if not isinstance(item, Mapping):
        return None
    if "shown" in item:
        return f"{item['verb']} {item['shown']}"
    return item.get("name")


class SourceMap:
    """The places of one spec, as `file:line`, the file relative to the spec's folder."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.folder = Path(spec.source.name).parent
        self.texts: dict[str, str] = {}
        """`field = value` as written, by parameter, of all `fields` asked for since it was emptied."""

    def at(self, source: SourceFile, span: Span) -> str:
        """The place of a span."""
        file = Path(os.path.relpath(source.name, self.folder)).as_posix()
        return f"{file}:{source.location(span.start).line}"

    def head(self, block: BlockValue) -> str:
        """The place of a block."""
        return self.at(block.source, block.span)

    def fields(
        self,
        block: BlockValue,
        names: Iterable[str],
        prefix: str = "",
        written: Mapping[str, str] = MappingProxyType({}),
        owner: str = "",
    ) -> dict[str, str]:
        """The places of parameters that are named like fields of a block, or `written` under another name.

        `owner` is what the fields are called by, where that is not the block's name.
        """
        found: dict[str, str] = {}
        for name in names:
            field = written.get(name, name)
            found[prefix + name] = self.at(block.source, place(block, field))
            if block.has(field):
                self.texts[prefix + name] = f"{owner or block.name}.{field} = {block.fields[field].written}"
        return found


def sparse(places: Mapping[str, str]) -> dict[str, str]:
    """Places without those that say no more than the next larger part does."""
    return {
        path: found
        for path, found in places.items()
        if path == HEAD or found != place_of(path.rpartition("/")[0], places)
    }


def place_of(path: str, places: Mapping[str, str]) -> str | None:
    """The place of a parameter, or of the smallest part that it belongs to."""
    while path not in places and path != HEAD:
        path = path.rpartition("/")[0]
    return places.get(path)
