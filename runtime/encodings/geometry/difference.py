"""Whether a kernel could fit what another cannot: geometric difference and model complexity (Huang et al. 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh, eigvalsh

from mlipilot.runtime.encodings.geometry.definiteness import indefinite
from mlipilot.runtime.encodings.geometry.options import nonnegative
from mlipilot.runtime.encodings.geometry.representation import (
    DOUBLE,
    Floats,
    Scaled,
    TargetKind,
    read_kernel,
    read_target,
    require_same_samples,
)

OUTSIDE = "{what} lies partly outside the range of {of}, to rounding: give a regularisation above 0"
SINGLE = ", or compute in float64 what is in float32, which tells {told} of {n} directions of {of} from rounding"
LEFT_OUT = (
    "{left_out} of {n} directions of {of} lie at or below its rounding, {floor:.1g} of its mean eigenvalue, and {how}; "
    "{what} has {outside:.1g} of its square there, so that the value may be far off: compute in float64 what is in "
    "float32, or give a {higher}regularisation"
)
ZERO_TRACE = "the trace of {name} is 0, so that it cannot be set to n"


@dataclass(frozen=True)
class GeometricDifference:
    """g(K_C || K_Q) of a reference kernel K_C and a candidate K_Q, both of trace n, and with lambda >= 0.

    Much below sqrt(n), no labels exist on which the candidate predicts much better than the reference. Directions in
    which an eigenvalue of the reference is at or below its rounding, n epsilon of the largest, count as outside of its
    range and are left out at lambda = 0. Where the candidate has more there than float64 rounds, but no more than its
    own type rounds, the figures are of the other directions alone, and the reason says so: epsilon is 1.2e-7 of
    float32 kernels, and kernels computed in float64 keep more directions.

    Attributes:
        plain: sqrt || K_Q^(1/2) (K_C + lambda I)^-1 K_Q^(1/2) ||, at least 0: the square root of the largest mu of
            K_Q v = mu (K_C + lambda I) v. Infinity where lambda is 0 and K_Q reaches outside the range of K_C.
        generalisation: sqrt || K_Q^(1/2) K_C^(1/2) (K_C + lambda I)^-2 K_C^(1/2) K_Q^(1/2) ||; `plain` at lambda = 0.
        training: lambda sqrt || K_Q^(1/2) (K_C + lambda I)^-2 K_Q^(1/2) ||; its limit at lambda = 0, from outside the
            range.
        regularisation: lambda, in units of the mean eigenvalue, which is 1.
        samples: n.
        reason: why a value is infinite or NaN, or of fewer directions than n, where one is.
        left_out: directions of n in which the reference is 0 to rounding.
        outside: the share of the candidate's trace in them, in [0, 1].
    """

    plain: float
    generalisation: float
    training: float
    regularisation: float
    samples: int
    reason: str = ""
    left_out: int = 0
    outside: float = 0.0


class Complexity(NamedTuple):
    """How large a model must be that fits the labels without error.

    Attributes:
        value: s_K = y' (K + lambda I)^-1 y with tr K = n, at least 0, in squared units of y; the error is bounded by
            sqrt(s_K / n).
        regularisation: lambda, in units of the mean eigenvalue, which is 1.
        reason: why it is infinite or NaN, or of fewer directions than n, where it is.
        left_out: directions of n in which K is 0 to rounding, which count for nothing at lambda = 0.
        outside: the share of y'y in them, in [0, 1].
    """

    value: float
    regularisation: float
    reason: str = ""
    left_out: int = 0
    outside: float = 0.0


class _Decomposition(NamedTuple):
    """Eigenvalues (n,) of a kernel of trace n, 0 at or below the floor, and eigenvectors (n, n)."""

    values: Floats
    vectors: Floats
    floor: float


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
        ValueError: a kernel that cannot be read: not square, not symmetric, fewer than 2 samples, text, NaN or infinity
            (with its place), complex, uint64; different numbers of samples, a trace or an eigenvalue below 0 by more
            than rounding, a negative lambda.
    """
    nonnegative("regularisation", regularisation)
    K_C, K_Q = read_kernel(reference, "reference"), read_kernel(candidate, "candidate")
    n = len(K_C.values)
    require_same_samples(n, len(K_Q.values), "reference", "candidate")
    for name, kernel in (("reference", K_C), ("candidate", K_Q)):
        if not kernel.values.any():
            return GeometricDifference(nan, nan, nan, regularisation, n, ZERO_TRACE.format(name=name))
    base, matrix = _decompose(K_C, "reference"), _of_trace_n(K_Q, "candidate")
    _refuse_indefinite(K_Q, eigvalsh(matrix, check_finite=False), "candidate")
    rotated = base.vectors.T @ matrix @ base.vectors
    inside = base.values > 0
    outside = max(float(rotated.diagonal()[~inside].sum()) / n, 0.0)
    reaches_out = outside > n**2 * max(K_C.epsilon, K_Q.epsilon)
    reason = _why_partial(base, outside, regularisation, what="the candidate", of="the reference")
    left_out = int((~inside).sum())
    if regularisation == 0:
        plain = inf if reaches_out else _norm(rotated[np.ix_(inside, inside)], 1 / base.values[inside])
        # As lambda goes to 0, its share of what K_C reaches goes to 0, and of the rest it is all.
        training = _norm(rotated, (~inside).astype(np.float64)) if reaches_out else 0.0
        if reaches_out:
            reason = _why_infinite(base, max(K_C.epsilon, K_Q.epsilon), what="the candidate", of="the reference")
        return GeometricDifference(plain, plain, training, 0.0, n, reason, left_out, outside)
    shifted = base.values + regularisation
    return GeometricDifference(
        plain=_norm(rotated, 1 / shifted),
        generalisation=_norm(rotated, base.values / shifted / shifted),
        training=_norm(rotated, (regularisation / shifted) ** 2),
        regularisation=regularisation,
        samples=n,
        reason=reason,
        left_out=left_out,
        outside=outside,
    )


