"""What metrics are measured on, as data: blocks, or parts of them."""

from __future__ import annotations

from typing import NamedTuple

from mlipilot.spec.schema.structure import REFERENCE, UNSTRAINED

JUDGED = ("train", "valid", "test")
"""Splits of a data set that rules may name."""


class Target(NamedTuple):
    """What a metric is measured on."""

    doc: str
    """In words, with an example."""
    kind: str
    """Of the block."""
    shape: str
    """In the reference: `data.split`."""
    decided_by: str
    """What would decide a constraint whose bounds hold its threshold; `{split}` stands for the split that judges."""
    members: tuple[str, ...] = ()
    """Parts of the block, one of which is named."""
    repeats: bool = False
    """Whether it is the block's cell, so many times along each axis."""
    needs: tuple[str, ...] = ()
    """What the source of a data set must offer."""
    tag: str | None = None
    """The tag that the block must have."""
    otherwise: str = ""
    """What is wrong with a `{block}` of another tag."""


SPLIT = Target(
    "a split of a data set, such as `cu.test`", "dataset", "data.split", "more {split} trajectories", members=JUDGED
)
NVE = Target(
    "a `dynamics` block of tag `nve`",
    "dynamics",
    "dynamics",
    "a longer run",
    tag="nve",
    otherwise="is measured at constant energy; `{block}` has a thermostat",
)
DYNAMICS = Target("a `dynamics` block", "dynamics", "dynamics", "more replicas")
CELL = Target(
    "a cell of a data set, such as `cu.cell(4, 4, 4)`",
    "dataset",
    "data.cell(n, n, n)",
    "a quieter machine",
    repeats=True,
    needs=(UNSTRAINED,),
)
MATERIAL = Target(
    "a data set with an unstrained cell and a reference calculator, such as `cu`",
    "dataset",
    "data",
    "another model",
    needs=(UNSTRAINED, REFERENCE),
)
