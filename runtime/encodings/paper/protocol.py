"""Which rows the seed paper trains, tests and looks at (arXiv:2605.24324, Evaluation Protocol)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from mlipilot.runtime.encodings.datasets import TabularData

SEEDS = (7, 42, 99, 1337, 2026)
GEOMETRY_SEED = 42
MAX_ROWS = 2_000
"""Rows that spectra and similarities are computed on, at most."""
TEST_SIZE = 0.2
PERTURBED_ROWS = 200
"""Rows that the paper perturbs to measure the effect of noise."""

SPECTRA_ORDER: tuple[tuple[str, int, int], ...] = (
    ("wine", 142, 13),
    ("breast_cancer", 455, 30),
    ("dry_bean", 10_888, 16),
    ("credit_fraud", 227_845, 29),
    ("fashion_mnist", 8_000, 784),
    ("cifar10", 8_000, 3_072),
    ("higgs", 400_000, 28),
    ("parity", 8_000, 20),
    ("high_rank_noise", 4_000, 200),
    ("covertype", 40_000, 54),
)
"""The paper's sets in the order in which one stream of random numbers chose rows of each: name, training rows,
features."""


@dataclass(frozen=True)
class Split:
    """A training and a test fold."""

    train: NDArray[np.float64]
    test: NDArray[np.float64]
    train_labels: NDArray[np.int64]
    test_labels: NDArray[np.int64]


def split(data: TabularData, seed: int) -> Split:
    """The stratified 80/20 split of a seed; ValueError where `data` has no classes."""
    if data.task != "classes":
        raise ValueError(f"`data` must have classes, which the seed paper predicts; {data.name!r} has a number")
    folds = train_test_split(data.X, data.y, test_size=TEST_SIZE, random_state=seed, stratify=data.y)
    return Split(*folds)


def spectra_rows(name: str, n_train: int) -> NDArray[np.int64]:
    """Rows of the training fold, ascending, on which the paper computes the spectra of a data set.

    At most 2000 are chosen without replacement. The paper drew for all ten sets from one stream that also made the
    noise of another measure in between, so the draws of the sets before are repeated here. A set of another name or
    size starts a stream of its own.
    """
    rng = np.random.default_rng(GEOMETRY_SEED)
    if any((name, n_train) == entry[:2] for entry in SPECTRA_ORDER):
        for earlier, n_earlier, n_features in SPECTRA_ORDER:
            if earlier == name:
                break
            chosen = rng.choice(n_earlier, size=min(n_earlier, MAX_ROWS), replace=False)
            for _ in range(3):  # once for each encoding
                rng.normal(size=(min(len(chosen), PERTURBED_ROWS), n_features))
    return np.sort(rng.choice(n_train, size=min(n_train, MAX_ROWS), replace=False))


def similarity_rows(n_samples: int) -> NDArray[np.int64]:
    """Rows of the whole set, test rows included, between whose representations the paper computes CKA: at most 2000."""
    if n_samples <= MAX_ROWS:
        return np.arange(n_samples)
    return np.random.default_rng(GEOMETRY_SEED).choice(n_samples, size=MAX_ROWS, replace=False)
