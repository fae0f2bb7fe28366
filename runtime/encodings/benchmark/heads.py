"""Models behind a representation: a linear one on features, one on kernel values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import SVC

from mlipilot.runtime.encodings.benchmark.candidates import Range, Space
from mlipilot.runtime.encodings.datasets.tabular import Task

HeadName = Literal["linear", "kernel"]
STRENGTH = Range(1e-3, 1e3)
"""Of a penalty, or of its inverse."""
ITERATIONS = 1000


class Head(NamedTuple):
    """A model, and what of it is tuned."""

    make: Callable[[], Any]
    space: Space


HEADS: Mapping[tuple[HeadName, Task], Head] = MappingProxyType(
    {
        ("linear", "classes"): Head(lambda: LogisticRegression(max_iter=ITERATIONS), {"C": STRENGTH}),
        ("linear", "numbers"): Head(Ridge, {"alpha": STRENGTH}),
        ("kernel", "classes"): Head(lambda: SVC(kernel="precomputed"), {"C": STRENGTH}),
        ("kernel", "numbers"): Head(lambda: KernelRidge(kernel="precomputed"), {"alpha": STRENGTH}),
    }
)

__all__ = ["HEADS", "Head", "HeadName"]
