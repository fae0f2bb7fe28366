"""A table of numbers with its labels and where it came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Task = Literal["classes", "numbers"]
"""What `y` is: class labels, or one or more numbers a row."""


@dataclass(frozen=True, eq=False, repr=False)
class TabularData:
    """A data set in memory.

    Attributes:
        name: by which it was loaded.
        X: features (n_samples, n_features), float32 or float64, read-only.
        y: labels (n_samples,), integers from 0 where `task` is "classes"; else floats, (n_samples, n_targets) where
            there are several; read-only.
        task: "classes" or "numbers".
        feature_names: one a column of `X`.
        source: who published it, or the recipe that made it.
        licence: as its publisher states it.
        groups: (n_samples,) integers from 0, where some samples belong together and stay on one side of a split;
            read-only.
        unit: of the numbers, where they have one, such as "eV/atom".
        sha256: of `X` and `y`, and of `groups` where there are any, as they stand here (`content_digest`), so that two
            results can be known to be of the same numbers, whichever file or generator they came from.

    Raises:
        ValueError: shapes that do not fit together, a value that is not finite, or labels that `task` does not allow.
    """

    name: str
    X: NDArray[Any]
    y: NDArray[Any]
    task: Task
    feature_names: tuple[str, ...]
    source: str
    licence: str
    groups: NDArray[Any] | None = None
    unit: str = ""
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        X, y = np.array(self.X), np.array(self.y)
        _check(self.name, X, y, self.task, self.feature_names)
        X.flags.writeable = y.flags.writeable = False
        object.__setattr__(self, "X", X)
        object.__setattr__(self, "y", y)
        arrays = [X, y]
        if self.groups is not None:
            groups = np.array(self.groups)
            _check_groups(self.name, groups, len(X))
            groups.flags.writeable = False
            object.__setattr__(self, "groups", groups)
            arrays.append(groups)
        object.__setattr__(self, "sha256", content_digest(*arrays))

    def __repr__(self) -> str:
        """One line: the name, the shape, what is predicted and the licence."""
        if self.task == "classes":
            predicted = f"{len(np.unique(self.y))} classes"
        else:
            predicted = "a number" if self.y.ndim == 1 else f"{self.y.shape[1]} numbers"
        shape = f"{self.n_samples} samples x {self.n_features} features"
        return f"TabularData {self.name!r}: {shape}, {predicted}, licence: {self.licence}"

    @property
    def n_samples(self) -> int:
        """Rows."""
        return int(self.X.shape[0])

    @property
    def n_features(self) -> int:
        """Columns of `X`."""
        return int(self.X.shape[1])


def content_digest(*arrays: NDArray[Any]) -> str:
    """SHA-256 in hexadecimal of dtype, shape and values of some arrays, the same on machines of either byte order."""
    digest = hashlib.sha256()
    for array in arrays:
        little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        digest.update(f"{little.dtype.str}{little.shape}".encode())
        digest.update(little.tobytes())
    return digest.hexdigest()


def _check(name: str, X: NDArray[Any], y: NDArray[Any], task: str, feature_names: tuple[str, ...]) -> None:
    if X.ndim != 2 or X.dtype.kind != "f":
        raise ValueError(f"`X` of {name!r} must be a table of floats, not {X.ndim}-dimensional {X.dtype}")
    if y.ndim not in (1, 2) or len(y) != len(X):
        raise ValueError(f"`y` of {name!r} must have one entry a row of `X`: {y.shape} beside {X.shape}")
    if len(feature_names) != X.shape[1]:
        raise ValueError(f"`feature_names` of {name!r} has {len(feature_names)} names for {X.shape[1]} columns")
    if not np.isfinite(X).all():
        row, column = np.argwhere(~np.isfinite(X))[0]
        raise ValueError(f"`X` of {name!r} is not finite in row {row}, column {feature_names[column]!r}")
    if task == "classes":
        if y.ndim != 1 or y.dtype.kind not in "iu" or y.min(initial=0) < 0:
            raise ValueError(f"`y` of {name!r} must hold class labels, integers from 0, not {y.dtype} {y.shape}")
    elif task == "numbers":
        if y.dtype.kind != "f" or not np.isfinite(y).all():
            raise ValueError(f"`y` of {name!r} must hold finite floats, not {y.dtype}")
    else:
        raise ValueError(f"`task` of {name!r} must be 'classes' or 'numbers', not {task!r}")


def _check_groups(name: str, groups: NDArray[Any], samples: int) -> None:
    if groups.shape != (samples,) or groups.dtype.kind not in "iu" or groups.min(initial=0) < 0:
        raise ValueError(
            f"`groups` of {name!r} must hold an integer from 0 a row of `X`, not {groups.dtype} {groups.shape}"
        )
