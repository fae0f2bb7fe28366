"""Stresses of frames that cannot have one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import ABSENT, counted


def find(facts: Facts) -> Iterator[Finding]:
    """Frames without a cell in a data set whose stress is used; in stock MACE, only where they carry one."""
    question = facts.question
    if question.stress is None or (question.masked and not question.stress_weight):
        return
    for table in facts.tables.values():
        bare = table.kept & ~table.lone & ~table.stressable
        if question.masked:
            bare &= table.state("stress") != ABSENT
        rows = np.flatnonzero(bare)
        if len(rows):
            yield Finding(
                "MLP1044",
                f"{counted(len(rows), int(table.kept.sum()), table.noun)} {'is' if len(rows) == 1 else 'are'} "
                "not periodic, and cannot have a stress",
                table.anchor(rows),
                table.places(rows),
                f"drop `{question.stress}` and its weight, or leave the frames out",
                ("a stress is an energy by volume, and they have none",),
            )
