"""Scores as a table, a row for each cell and fold: written by the jobs that measure, read by the one that compares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.encodings.cells import Cell

if TYPE_CHECKING:
    import polars

    from mlipilot.runtime.encodings.benchmark.measurement import Row

CELL = ("arm", "tier", "scaling", "dimension", "head", "matched")
"""Columns that tell cells apart."""
Scores = NDArray[np.float64]


def scores_table(rows: Iterable[Row], metrics: Sequence[str]) -> polars.DataFrame:
    """A table of rows: the cell, the fold, what was made harder, the metrics (null where not known), and times."""
    import polars as pl

    found = [_record(row, metrics) for row in rows]
    types = {
        **dict.fromkeys(CELL, pl.String),
        "dimension": pl.Int64,
        "repeat": pl.Int64,
        "fold": pl.Int64,
        "training_rows": pl.Int64,
        "label_noise": pl.Float64,
        "left_out": pl.String,
        "chosen": pl.Int64,
        "fit_seconds": pl.Float64,
        "predict_seconds": pl.Float64,
        "warnings": pl.String,
        **dict.fromkeys(metrics, pl.Float64),
    }
    return pl.DataFrame(found, schema=types)


def _record(row: Row, metrics: Sequence[str]) -> dict[str, Any]:
    result = row.result
    known = {} if result is None else result.scores
    figures = {name: value if math.isfinite(value := known.get(name, math.nan)) else None for name in metrics}
    return {
        **row.cell.key._asdict(),
        "repeat": row.repeat,
        "fold": row.fold,
        "training_rows": row.stress.training_rows,
        "label_noise": row.stress.label_noise,
        "left_out": row.left_out,
        "chosen": None if result is None else result.chosen,
        "fit_seconds": None if result is None else result.fit_seconds,
        "predict_seconds": None if result is None else result.predict_seconds,
        "warnings": "" if result is None else "; ".join(result.warnings),
        **figures,
    }


class Table:
    """Scores of the cells of one data set."""

    def __init__(self, frame: polars.DataFrame) -> None:
        self.frame = frame
        self._of_cell: Mapping[Cell, list[dict[str, Any]]] = _by_cell(frame)

    def by_level(self, column: str) -> Iterator[tuple[float, Table]]:
        """The scores at each level of what was made harder, the levels in ascending order."""
        for level in sorted(set(self.frame[column].drop_nulls())):
            yield float(level), Table(self.frame.filter(self.frame[column] == level))

    def cells(self) -> list[Cell]:
        """In the order of the table."""
        return list(self._of_cell)

    def left_out(self, cell: Cell) -> str:
        """Why a cell has no result; empty of one that has."""
        rows = self._of_cell.get(cell)
        if rows is None:
            return "it was not measured"
        return next((row["left_out"] for row in rows if row["left_out"]), "")

    def scores(self, cell: Cell, metric: str) -> Scores | None:
        """Of a metric in every fold, shape (folds,), by repeat and fold; None where any is not known."""
        rows = self._of_cell.get(cell, [])
        values = [row[metric] for row in rows]
        return None if not values or None in values else np.array(values, dtype=np.float64)

    def mean(self, cell: Cell, column: str) -> float | None:
        """Of a column over the folds; None where any is not known."""
        found = self.scores(cell, column)
        return None if found is None else float(found.mean())


def _by_cell(frame: polars.DataFrame) -> dict[Cell, list[dict[str, Any]]]:
    found: dict[Cell, list[dict[str, Any]]] = {}
    for row in frame.sort(["repeat", "fold"], maintain_order=True).iter_rows(named=True):
        found.setdefault(Cell(**{name: row[name] for name in CELL}), []).append(row)
    return found


__all__ = ["CELL", "Scores", "Table", "scores_table"]