def model_complexity(K: ArrayLike, y: Any, *, target: TargetKind = "auto", regularisation: float = 0.0) -> Complexity:
    """s_K = y' (K + lambda I)^-1 y with tr K = n, summed over the columns of y.

    Args:
        K: (n, n), symmetric positive semidefinite.
        y: (n,) two classes, taken as -1 and 1; more classes, one-hot; or (n,) or (n, k) numbers.
        target: which of both `y` holds; `auto` takes text and up to 30 different whole numbers as classes.
        regularisation: lambda >= 0, after the trace is set to n.

    Raises:
        ValueError: a kernel that cannot be read: not square, not symmetric, fewer than 2 samples, text, NaN or infinity
            (with its place), complex, uint64; a trace or an eigenvalue below 0 by more than rounding, a negative
            lambda; a target of another length, with NaN, or of more than 30 different whole numbers where `target` is
            `auto`.
    """
    nonnegative("regularisation", regularisation)
    kernel = read_kernel(K)
    n = len(kernel.values)
    labels = read_target(y, n, kind=target)
    if not kernel.values.any():
        return Complexity(nan, regularisation, ZERO_TRACE.format(name="K"))
    base = _decompose(kernel, "K")
    columns = labels.values
    if columns.shape[1] == 2 and np.size(y) == n:  # one column became two: two classes
        columns = columns[:, 1:] * 2 - 1
    energies = ((base.vectors.T @ columns) ** 2).sum(axis=1)
    inside = base.values > 0
    left_out, total = int((~inside).sum()), float(energies.sum())
    outside = float(energies[~inside].sum()) / total if total else 0.0
    if regularisation == 0 and outside > n**2 * kernel.epsilon:
        return Complexity(inf, 0.0, _why_infinite(base, kernel.epsilon, what="y", of="K"), left_out, outside)
    kept = inside if regularisation == 0 else np.full(n, True)
    value = float((energies[kept] / (base.values[kept] + regularisation)).sum())
    reason = _why_partial(base, outside, regularisation, what="y", of="K")
    return Complexity(value * labels.scale * labels.scale, regularisation, reason, left_out, outside)


def _of_trace_n(kernel: Scaled, name: str) -> Floats:
    """The kernel with trace n."""
    trace = float(np.trace(kernel.values))
    if trace <= 0:
        raise ValueError(
            f"{name} is not positive semidefinite: its trace is {trace * kernel.scale:.3g}, although it is not 0; give "
            "similarities, not distances or negative similarities"
        )
    return np.asarray(kernel.values * (len(kernel.values) / trace))


def _decompose(kernel: Scaled, name: str) -> _Decomposition:
    """The eigenvalues and eigenvectors of a kernel set to trace n."""
    values, vectors = eigh(_of_trace_n(kernel, name), check_finite=False)
    _refuse_indefinite(kernel, values, name)
    floor = _floor(kernel, values)
    return _Decomposition(np.where(values > floor, values, 0.0), vectors, floor)


def _floor(kernel: Scaled, eigenvalues: Floats) -> float:
    """What an eigenvalue may be by rounding: n epsilon of the largest."""
    return len(eigenvalues) * kernel.epsilon * float(eigenvalues[-1])


def _refuse_indefinite(kernel: Scaled, eigenvalues: Floats, name: str) -> None:
    """Refuse an eigenvalue, of trace n and ascending, below 0 by more than rounding; both are told as they were."""
    if eigenvalues[0] < -10 * _floor(kernel, eigenvalues):
        unit = float(np.trace(kernel.values)) / len(eigenvalues) * kernel.scale
        raise ValueError(indefinite(name, float(eigenvalues[0]) * unit, float(eigenvalues[-1]) * unit))


def _why_infinite(base: _Decomposition, epsilon: float, *, what: str, of: str) -> str:
    """Why a value is infinite, and what to do about it where that may be the rounding of float32 alone."""
    reason = OUTSIDE.format(what=what, of=of)
    if epsilon > DOUBLE:
        reason += SINGLE.format(told=int((base.values > 0).sum()), n=len(base.values), of=of)
    return reason


def _why_partial(base: _Decomposition, outside: float, regularisation: float, *, what: str, of: str) -> str:
    """Why a value is not of all directions: more lies in those left out than float64 rounds."""
    n = len(base.values)
    if regularisation > base.floor or outside <= 10 * n * DOUBLE:
        return ""
    return LEFT_OUT.format(
        left_out=int((base.values == 0).sum()),
        n=n,
        of=of,
        floor=base.floor,
        how="count as 0" if regularisation else "are left out",
        what=what,
        outside=outside,
        higher="larger " if regularisation else "",
    )


def _norm(rotated: Floats, weights: Floats) -> float:
    """sqrt || W^(1/2) K_Q W^(1/2) || of diagonal weights, in the reference's eigenvectors."""
    roots = np.sqrt(weights)
    largest = eigvalsh(
        roots[:, None] * rotated * roots, subset_by_index=[len(rotated) - 1, len(rotated) - 1], check_finite=False
    )
    return sqrt(max(float(largest[0]), 0.0))
