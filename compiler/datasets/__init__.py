"""Where data come from, one module a tag of `dataset` blocks: checks, parameters, and what a block tells of its frames.

`SOURCES` is the table of tags. A new one is a module here, a module of the same name in `mlipilot.runtime.datasets`,
a line in each table, and its rows of the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlipilot.compiler.datasets import emt_supercells, files, molecules
from mlipilot.compiler.datasets.source import DataSource, Facts
from mlipilot.spec.values import BlockValue

SOURCES: dict[str, DataSource] = {module.SOURCE.tag: module.SOURCE for module in (emt_supercells, files, molecules)}


def source_of(block: BlockValue) -> DataSource | None:
    """The source of a `dataset` block; None where its tag could not be read."""
    return SOURCES.get(block.tag or "")


def facts_of(block: BlockValue | None) -> Facts:
    """What a block alone tells of its frames; nothing of one that could not be read."""
    source = None if block is None else source_of(block)
    return Facts() if block is None or source is None else source.facts(block)


def source_of_job(params: Mapping[str, Any]) -> DataSource:
    """The source of a dataset job, by its parameters."""
    return SOURCES[params["op"]]


__all__ = ["SOURCES", "DataSource", "Facts", "facts_of", "source_of", "source_of_job"]
