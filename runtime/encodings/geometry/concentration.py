"""Concentration: how kernel values between different samples draw together as features are added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, Protocol

import numpy as np
from sklearn.base import clone

from mlipilot.runtime.encodings.geometry.representation import Floats, Scaled, read_kernel, read_representation
from mlipilot.runtime.encodings.parameters import is_whole

Kernel = Callable[[Any], Any]


class KernelEncoder(Protocol):
    """An encoder, as far as its kernel is asked for."""

    def fit(self, X: Any, /) -> Any:
        """Learn what the kernel needs of samples (n, m)."""

    def kernel(self, X: Any, /) -> Any:
        """The kernel (n, n) of samples (n, m)."""


@dataclass(frozen=True)
class OffDiagonal:
    """Kernel values of pairs of different samples.

    Attributes:
        mean: over pairs i < j, in the kernel's units.
        variance: over the same, divisor the number of pairs, in the kernel's units squared.
        reason: why both are NaN, where they are.
    """

    mean: float
    variance: float
    reason: str = ""


@dataclass(frozen=True)
class Concentration:
    """Off-diagonal kernel values for growing numbers of features.

    Attributes:
        features: the numbers of features.
        mean: of the kernel's values at each, in its units.
        variance: of the same, in its units squared.
        decay: slope of ln variance over the number of features: -a where the variance falls as exp(-a features),
            which is exponential concentration (Thanasilp et al. 2024, def. 1).
        reason: why the decay is NaN, where it is.
    """

    features: tuple[int, ...]
    mean: tuple[float, ...]
    variance: tuple[float, ...]
    decay: float
    reason: str = ""


def off_diagonal(K: Any) -> OffDiagonal:
    """The mean and variance of a kernel's values (n, n) over pairs of different samples.

    Raises:
        ValueError: a kernel that cannot be read: not square, not symmetric, fewer than 2 samples, text, NaN or infinity
            (with its place), complex, uint64.
    """
    return _off_diagonal(read_kernel(K))


def concentration(kernel: Kernel | KernelEncoder, X: Any, feature_counts: Sequence[int] | None = None) -> Concentration:
    """Off-diagonal statistics of a kernel on the first m columns of X, for each m.

    Args:
        kernel: an encoder, or another object with `fit` and `kernel`, of which a clone is fitted to the first m
            columns for each m; or a function that gives a matrix (n, n) of an array (n, m).
        X: (n, d) in the kernel's units, as it would be given to it.
        feature_counts: numbers of columns, each in 1 ... d; 1, 2, 4 ... d by default.

    Raises:
        ValueError: a matrix that cannot be read: not two-dimensional, fewer than 2 samples, text, NaN or infinity (with
            its place), complex, uint64; a count outside 1 ... d, a `kernel` that is neither, or that gives no kernel
            matrix (n, n).

    >>> import numpy as np
    >>> from mlipilot.runtime.encodings.angle import AngleEncoder
    >>> X = np.random.default_rng(0).normal(size=(50, 8))
    >>> concentration(AngleEncoder(), X).features
    (1, 2, 4, 8)
    """
    compute = kernel_function(kernel)
    matrix = read_representation(X, "X")
    n, width = matrix.values.shape
    counts = _counts(feature_counts) if feature_counts is not None else _doubling(width)
    if not counts or any(not 1 <= m <= width for m in counts):
        raise ValueError(f"feature_counts is {list(counts)}: expected at least one number, each in 1 ... {width}")
    values = matrix.values * matrix.scale
    found = [_measure(compute, values[:, :m], n) for m in counts]
    mean, variance = tuple(of.mean for of in found), tuple(of.variance for of in found)
    decay, reason = _decay(counts, variance)
    return Concentration(counts, mean, variance, decay, reason)


def kernel_function(kernel: Any) -> Kernel:
    """The kernel of an array as a function: of an encoder, that of a clone fitted to the array. Raises ValueError."""
    if not isinstance(kernel, type):
        if callable(getattr(kernel, "fit", None)) and callable(getattr(kernel, "kernel", None)):
            return lambda X: clone(kernel, safe=False).fit(X).kernel(X)
        if callable(kernel):
            found: Kernel = kernel
            return found
    what = f"the class {kernel.__name__}" if isinstance(kernel, type) else f"{kernel!r:.60}"
    raise ValueError(
        f"kernel is {what}, expected an encoder, such as AngleEncoder(), or a function that gives (n, n) of (n, m)"
    )


def _counts(asked: Any) -> tuple[int, ...]:
    """The numbers of features that were asked for."""
    if isinstance(asked, str | bytes) or not isinstance(asked, Iterable):
        raise ValueError(f"feature_counts is {asked!r}, expected numbers of features such as [1, 2, 4]")
    counts = tuple(asked)
    if not all(is_whole(m) for m in counts):
        raise ValueError(f"feature_counts is {list(counts)}: expected whole numbers of features such as [1, 2, 4]")
    return tuple(int(m) for m in counts)


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
