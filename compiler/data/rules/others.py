"""Labels besides energy, forces and stress, and what a model is given: frames that lack them, values that are none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.keys import candidates
from mlipilot.compiler.data.question import Anchor, Finding, OtherLabel
from mlipilot.compiler.data.table import ABSENT, MALFORMED, NOT_FINITE, Table, counted


def find(facts: Facts) -> Iterator[Finding]:
    """Label by label, and split by split where some frames have it."""
    for name, label in facts.question.others.items():
        tables = [table for table in facts.tables.values() if table.kept.any()]
        having = [table for table in tables if (table.other(label.key)[0][table.kept] != ABSENT).any()]
        if tables and not having:
            yield _absent(name, label, tables)
            continue
        for table in tables:
            yield from _frames(facts, name, label, table)


def _absent(name: str, label: OtherLabel, tables: list[Table]) -> Finding:
    likely = [f"`{found.name}`" for found in candidates(name, label.key, tables, label.sizes) if found.named]
    return Finding(
        "MLP1003",
        f"no frame has the {_words(name)} `{label.key}`",
        Anchor(name),
        "no such column" if label.per_atom else "no such header",
        f"the files have {', '.join(likely)}: is it meant?" if likely else "label the frames, or do not ask for it",
        (_without(label),),
    )


def _frames(facts: Facts, name: str, label: OtherLabel, table: Table) -> Iterator[Finding]:
    state = table.other(label.key)[0]
    total = int(table.kept.sum())
    missing = np.flatnonzero(table.kept & (state == ABSENT))
    if len(missing):
        heeded = label.is_trained and all(name in used.loss.by_label for used in facts.question.losses)
        yield Finding(
            "MLP1005" if heeded else "MLP1004",
            f"{counted(len(missing), total, table.noun)} lack{'s' if len(missing) == 1 else ''} the {_words(name)} "
            f"`{label.key}`",
            table.anchor(missing),
            table.places(missing),
            "label the frames or leave them out",
            () if heeded else (_without(label),),
        )
    for code, wrong, what in (
        ("MLP1006", NOT_FINITE, f"a value of `{label.key}` is not finite"),
        ("MLP1007", MALFORMED, f"`{label.key}` is not {_shape(label)}"),
    ):
        rows = np.flatnonzero(table.kept & (state == wrong))
        if len(rows):
            headline = f"{what} in {counted(len(rows), total, table.noun)}"
            yield Finding(code, headline, table.anchor(rows), table.places(rows), "label the frames again")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _shape(label: OtherLabel) -> str:
    sizes = " or ".join(str(size) for size in label.sizes)
    return "one number" if label.sizes == (1,) else f"{sizes} numbers"


def _without(label: OtherLabel) -> str:
    if label.is_trained:
        return "MACE trains without it where its loss heeds that, else it trains zeros, and says nothing"
    return "MACE gives the model its default in its place, and says nothing"


__all__ = ["find"]
