"""Models behind a representation: a linear one and nearest neighbours on features, one on kernel values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.svm import SVC

from mlipilot.runtime.encodings.benchmark.candidates import Range, Space, Whole
from mlipilot.runtime.encodings.benchmark.logistic import LogisticModel
from mlipilot.runtime.encodings.datasets.tabular import Task

HeadName = Literal["linear", "neighbours", "kernel"]
STRENGTH = Range(1e-3, 1e3)
"""Of a penalty, or of its inverse."""
MARGIN = Range(0.1, 1e3)
"""Of support vectors, which are tuned together with a width: weaker margins fit no data that are worth a kernel."""
SMOOTHING = Range(1e-3, 10.0)
"""Of kernel ridge regression on standardised numbers, in units of a kernel whose diagonal is 1."""
NEIGHBOURS = Whole(1, 64)
"""How many of them are asked."""
ITERATIONS = 1000
TOLERANCE = 1e-5
"""Of a logistic regression: at scikit-learn's 1e-4 a weak penalty leaves a few labels in a thousand undecided."""


class Head(NamedTuple):
    """A model, and what of it is tuned."""

    make: Callable[[], Any]
    space: Space


HEADS: Mapping[tuple[HeadName, Task], Head] = MappingProxyType(
    {
        ("linear", "classes"): Head(lambda: LogisticModel(max_iter=ITERATIONS, tol=TOLERANCE), {"C": STRENGTH}),
        ("linear", "numbers"): Head(Ridge, {"alpha": STRENGTH}),
        # By brute force: which of several neighbours at one distance counts is then the same for every number of them.
        ("neighbours", "classes"): Head(lambda: KNeighborsClassifier(algorithm="brute"), {"n_neighbors": NEIGHBOURS}),
        ("neighbours", "numbers"): Head(lambda: KNeighborsRegressor(algorithm="brute"), {"n_neighbors": NEIGHBOURS}),
        ("kernel", "classes"): Head(lambda: SVC(kernel="precomputed"), {"C": MARGIN}),
        ("kernel", "numbers"): Head(lambda: KernelRidge(kernel="precomputed"), {"alpha": SMOOTHING}),
    }
)

__all__ = ["HEADS", "MARGIN", "Head", "HeadName"]
