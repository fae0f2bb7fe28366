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
MOST_CLASSES = 30
"""Different whole numbers of a target that are taken as classes where nothing says so."""
OF_KERNEL = "compute the kernel of samples without it"
OF_TARGET = "leave the sample out"
PACKED = (
    '{name} has dtype uint64, in which `BasisEncoder(output="packed")` packs bits: words are not numbers, encode with '
    'output="dense" or output="sparse"; of counts, give {name}.astype(float)'
)


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


def read_representation(Z: Any, name: str = "Z", *, remedy: str | None = None) -> Scaled:
    """A representation (n, D), n >= 2 and D >= 1, of any real type, dense, sparse or a data frame; not changed.

    Small integers become float64 before any product. A float32 matrix keeps its own epsilon.
    `remedy` is what to do about NaN or infinity.

    Raises:
        ValueError: text, NaN or infinity (with row and column), one sample, no columns, not a matrix, complex, uint64.
    """
    columns = column_names(Z)
    matrix = _as_array(Z, name)
    if matrix.dtype == np.uint64:
        raise ValueError(PACKED.format(name=name))
    if matrix.ndim != 2:
        hint = f"{name}.reshape(-1, 1) is one column" if matrix.ndim == 1 else "flatten each sample to one row"
        raise ValueError(f"{name} has shape {matrix.shape}, expected (samples, columns): {hint}")
    n, width = matrix.shape
    if width == 0:
        raise ValueError(f"{name} has {n} rows and 0 columns: give at least one column")
    if n < 2:
        found = "one sample" if n else "0 samples"
        raise ValueError(f"{name} has {found}: its geometry needs at least 2, give more rows")
    return _scaled(_as_floats(matrix, name, columns, remedy), _epsilon(matrix.dtype))


