"""Seconds that the fits of a benchmark take on one thread, by samples, features, classes and candidates.

Measured on one core of a 2.4 GHz server processor, on an outer fold with three inner folds and five candidates, of 200
to 3000 samples with 8 to 256 features; what it is good for is a factor of three.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from mlipilot.compiler.encodings.cells import KERNEL_HEAD, Cell, Factors
from mlipilot.compiler.encodings.widths import cell_width

_FITS = 16
"""Of the fold that was measured: five candidates on three inner folds, and the one that is chosen."""


class Fold(NamedTuple):
    """What a fit of an outer fold depends on."""

    samples: int
    features: int
    """Before the head."""
    classes: int
    """0 of numbers."""


_HEADS: Mapping[str, Callable[[Fold], float]] = {
    "linear": lambda fold: (
        0.05 + 1.2e-7 * fold.samples * fold.features * fold.classes
        if fold.classes
        else 0.015 + 3e-7 * fold.samples * fold.features
    ),
    "neighbours": lambda fold: 0.05 + 1.5e-8 * fold.samples**2,
    KERNEL_HEAD: lambda fold: 0.06 + (1e-7 if fold.classes else 2.2e-7) * fold.samples**2,
}
_MODELS: Mapping[str, Callable[[Fold], float]] = {
    "svm": lambda fold: 0.04 + (1.5e-7 if fold.classes else 2.3e-7) * fold.samples**2,
    "mlp": lambda fold: 0.5 + 0.015 * fold.samples,
    "boosting": lambda fold: (0.15 + 0.0013 * fold.samples * (fold.features / 8) ** 0.35) * max(1, fold.classes / 2),
}
_PAIR_SECONDS: Mapping[str, float] = {"iqp": 1.1e-6}
"""Of a kernel value, where that is more than the fit."""


def cell_seconds(cell: Cell, factors: Factors, samples: int, features: int, classes: int, fits: int) -> float:
    """Of a cell on an outer fold, with so many fits: candidates times inner folds, and the one that is chosen."""
    fold = Fold(samples, cell.dimension or cell_width(cell, factors, features), classes)
    kind = cell.arm.partition("(")[0]
    seconds = _HEADS[cell.head](fold) if cell.head else _MODELS[kind](fold)
    pairs = _PAIR_SECONDS.get(kind, 0.0) * samples**2 if cell.head == KERNEL_HEAD else 0.0
    return (seconds + pairs) * fits / _FITS


__all__ = ["cell_seconds"]
