"""Outer and inner folds: stratified for classes, whole groups on one side, shuffled anew in each repeat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from mlipilot.runtime.encodings.datasets.tabular import Task

Rows = NDArray[np.intp]


class Fold(NamedTuple):
    """Rows that are trained on, and rows that are measured on."""

    train: Rows
    test: Rows


class Samples(NamedTuple):
    """What is split: features (n, d), targets (n,), and the groups (n,) that stay together, where there are any."""

    X: NDArray[Any]
    y: NDArray[Any]
    task: Task
    groups: NDArray[Any] | None = None

    def of(self, rows: Rows) -> Samples:
        """Some of the samples."""
        return Samples(self.X[rows], self.y[rows], self.task, None if self.groups is None else self.groups[rows])


def folds(samples: Samples, count: int, seed: int) -> Iterator[Fold]:
    """So many folds of the samples, each sample in the test rows of one; raises ValueError where there are too few."""
    kinds = {
        ("classes", False): StratifiedKFold,
        ("numbers", False): KFold,
        ("classes", True): StratifiedGroupKFold,
        ("numbers", True): GroupKFold,
    }
    splitter = kinds[samples.task, samples.groups is not None](count, shuffle=True, random_state=seed)
    for train, test in splitter.split(samples.X, samples.y, samples.groups):
        yield Fold(train, test)


def repeat_seed(seed: int, repeat: int) -> int:
    """The seed of a repeat's outer folds."""
    return int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0])


__all__ = ["Fold", "Rows", "Samples", "folds", "repeat_seed"]
