"""Fewer training rows, and noise in their labels: how arms compare where there is less to learn from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mlipilot.runtime.encodings.benchmark.folds import Fold, Rows, Samples


class Stress(NamedTuple):
    """What is made harder in the training rows; rows that are measured on stay as they are.

    Attributes:
        training_rows: how many are left; None for all. Those of a smaller number are among those of a larger one.
        label_noise: share of training rows, in [0, 1], whose class becomes another one; of numbers, the standard
            deviation of what is added to each, in standard deviations of the training targets.
    """

    training_rows: int | None = None
    label_noise: float = 0.0


NONE = Stress()
"""All training rows, as they are."""


def stressed(samples: Samples, fold: Fold, stress: Stress, seed: int) -> tuple[Samples, Fold]:
    """Samples with noisy training labels, and a fold with fewer training rows; the same for all arms of a seed.

    Raises ValueError where so many rows are not there, or the noise is not in range.
    """
    rng = np.random.default_rng([seed, 1])
    train = fold.train
    if stress.training_rows is not None:
        if not 1 <= stress.training_rows <= len(train):
            raise ValueError(f"training_rows is {stress.training_rows}: the training fold has {len(train)} rows")
        train = _ordered(samples, train, rng)[: stress.training_rows]
    if not 0 <= stress.label_noise <= 1:
        raise ValueError(f"label_noise is {stress.label_noise}: write a share from 0 to 1")
    y = samples.y
    if stress.label_noise:
        y = y.copy()
        y[train] = _noisy(samples, train, stress.label_noise, np.random.default_rng([seed, 2]))
    return samples._replace(y=y), Fold(train, fold.test)


def _ordered(samples: Samples, rows: Rows, rng: np.random.Generator) -> Rows:
    """Rows in a random order of which every beginning has the classes in their shares, and whole groups."""
    shuffled = rng.permutation(rows)
    if samples.groups is not None:
        names, of_row = np.unique(samples.groups[shuffled], return_inverse=True)
        return shuffled[np.argsort(rng.permutation(len(names))[of_row], kind="stable")]
    if samples.task == "numbers":
        return shuffled
    place = np.empty(len(shuffled))
    for label in np.unique(samples.y[shuffled]):
        own = np.flatnonzero(samples.y[shuffled] == label)
        place[own] = (np.arange(len(own)) + 0.5) / len(own)
    return shuffled[np.argsort(place, kind="stable")]


def _noisy(samples: Samples, rows: Rows, share: float, rng: np.random.Generator) -> np.ndarray:
    y = samples.y[rows]
    if samples.task == "numbers":
        return np.asarray(y + share * y.std() * rng.standard_normal(len(y)))
    classes, codes = np.unique(samples.y, return_inverse=True)
    own = codes[rows]
    chosen = rng.permutation(len(rows))[: round(share * len(rows))]
    own[chosen] = (own[chosen] + rng.integers(1, len(classes), len(chosen))) % len(classes)
    return np.asarray(classes[own])


__all__ = ["NONE", "Stress", "stressed"]
