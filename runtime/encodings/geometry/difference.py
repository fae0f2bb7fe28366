"""Whether a kernel could fit what another cannot: geometric difference and model complexity (Huang et al. 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh, eigvalsh

from mlipilot.runtime.encodings.geometry.condition import check_regularisation
from mlipilot.runtime.encodings.geometry.representation import (
    Floats,
    Scaled,
    TargetKind,
    read_kernel,
    read_target,
    require_same_samples,
)

OUTSIDE = "{what} lies partly outside the range of {of}, to rounding: give a regularisation above 0"
ZERO_TRACE = "the trace of {name} is 0, so that it cannot be set to n"


@dataclass(frozen=True)
class GeometricDifference:
    """g(K_C || K_Q) of a reference kernel K_C and a candidate K_Q, both of trace n, and with lambda >= 0.

    Much below sqrt(n), no labels exist on which the candidate predicts much better than the reference.
    """

    plain: float
    """sqrt || K_Q^(1/2) (K_C + lambda I)^-1 K_Q^(1/2) ||: the square root of the largest mu of
    K_Q v = mu (K_C + lambda I) v. Infinity where lambda is 0 and K_Q reaches outside the range of K_C."""
    generalisation: float
    """sqrt || K_Q^(1/2) K_C^(1/2) (K_C + lambda I)^-2 K_C^(1/2) K_Q^(1/2) ||; `plain` at lambda = 0."""
    training: float
    """lambda sqrt || K_Q^(1/2) (K_C + lambda I)^-2 K_Q^(1/2) ||; its limit at lambda = 0, from outside the range."""
    regularisation: float
    """lambda, in units of the mean eigenvalue, which is 1."""
    samples: int
    reason: str = ""
    """Why a value is infinite or NaN, where one is."""


class Complexity(NamedTuple):
    """How large a model must be that fits the labels without error."""

    value: float
    """s_K = y' (K + lambda I)^-1 y with tr K = n, in squared units of y; the error is bounded by sqrt(s_K / n)."""
    regularisation: float
    reason: str = ""
    """Why it is infinite or NaN, where it is."""


class _Decomposition(NamedTuple):
    """Eigenvalues (n,) of a kernel of trace n, 0 where they are rounding, and eigenvectors (n, n)."""

    values: Floats
    vectors: Floats


def geometric_difference(
    reference: ArrayLike, candidate: ArrayLike, *, regularisation: float = 0.0
) -> GeometricDifference:
    """The geometric difference g(reference || candidate) of two kernels of the same samples; g(K || K) = 1.

    By the eigenvectors of the reference rather than its Cholesky factor, so that a singular one is dealt with:
    outside its range a candidate is infinitely different, inside nothing is divided by 0. O(n^3).

    Args:
        reference: (n, n), symmetric positive semidefinite: the kernel to beat.
        candidate: (n, n), the same.
        regularisation: lambda >= 0, after both traces are set to n.

    Raises:
        ValueError: see `read_kernel`; different numbers of samples, an eigenvalue below 0, a negative lambda.
    """
    check_regularisation(regularisation)
    K_C, K_Q = read_kernel(reference, "reference"), read_kernel(candidate, "candidate")
    n = len(K_C.values)
    require_same_samples(n, len(K_Q.values), "reference", "candidate")
    for name, kernel in (("reference", K_C), ("candidate", K_Q)):
        if np.trace(kernel.values) <= 0:
            return GeometricDifference(nan, nan, nan, regularisation, n, ZERO_TRACE.format(name=name))
    base = _decompose(K_C, "reference")
    rotated = base.vectors.T @ _of_trace_n(K_Q) @ base.vectors
    inside = base.values > 0
    outside = float(rotated.diagonal()[~inside].sum()) / n
    reaches_out = outside > n**2 * max(K_C.epsilon, K_Q.epsilon)
    if regularisation == 0:
        plain = inf if reaches_out else _norm(rotated[np.ix_(inside, inside)], 1 / base.values[inside])
        # As lambda goes to 0, its share of what K_C reaches goes to 0, and of the rest it is all.
        training = _norm(rotated, (~inside).astype(np.float64)) if reaches_out else 0.0
        reason = OUTSIDE.format(what="the candidate", of="the reference") if reaches_out else ""
        return GeometricDifference(plain, plain, training, 0.0, n, reason)
    shifted = base.values + regularisation
    return GeometricDifference(
        plain=_norm(rotated, 1 / shifted),
        generalisation=_norm(rotated, base.values / shifted / shifted),
        training=_norm(rotated, (regularisation / shifted) ** 2),
        regularisation=regularisation,
        samples=n,
    )


def model_complexity(K: ArrayLike, y: Any, *, target: TargetKind = "auto", regularisation: float = 0.0) -> Complexity:
    """s_K = y' (K + lambda I)^-1 y with tr K = n, summed over the columns of y.

    Args:
        K: (n, n), symmetric positive semidefinite.
        y: (n,) two classes, taken as -1 and 1; more classes, one-hot; or (n,) or (n, k) numbers.
        target: which of both `y` holds; `auto` takes text and whole numbers as classes.
        regularisation: lambda >= 0, after the trace is set to n.

    Raises:
        ValueError: see `read_kernel` and `read_target`; an eigenvalue below 0, a negative lambda.
    """
    check_regularisation(regularisation)
    kernel = read_kernel(K)
    n = len(kernel.values)
    labels = read_target(y, n, kind=target)
    if np.trace(kernel.values) <= 0:
        return Complexity(nan, regularisation, ZERO_TRACE.format(name="K"))
    base = _decompose(kernel, "K")
    columns = labels.values
    if columns.shape[1] == 2 and np.size(y) == n:  # one column became two: two classes
        columns = columns[:, 1:] * 2 - 1
    energies = ((base.vectors.T @ columns) ** 2).sum(axis=1)
    inside = base.values > 0
    if regularisation == 0 and energies[~inside].sum() > n**2 * kernel.epsilon * energies.sum():
        return Complexity(inf, 0.0, OUTSIDE.format(what="y", of="K"))
    kept = inside if regularisation == 0 else np.full(n, True)
    value = float((energies[kept] / (base.values[kept] + regularisation)).sum())
    return Complexity(value * labels.scale * labels.scale, regularisation)


def _of_trace_n(kernel: Scaled) -> Floats:
    """The kernel with trace n."""
    return np.asarray(kernel.values * (len(kernel.values) / np.trace(kernel.values)))


def _decompose(kernel: Scaled, name: str) -> _Decomposition:
    """The eigenvalues and eigenvectors of a kernel set to trace n."""
    values, vectors = eigh(_of_trace_n(kernel), check_finite=False)
    floor = len(values) * kernel.epsilon * values[-1]
    if values[0] < -10 * floor:
        raise ValueError(
            f"{name} is not positive semidefinite: with trace n its smallest eigenvalue is {values[0]:.3g}; "
            "compute it in float64 and not in small integers"
        )
    return _Decomposition(np.where(values > floor, values, 0.0), vectors)


def _norm(rotated: Floats, weights: Floats) -> float:
    """sqrt || W^(1/2) K_Q W^(1/2) || of diagonal weights, in the reference's eigenvectors."""
    roots = np.sqrt(weights)
    largest = eigvalsh(
        roots[:, None] * rotated * roots, subset_by_index=[len(rotated) - 1, len(rotated) - 1], check_finite=False
    )
    return sqrt(max(float(largest[0]), 0.0))
