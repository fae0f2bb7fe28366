"""Atoms of no element, and elements that a split has and the training frames lack."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import Mask, counted

_DUMMY = "X"
"""Symbol of a site without an element, whose number is 0."""


def find(facts: Facts) -> Iterator[Finding]:
    """One finding a split; nothing while training frames are unread, for they may have the element."""
    yield from _dummies(facts)
    train = facts.train
    if train is None or train.faulty:
        return
    known: Mask = train.composition[train.kept].sum(axis=0) > 0
    for table in facts.tables.values():
        rows = np.flatnonzero(table.kept & table.composition[:, ~known].any(axis=1))
        if table is train or not len(rows):
            continue
        symbols = [s for s, n in zip(facts.elements, table.composition[rows].sum(axis=0), strict=True) if n]
        strangers = ", ".join(s for s in symbols if not known[facts.elements.index(s)])
        yield Finding(
            "MLP1008",
            f"{counted(len(rows), int(table.kept.sum()), table.noun)} hold{'s' if len(rows) == 1 else ''} "
            f"{strangers}, which no training frame has",
            table.anchor(rows),
            table.places(rows),
            "put every element into the training files, or leave these frames out",
            ("stock MACE trains to the end, and then fails on them without saving a model",)
            if table.name == "test"
            else (),
        )


def _dummies(facts: Facts) -> Iterator[Finding]:
    if _DUMMY not in facts.elements or facts.train is None:
        return
    train, dummy = facts.train, facts.elements.index(_DUMMY)
    rows = np.flatnonzero(train.kept & (train.composition[:, dummy] > 0))
    if len(rows):
        yield Finding(
            "MLP1056",
            f"{counted(len(rows), int(train.kept.sum()), train.noun)} {'has' if len(rows) == 1 else 'have'} atoms "
            f"of no element (`{_DUMMY}`, or the number 0)",
            train.anchor(rows),
            train.places(rows),
            "write the symbol of an element, or leave these sites out",
            ("they are trained as an element of their own",),
        )
