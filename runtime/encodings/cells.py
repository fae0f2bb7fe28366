"""Cells of a matrix that is given: what is not a finite number is named with its place and a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import issparse


def column_names(matrix: Any) -> list[str]:
    """The names of a data frame's columns; none of an array."""
    return [str(column) for column in getattr(matrix, "columns", [])]


def require_finite(values: Any, name: str = "X", columns: Sequence[str] = (), *, remedy: str | None = None) -> None:
    """Refuse NaN and infinity in a matrix of floats, dense or sparse. Raises ValueError.

    `remedy` is what to do; of samples by default.
    """
    entries = values.data if issparse(values) else values
    wrong = ~np.isfinite(entries)
    if not wrong.any():
        return
    if issparse(values):
        first = values.tocoo()
        at = int(np.flatnonzero(wrong)[0])
        row, column, value = first.row[at], first.col[at], entries[at]
    else:
        row, column = np.argwhere(wrong)[0]
        value = values[row, column]
    what = "NaN" if np.isnan(value) else "infinity"
    more = f" (and {wrong.sum() - 1} more)" if wrong.sum() > 1 else ""
    raise ValueError(
        f"{name} has {what} at {_place(int(row), int(column), columns)}{more}: {remedy or _REMEDIES[what]}"
    )


_REMEDIES = {
    "NaN": "leave the row out, or fill the value in (sklearn.impute.SimpleImputer)",
    "infinity": "leave the row out, or clip the value",
}


def not_a_number(name: str, row: int, column: int, columns: Sequence[str], value: Any) -> str:
    """What is said of a cell that holds something other than a number."""
    what = "text" if isinstance(value, str | bytes) else f"a {type(value).__name__}"
    return (
        f"{name} has {what} at {_place(row, column, columns)} ({value!r}): leave the column out, or encode it as "
        "numbers first (sklearn.preprocessing.OrdinalEncoder)"
    )


def _place(row: int, column: int, columns: Sequence[str]) -> str:
    """Row and column by number, and the column by name where it has one."""
    return f"row {row}, column {column}" + (f" ({columns[column]!r})" if columns else "")


__all__ = ["column_names", "not_a_number", "require_finite"]
