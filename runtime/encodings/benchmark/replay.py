"""The seed paper's tables of a data set, made again in its own choices, beside what it published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from mlipilot.runtime.encodings.datasets.tabular import TabularData
from mlipilot.runtime.encodings.paper import paper_compat
from mlipilot.runtime.encodings.paper.published import published


def replay(data: TabularData) -> list[dict[str, Any]]:
    """Accuracies, spectra and similarities: JSON of `Paper`. What the paper does not print of a set is not known."""
    tables = paper_compat(data)
    return list(_rows(tables.as_dicts(), published().get(data.name, {})))


def _rows(tables: Mapping[str, list[dict[str, Any]]], known: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in tables["accuracy"]:
        printed = known.get("accuracies", {}).get(row["method"])
        yield _row("accuracy", row["method"], row["mean"], None if printed is None else float(np.mean(printed)), row)
    for row in tables["spectra"]:
        rank, condition = known.get("spectra", {}).get(row["encoding"], (None, None))
        yield _row("effective rank", row["encoding"], row["effective_rank"], rank, row)
        yield _row("condition number", row["encoding"], row["condition_number"], condition, row)
    for row in tables["similarity"]:
        pair = f"{row['first']}, {row['second']}"
        yield _row("CKA", pair, row["cka"], known.get("cka", {}).get(pair), row)


def _row(table: str, name: str, value: float, printed: float | None, row: Mapping[str, Any]) -> dict[str, Any]:
    known = float(value) if np.isfinite(value) else None
    return {"table": table, "row": name, "value": known, "published": printed, "hides": list(row["hides"])}


__all__ = ["replay"]
