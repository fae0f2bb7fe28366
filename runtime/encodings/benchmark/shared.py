"""What learns nothing of samples is made once for all folds: features and kernel values of all rows, then sliced.

All else is fitted in each fold, to its training rows alone. A step counts as one that learns nothing only where its
kind stands in `LEARNS_NOTHING` and its parameters make it so; a row of its result depends on that row alone, and a
kernel value on two.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures

from mlipilot.runtime.encodings.amplitude import AmplitudeEncoder
from mlipilot.runtime.encodings.angle import AngleEncoder
from mlipilot.runtime.encodings.benchmark.folds import Rows
from mlipilot.runtime.encodings.controls.gram import GramMatrix
from mlipilot.runtime.encodings.controls.kernels import Kernel
from mlipilot.runtime.encodings.controls.random_map import RandomMap
from mlipilot.runtime.encodings.dense_angle import DenseAngleEncoder
from mlipilot.runtime.encodings.iqp import IQPEncoder
from mlipilot.runtime.encodings.memory import MemoryLimitError

Steps = Sequence[tuple[str, Any]]
Matrix = NDArray[Any]
KEPT = 2**29
"""Bytes that are kept for a cell."""


def _takes_features_as_they_are(encoder: Any) -> bool:
    return encoder.interval is None


LEARNS_NOTHING: list[tuple[type, Callable[[Any], bool]]] = [
    (FunctionTransformer, lambda step: step.func is None),
    (PolynomialFeatures, lambda _: True),
    (AmplitudeEncoder, lambda _: True),
    (AngleEncoder, _takes_features_as_they_are),
    (DenseAngleEncoder, _takes_features_as_they_are),
    (IQPEncoder, _takes_features_as_they_are),
    (RandomMap, lambda step: isinstance(step.random_state, int)),
]
"""Kinds of steps whose `fit` sees no more of samples than how many features they have, and when that holds."""


def learns_nothing(step: Any) -> bool:
    """Whether a step gives a row the same features whichever rows it was fitted to."""
    return any(isinstance(step, kind) and holds(step) for kind, holds in LEARNS_NOTHING)


def is_free_kernel(step: Any) -> bool:
    """Whether a step is a Gram matrix of which nothing but its samples is learnt."""
    if not isinstance(step, GramMatrix) or not (step.encoder is None or learns_nothing(step.encoder)):
        return False
    return step.kernel in ("linear", "encoder") or isinstance(step.kernel, Kernel)


class Shared:
    """Representations of the rows of a data set, for one arm; `limit` is in bytes, and 0 shares nothing."""

    def __init__(self, X: Matrix, limit: int = KEPT) -> None:
        self._X = X
        self._left = limit
        self._kept: dict[Hashable, Matrix | None] = {}

    def parts(
        self, steps: Steps, parameters: Hashable, targets: NDArray[Any], train: Rows, test: Rows
    ) -> tuple[Matrix, Matrix]:
        """What a pipeline of steps makes of training rows, to which it is fitted, and of test rows.

        `parameters` are those of the steps that differ from call to call; `targets` are those of the training rows.
        """
        free = next((at for at, (_, step) in enumerate(steps) if not learns_nothing(step)), len(steps))
        if free == len(steps) - 1 and is_free_kernel(steps[free][1]):
            gram = self._of_all_rows(parameters, steps, len(self._X))
            if gram is not None:
                return gram[np.ix_(train, train)], gram[np.ix_(test, train)]
        features = self._of_all_rows(parameters, steps[:free]) if free else None
        left = steps if features is None else steps[free:]
        source = self._X if features is None else features
        seen, asked = source[train], source[test]
        if not left:
            return seen, asked
        pipeline = clone(Pipeline(list(left)))
        return pipeline.fit_transform(seen, targets), pipeline.transform(asked)

    def _of_all_rows(self, parameters: Hashable, steps: Steps, width: int | None = None) -> Matrix | None:
        """What steps that learn nothing make of all rows; None where there is no room to keep it.

        The width is that of one row's result unless it is given.
        """
        key = (parameters, len(steps))
        if key not in self._kept:
            pipeline = clone(Pipeline(list(steps)))
            try:
                row = pipeline.fit_transform(self._X[:1])
                size = len(self._X) * (width or row.shape[1]) * row.dtype.itemsize
                self._kept[key] = pipeline.fit_transform(self._X) if size <= self._left else None
            except MemoryLimitError:
                self._kept[key] = None
            else:
                self._left -= size if self._kept[key] is not None else 0
        return self._kept[key]


__all__ = ["KEPT", "LEARNS_NOTHING", "Shared", "is_free_kernel", "learns_nothing"]
