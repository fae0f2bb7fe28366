"""Labelled configurations in splits, one module a tag of `dataset` blocks, each with a `SOURCE`.

`MODULES` is the table of tags; a module is imported when its tag is looked up. Nothing here imports torch, so that
workers that only make data start at once.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from ase import Atoms

from mlipilot.runtime.datasets.source import DataSource

MODULES = {tag: f"{__name__}.{tag}" for tag in ("emt_supercells", "files", "molecules")}


def source(tag: str) -> DataSource:
    """What makes or reads the data of a tag."""
    found = importlib.import_module(MODULES[tag]).SOURCE
    assert isinstance(found, DataSource)
    return found


def unstrained_cell(question: Mapping[str, Any]) -> Atoms:
    """The unstrained cell of a data set, as a probe is asked for it."""
    return source(question["op"]).cell(question)


__all__ = ["MODULES", "DataSource", "source", "unstrained_cell"]
