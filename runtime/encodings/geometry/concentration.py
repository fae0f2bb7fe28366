"""Concentration: how kernel values between different samples draw together as features are added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np

from mlipilot.runtime.encodings.geometry.representation import Floats, Scaled, read_kernel, read_representation

Kernel = Callable[[Any], Any]


@dataclass(frozen=True)
class OffDiagonal:
    """Kernel values of pairs of different samples."""

    mean: float
    variance: float
    """Over pairs i < j, divisor the number of pairs."""
    reason: str = ""
    """Why both are NaN, where they are."""


@dataclass(frozen=True)
class Concentration:
    """Off-diagonal kernel values for growing numbers of features."""

    features: tuple[int, ...]
    mean: tuple[float, ...]
    variance: tuple[float, ...]
    decay: float
    """Slope of ln variance over the number of features: -a where the variance falls as exp(-a features), which is
    exponential concentration (Thanasilp et al. 2024, def. 1)."""
    reason: str = ""
    """Why the decay is NaN, where it is."""


def off_diagonal(K: Any) -> OffDiagonal:
    """The mean and variance of a kernel's values (n, n) over pairs of different samples.

    Raises:
        ValueError: see `read_kernel`.
    """
    return _off_diagonal(read_kernel(K))


def concentration(kernel: Kernel, X: Any, feature_counts: Sequence[int] | None = None) -> Concentration:
    """Off-diagonal statistics of a kernel on the first m columns of X, for each m.

    Args:
        kernel: what gives a matrix (n, n) of an array (n, m).
        X: (n, d) in the kernel's units, as it would be given to it.
        feature_counts: numbers of columns, each in 1 ... d; 1, 2, 4 ... d by default.

    Raises:
        ValueError: see `read_representation` and `read_kernel`; a count outside 1 ... d, a kernel of another shape.
    """
    matrix = read_representation(X, "X")
    n, width = matrix.values.shape
    counts = tuple(int(m) for m in feature_counts) if feature_counts is not None else _doubling(width)
    if not counts or any(not 1 <= m <= width for m in counts):
        raise ValueError(f"feature_counts is {list(counts)}: expected at least one number, each in 1 ... {width}")
    values = matrix.values * matrix.scale
    found = [_measure(kernel, values[:, :m], n) for m in counts]
    mean, variance = tuple(of.mean for of in found), tuple(of.variance for of in found)
    decay, reason = _decay(counts, variance)
    return Concentration(counts, mean, variance, decay, reason)


def _measure(kernel: Kernel, values: Floats, n: int) -> OffDiagonal:
    """The statistics of one kernel matrix; the callable gets a copy, which it may change."""
    matrix = read_kernel(kernel(values.copy()), f"kernel(X[:, :{values.shape[1]}])")
    if len(matrix.values) != n:
        raise ValueError(f"kernel gave a matrix of {len(matrix.values)} samples for {n}: expected ({n}, {n})")
    return _off_diagonal(matrix)


def _off_diagonal(kernel: Scaled) -> OffDiagonal:
    """Mean and variance over i < j, about the first value, so that equal ones have variance 0."""
    values = kernel.values[np.triu_indices(len(kernel.values), 1)]
    about = values - values[0]
    variance = float(about.var()) * kernel.scale * kernel.scale if np.ptp(values) > 0 else 0.0
    return OffDiagonal(float(values[0] + about.mean()) * kernel.scale, variance)


def _doubling(width: int) -> tuple[int, ...]:
    """1, 2, 4 ... and the width."""
    return (*(2**k for k in range((width - 1).bit_length())), width)


def _decay(counts: tuple[int, ...], variance: tuple[float, ...]) -> tuple[float, str]:
    """The slope of ln variance, and why there is none."""
    if len(set(counts)) < 2:
        return nan, "a decay needs at least two different numbers of features"
    if min(variance) <= 0:
        at = counts[int(np.argmin(variance))]
        return nan, f"the variance is 0 at {at} features: all pairs are equal"
    return float(np.polyfit(counts, np.log(variance), 1)[0]), ""