def read_kernel(K: Any, name: str = "K") -> Scaled:
    """A kernel matrix (n, n), n >= 2, symmetric up to rounding; the mean of it and its transpose.

    Raises:
        ValueError: as `read_representation`, and a matrix that is not square or not symmetric.
    """
    values, scale, epsilon = read_representation(K, name, remedy=OF_KERNEL)
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

    Raises:
        ValueError: as `target_kind`; NaN, text where `kind` is `numbers`, several columns of classes.
    """
    kind = target_kind(y, n, kind=kind, name=name)
    array = _as_array(y, name)
    if kind == "numbers":
        if _textual(array):
            row, text = next((at[0], value) for at, value in np.ndenumerate(array) if isinstance(value, str | bytes))
            raise ValueError(f'{name} has text at row {row} ({_plain(text)!r}): write target="classes"')
        if array.dtype == np.uint64:
            array = array.astype(np.float64)
        return read_representation(array.reshape(n, -1), name, remedy=OF_TARGET)
    if array.ndim == 2 and array.shape[1] != 1:
        raise ValueError(f"{name} has shape {array.shape}: classes are one column; one-hot columns are 'numbers'")
    labels = array.reshape(-1)
    if labels.dtype.kind == "f":
        _as_floats(labels.reshape(-1, 1), name, [], OF_TARGET)
    try:
        classes, codes = np.unique(labels, return_inverse=True)
    except TypeError:
        types = ", ".join(sorted({type(label).__name__ for label in labels}))
        raise ValueError(
            f"{name} mixes labels of types {types}: give one type, such as text, and none missing"
        ) from None
    return Scaled(np.eye(len(classes))[codes.reshape(-1)], 1.0, DOUBLE)


def target_kind(y: Any, n: int, *, kind: TargetKind = "auto", name: str = "y") -> Literal["classes", "numbers"]:
    """What a target holds, as the argument `target` says.

    `auto` takes text, booleans and whole numbers as classes, as scikit-learn's `type_of_target` does.

    Raises:
        ValueError: a length other than `n`, NaN, an unknown `kind`; under `auto` more than 30 different whole numbers.
    """
    if not isinstance(kind, str) or kind not in ("auto", "classes", "numbers"):
        raise ValueError(f"target is {kind!r}, expected 'auto', 'classes' or 'numbers'")
    array = _as_array(y, name)
    if array.ndim not in (1, 2) or len(array) != n:
        raise ValueError(f"{name} has shape {array.shape}, expected {n} rows: one value for each sample")
    if kind != "auto":
        return kind
    if array.ndim == 1 and _textual(array):
        return "classes"
    if not _are_classes(array, name):
        return "numbers"
    different = len(np.unique(array)) if array.dtype.kind in "iuf" else 0
    if different > MOST_CLASSES:
        raise ValueError(
            f"{name} has {different} different whole numbers, which may be classes or numbers: "
            'write target="classes" or target="numbers"'
        )
    return "classes"


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


def _textual(array: NDArray[Any]) -> bool:
    """Whether a target holds text."""
    return array.dtype.kind in "OUS" and any(isinstance(value, str | bytes) for value in array.flat)


def _plain(value: Any) -> Any:
    """Text of NumPy as plain text, which is how it was written."""
    return value.item() if isinstance(value, np.str_ | np.bytes_) else value


def _are_classes(array: NDArray[Any], name: str) -> bool:
    """Whether scikit-learn reads the target as labels of classes."""
    if array.dtype.kind == "f":
        _as_floats(array.reshape(len(array), -1), name, [], OF_TARGET)
    with np.errstate(invalid="ignore"):  # it asks whether huge numbers are whole by a cast
        kind = type_of_target(array.reshape(-1) if array.ndim == 2 and array.shape[1] == 1 else array)
    return kind in ("binary", "multiclass")


def _as_array(matrix: Any, name: str) -> NDArray[Any]:
    """A dense array of whatever type was given; masked entries become NaN, which is refused by place."""
    if issparse(matrix):
        return np.asarray(matrix.toarray())
    if isinstance(matrix, np.ma.MaskedArray) and np.ma.is_masked(matrix):
        return np.ma.filled(matrix.astype(np.float64), np.nan)
    try:
        return np.asarray(matrix)
    except ValueError:
        raise ValueError(f"{name} has rows of different lengths: give one value for each column") from None


def _epsilon(dtype: np.dtype[Any]) -> float:
    """Machine epsilon of a type: float64's for whole numbers and objects, and where the type is finer."""
    return max(float(np.finfo(dtype).eps), DOUBLE) if dtype.kind == "f" else DOUBLE


def _as_floats(matrix: NDArray[Any], name: str, columns: list[str], remedy: str | None = None) -> Floats:
    """Finite float64 values of a matrix, or the first that cannot be one, by row and column."""
    if matrix.dtype.kind == "c":
        raise ValueError(f"{name} is complex: give np.hstack([{name}.real, {name}.imag]), or a kernel of the states")
    if matrix.dtype.kind == "O":
        for (row, column), value in np.ndenumerate(matrix):
            if value is not None and not isinstance(value, Real | np.bool_):
                raise ValueError(not_a_number(name, row, column, columns, _plain(value)))
        matrix = np.where(matrix == None, np.nan, matrix)  # noqa: E711 (elementwise)
    elif matrix.dtype.kind not in "biuf":
        raise ValueError(not_a_number(name, 0, 0, columns, _plain(matrix.flat[0])))
    values = matrix.astype(np.float64)
    require_finite(values, name, columns, remedy=remedy)
    return values


def _scaled(values: Floats, epsilon: float) -> Scaled:
    """A matrix divided by the power of two just below its largest absolute value."""
    largest = float(np.abs(values).max())
    if largest == 0:
        return Scaled(values, 1.0, epsilon)
    exponent = int(np.frexp(largest)[1]) - 1
    return Scaled(np.ldexp(values, -exponent), float(np.ldexp(1.0, exponent)), epsilon)
