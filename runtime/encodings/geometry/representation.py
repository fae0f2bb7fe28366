"""Reading what is measured, a representation, a kernel or a target: refused by place, or in float64 and in scale."""

from __future__ import annotations

from numbers import Real
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.utils.multiclass import type_of_target

from mlipilot.runtime.encodings.cells import column_names, not_a_number, require_finite

Floats = NDArray[np.float64]
TargetKind = Literal["auto", "classes", "numbers"]
DOUBLE = float(np.finfo(np.float64).eps)


class Scaled(NamedTuple):
    """A matrix in float64, divided by a power of two so that no product of it overflows.

    The division is exact but for values below 1e-308 of the largest, which are lost beside it.
    """

    values: Floats
    """(n, D), the largest absolute value in [1, 2), or all 0."""
    scale: float
    """The power of two: what was given is `values * scale`. 1 where all values are 0."""
    epsilon: float
    """Machine epsilon of the type that was given: what lies below it is rounding."""


def read_representation(Z: Any, name: str = "Z") -> Scaled:
    """A representation (n, D), n >= 2 and D >= 1, of any real type, dense, sparse or a data frame; not changed.

    Small integers become float64 before any product. A float32 matrix keeps its own epsilon.

    Raises:
        ValueError: text, NaN or infinity (with row and column), one sample, no columns, not a matrix, complex.
    """
    columns = column_names(Z)
    matrix = _as_array(Z)
    if matrix.ndim != 2:
        hint = f"{name}.reshape(-1, 1) is one column" if matrix.ndim == 1 else "flatten each sample to one row"
        raise ValueError(f"{name} has shape {matrix.shape}, expected (samples, columns): {hint}")
    n, width = matrix.shape
    if width == 0:
        raise ValueError(f"{name} has {n} rows and 0 columns: give at least one column")
    if n < 2:
        found = "one sample" if n else "0 samples"
        raise ValueError(f"{name} has {found}: its geometry needs at least 2, give more rows")
    return _scaled(_as_floats(matrix, name, columns), _epsilon(matrix.dtype))


def read_kernel(K: Any, name: str = "K") -> Scaled:
    """A kernel matrix (n, n), n >= 2, symmetric up to rounding; the mean of it and its transpose.

    Raises:
        ValueError: as `read_representation`, and a matrix that is not square or not symmetric.
    """
    values, scale, epsilon = read_representation(K, name)
    n, width = values.shape
    if n != width:
        raise ValueError(f"{name} has shape {(n, width)}, expected (n, n): a kernel matrix compares samples in pairs")
    gap = np.abs(values - values.T)
    if gap.max() > 1e3 * np.sqrt(n) * epsilon:
        row, column = np.unravel_index(int(gap.argmax()), gap.shape)
        raise ValueError(
            f"{name} is not symmetric: it differs from its transpose by {gap.max() * scale:.3g} at row {row}, "
            f"column {column}; give the kernel of the samples with themselves"
        )
    return Scaled((values + values.T) / 2, scale, epsilon)


def read_target(y: Any, n: int, *, kind: TargetKind = "auto", name: str = "y") -> Scaled:
    """A target (n,) or (n, k) as columns: classes one-hot (n, classes), numbers as they are.

    `auto` takes text, booleans and whole numbers as classes, as scikit-learn's `type_of_target` does.

    Raises:
        ValueError: a length other than `n`, NaN, text where `kind` is `numbers`, an unknown `kind`.
    """
    if kind not in ("auto", "classes", "numbers"):
        raise ValueError(f"kind is {kind!r}, expected 'auto', 'classes' or 'numbers'")
    array = _as_array(y)
    if array.ndim not in (1, 2) or len(array) != n:
        raise ValueError(f"{name} has shape {array.shape}, expected {n} rows: one value for each sample")
    if kind == "auto":
        textual = array.dtype.kind in "OUS" and array.ndim == 1 and any(isinstance(value, str) for value in array)
        kind = "classes" if textual or _are_classes(array, name) else "numbers"
    if kind == "numbers":
        return read_representation(array.reshape(n, -1), name)
    if array.ndim == 2 and array.shape[1] != 1:
        raise ValueError(f"{name} has shape {array.shape}: classes are one column; one-hot columns are 'numbers'")
    labels = array.reshape(-1)
    if labels.dtype.kind == "f":
        _as_floats(labels.reshape(-1, 1), name, [])
    classes, codes = np.unique(labels, return_inverse=True)
    return Scaled(np.eye(len(classes))[codes.reshape(-1)], 1.0, DOUBLE)


def require_same_samples(n: int, other: int, name: str, other_name: str) -> None:
    """Refuse two arguments of different numbers of samples."""
    if n != other:
        raise ValueError(
            f"{name} has {n} samples and {other_name} has {other}: give the same samples in the same order"
        )


def rescaled(matrix: Scaled) -> Scaled:
    """The same matrix with its largest absolute value in [1, 2) again, as after what was large cancelled."""
    again = _scaled(matrix.values, matrix.epsilon)
    return again._replace(scale=again.scale * matrix.scale)


def _are_classes(array: NDArray[Any], name: str) -> bool:
    """Whether scikit-learn reads the target as labels of classes."""
    if array.dtype.kind == "f":
        _as_floats(array.reshape(len(array), -1), name, [])
    with np.errstate(invalid="ignore"):  # it asks whether huge numbers are whole by a cast
        kind = type_of_target(array.reshape(-1) if array.ndim == 2 and array.shape[1] == 1 else array)
    return kind in ("binary", "multiclass")


def _as_array(matrix: Any) -> NDArray[Any]:
    """A dense array of whatever type was given; masked entries become NaN, which is refused by place."""
    if issparse(matrix):
        return np.asarray(matrix.toarray())
    if isinstance(matrix, np.ma.MaskedArray) and np.ma.is_masked(matrix):
        return np.ma.filled(matrix.astype(np.float64), np.nan)
    return np.asarray(matrix)


def _epsilon(dtype: np.dtype[Any]) -> float:
    """Machine epsilon of a type: float64's for whole numbers and objects, and where the type is finer."""
    return max(float(np.finfo(dtype).eps), DOUBLE) if dtype.kind == "f" else DOUBLE


def _as_floats(matrix: NDArray[Any], name: str, columns: list[str]) -> Floats:
    """Finite float64 values of a matrix, or the first that cannot be one, by row and column."""
    if matrix.dtype.kind == "c":
        raise ValueError(f"{name} is complex: give np.hstack([{name}.real, {name}.imag]), or a kernel of the states")
    if matrix.dtype.kind == "O":
        for (row, column), value in np.ndenumerate(matrix):
            if value is not None and not isinstance(value, Real | np.bool_):
                raise ValueError(not_a_number(name, row, column, columns, value))
        matrix = np.where(matrix == None, np.nan, matrix)  # noqa: E711 (elementwise)
    elif matrix.dtype.kind not in "biuf":
        raise ValueError(not_a_number(name, 0, 0, columns, matrix.flat[0]))
    values = matrix.astype(np.float64)
    require_finite(values, name, columns)
    return values


def _scaled(values: Floats, epsilon: float) -> Scaled:
    """A matrix divided by the power of two just below its largest absolute value."""
    largest = float(np.abs(values).max())
    if largest == 0:
        return Scaled(values, 1.0, epsilon)
    exponent = int(np.frexp(largest)[1]) - 1
    return Scaled(np.ldexp(values, -exponent), float(np.ldexp(1.0, exponent)), epsilon)
