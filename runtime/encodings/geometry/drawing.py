"""Some of the samples, drawn before anything is computed of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse

from mlipilot.runtime.encodings.geometry.representation import Scaled, read_representation

Rows = NDArray[np.intp]


def samples_of(matrix: Any, name: str) -> int:
    """The rows of a matrix, of which arrays and sparse matrices are not read. Raises ValueError where it is none."""
    if _can_be_drawn(matrix):
        return int(matrix.shape[0])
    return len(read_representation(matrix, name).values)


def drawn_rows(samples: int, most: int, generator: np.random.RandomState) -> Rows | None:
    """At most so many rows, ascending and without replacement; None for all."""
    if samples <= most:
        return None
    return np.sort(np.asarray(generator.permutation(samples)[:most], dtype=np.intp))


def read_rows(matrix: Any, name: str, rows: Rows | None) -> Scaled:
    """A representation of some rows. Of an array or a sparse matrix, no others are converted or checked."""
    if rows is None:
        return read_representation(matrix, name)
    if not _can_be_drawn(matrix):
        whole = read_representation(matrix, name)
        return whole._replace(values=whole.values[rows])
    try:
        return read_representation((matrix.tocsr() if issparse(matrix) else matrix)[rows], name)
    except ValueError:
        read_representation(matrix, name)  # refused again, at the row as it is counted outside
        raise


def _can_be_drawn(matrix: Any) -> bool:
    return bool((isinstance(matrix, np.ndarray) or issparse(matrix)) and matrix.ndim == 2)
