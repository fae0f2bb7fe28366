"""Arrays that are given: numbers in two dimensions, each finite; what is wrong is named with its place."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import validate_data

Floats = NDArray[np.floating[Any]]
States = NDArray[np.inexact[Any]]
"""Unit vectors, real or complex, a row a sample."""


def validated(estimator: Any, X: Any, *, reset: bool) -> Floats:
    """`X` as an array of floats, shape (samples, features), float32 kept.

    Raises ValueError that names the row and column of what is not finite, or the column of what is not a number.
    """
    if not reset and _is_plain(estimator, X) and np.isfinite(X).all():
        return np.asarray(X)
    try:
        found: Floats = validate_data(
            estimator, X, reset=reset, dtype=[np.float64, np.float32], ensure_all_finite=False, order="C"
        )
    except ValueError as error:
        place = _text_in(X) if "could not convert" in str(error) else None
        if place is None:
            raise
        column, value = place
        raise ValueError(
            f"column {column} of X holds text, such as {value!r}: encode it as numbers first "
            "(sklearn.preprocessing.OrdinalEncoder), or leave the column out"
        ) from None
    wrong = ~np.isfinite(found)
    if wrong.any():
        row, column = (int(index) for index in np.argwhere(wrong)[0])
        what = "NaN" if np.isnan(found[row, column]) else "infinity"
        raise ValueError(
            f"X contains {what}, first in row {row}, column {column}: leave the row out, or fill the value in "
            "(sklearn.impute.SimpleImputer)"
        )
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


def _text_in(X: Any) -> tuple[int, object] | None:
    """The first column with text, and the text."""
    array = np.asarray(X, dtype=object)
    if array.ndim != 2:
        return None
    for column in range(array.shape[1]):
        for value in array[:, column]:
            try:
                float(value)
            except (TypeError, ValueError):
                return column, value
    return None


__all__ = ["Floats", "States", "require_bandwidth", "require_choices", "require_width", "validated"]
