"""Arrays that are given: numbers in two dimensions, each finite; what is wrong is named with its place."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import validate_data

from mlipilot.runtime.encodings.cells import column_names, not_a_number, require_finite

Floats = NDArray[np.floating[Any]]
States = NDArray[np.inexact[Any]]
"""Unit vectors, real or complex, a row a sample."""


def validated(estimator: Any, X: Any, *, reset: bool, sparse: bool = False) -> Any:
    """`X` as floats, shape (samples, features), float32 kept: an array, or CSR where `sparse` allows it and it is.

    Raises ValueError that names row and column of what is not a finite number.
    """
    if not reset and _is_plain(estimator, X) and np.isfinite(X).all():
        return np.asarray(X)
    columns = column_names(X)
    accepted: Any = {"accept_sparse": "csr"} if sparse else {}
    try:
        found = validate_data(
            estimator, X, reset=reset, dtype=[np.float64, np.float32], ensure_all_finite=False, order="C", **accepted
        )
    except ValueError as error:
        text = _text_in(X) if "could not convert" in str(error) else None
        if text is None:
            raise
        row, column, value = text
        raise ValueError(not_a_number("X", row, column, columns, value)) from None
    require_finite(found, columns=columns)
    return found


def _is_plain(estimator: Any, X: Any) -> bool:
    """Whether scikit-learn would give the array back as it is, in words of which none needs to be said."""
    return (
        type(X) is np.ndarray
        and X.dtype in (np.float64, np.float32)
        and X.ndim == 2
        and X.flags.c_contiguous
        and X.size > 0
        and X.shape[1] == getattr(estimator, "n_features_in_", None)
        and not hasattr(estimator, "feature_names_in_")
    )


def require_choices(estimator: Any, **known: Collection[str]) -> None:
    """Refuse a parameter that is none of the words it can be. Raises ValueError."""
    for name, words in known.items():
        given = getattr(estimator, name)
        if given not in words:
            raise ValueError(f"`{name}` is {given!r}: write one of {', '.join(map(repr, words))}")


def require_bandwidth(bandwidth: float) -> None:
    """Refuse a factor of angles that is not a positive number. Raises ValueError."""
    if not (np.isfinite(bandwidth) and bandwidth > 0):
        raise ValueError(f"`bandwidth` is {bandwidth!r}: write a number above 0, such as 0.25")


def require_width(X: Any, width: int) -> None:
    """Refuse features that an encoder does not give. Raises ValueError."""
    if X.shape[1] != width:
        raise ValueError(f"X has {X.shape[1]} features, and this encoder gives {width}")


def _text_in(X: Any) -> tuple[int, int, object] | None:
    """The first row, and in it the first column, of what is not a number, and what it is."""
    array = np.asarray(X, dtype=object)
    if array.ndim != 2:
        return None
    for (row, column), value in np.ndenumerate(array):
        try:
            float(value)
        except (TypeError, ValueError):
            return row, column, value
    return None


__all__ = ["Floats", "States", "require_bandwidth", "require_choices", "require_width", "validated"]
