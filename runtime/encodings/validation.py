"""Arrays that are given: numbers in two dimensions, each finite; what is wrong is named with its place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from mlipilot.runtime.encodings.cells import column_names, not_a_number, require_finite

Floats = NDArray[np.floating[Any]]
States = NDArray[np.inexact[Any]]
"""Unit vectors, real or complex, a row a sample."""


def validated(estimator: Any, X: Any, *, reset: bool, sparse: bool = False, name: str = "X") -> Any:
    """`X` as floats, shape (samples, features), float32 kept: an array, or CSR where `sparse` allows it and it is.

    Without `reset` the estimator has to be fitted. Raises ValueError that names row and column of what is not a finite
    number.
    """
    if not reset and _is_plain(estimator, X) and np.isfinite(X).all():
        return np.asarray(X)
    if not reset:
        check_is_fitted(estimator)
    columns = column_names(X)
    _require_no_times(X, name, columns)
    accepted: Any = {"accept_sparse": "csr"} if sparse else {}
    try:
        found = validate_data(
            estimator, X, reset=reset, dtype=[np.float64, np.float32], ensure_all_finite=False, order="C", **accepted
        )
    except ValueError as error:
        text = _text_in(X) if "could not convert" in str(error) else None
        if text is None:
            raise ValueError(str(error).replace("X has", f"{name} has")) from None
        row, column, value = text
        raise ValueError(not_a_number(name, row, column, columns, value)) from None
    require_finite(found, name, columns)
    return found


def given_features(estimator: Any, X: Any, width: int) -> Floats:
    """Features that are to be turned back, shape (samples, width). Raises ValueError for others, by their place."""
    check_is_fitted(estimator)
    given: Floats = check_array(X, dtype=[np.float64, np.float32], ensure_all_finite=False)
    require_finite(given)
    if given.shape[1] != width:
        raise ValueError(f"X has {given.shape[1]} features, and this encoder gives {width}")
    return given


def require_precise(angles: Floats) -> Floats:
    """Angles in radians, as they are; refuses those so large that their sine has no digits left. Raises ValueError."""
    limit = _TURN / np.finfo(angles.dtype).eps
    if max(angles.max(initial=0), -angles.min(initial=0)) <= limit:
        return angles
    row, column, *_ = np.argwhere(~(np.abs(angles) <= limit))[0]
    raise ValueError(
        f"the angle of row {row}, column {column} is beyond {limit:.2g}, where {angles.dtype} numbers do not hold the "
        "place within a turn: scale the features, give an `interval`, or lower `bandwidth`"
    )


_TURN = 1e-4
"""Radians that an angle may be off by."""


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


def _require_no_times(X: Any, name: str, columns: list[str]) -> None:
    """Refuse columns of dates and times, which would become whole numbers of nanoseconds."""
    if X is None:
        raise ValueError(f"{name} is None: give samples, shape (samples, features)")
    kinds = getattr(X, "dtypes", None)
    for column, kind in zip(columns, kinds, strict=True) if columns and kinds is not None else ():
        if getattr(kind, "kind", "") in ("M", "m") or getattr(kind, "is_temporal", bool)():
            raise ValueError(f"{name} has dates or times in column {column!r}: give them as numbers in a unit of yours")
    if getattr(getattr(X, "dtype", None), "kind", "") in ("M", "m"):
        raise ValueError(f"{name} has dates or times: give them as numbers in a unit of yours")


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


__all__ = ["Floats", "States", "given_features", "require_precise", "validated"]
