"""Effective degrees of freedom of kernel ridge regression, and the penalty that gives a number of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from sklearn.utils import check_array

from mlipilot.runtime.encodings.parameters import require_number


class Spectrum(NamedTuple):
    """The eigenvalues of a kernel matrix that count."""

    values: NDArray[np.float64]
    """(rank,), ascending."""
    size: int
    """Samples."""


def effective_dof(K: ArrayLike, alpha: float) -> float:
    """`tr K (K + alpha 1)^-1` of a kernel matrix, shape (samples, samples), with a penalty of at least 0.

    The effective degrees of freedom of ridge regression (Hastie, Tibshirani and Friedman, The Elements of Statistical
    Learning, equation 3.50). Eigenvalues below `samples * eps * largest` count as 0; at `alpha = 0` it is the rank.

    Raises ValueError where `alpha` is negative, or K is not square, symmetric and positive semidefinite.
    """
    if require_number("alpha", alpha, example="0.1") < 0:
        raise ValueError(f"`alpha` is {alpha!r}: write a penalty of at least 0")
    values = spectrum(K).values
    return float(np.sum(values / (values + alpha)))


def equal_dof(K: ArrayLike, dof: float) -> float:
    """The penalty `alpha` at which `tr K (K + alpha 1)^-1` is `dof`: maps compared at one complexity.

    Give it to `KernelRidge(alpha=…, kernel="precomputed")`. The trace falls from the rank to 0 as `alpha` grows, so
    there is one such penalty for every `dof` between, and it lies between `w (rank - dof) / dof` of the smallest and
    of the largest eigenvalue `w`: the trace would be exactly `dof` there, were all eigenvalues as small, or as large.

    Parameters
    ----------
    K
        Kernel matrix, shape (samples, samples), of the training samples; centred where the model has an intercept.
    dof
        Between 0 and the rank of K, both excluded. Eigenvalues below `samples * eps * largest` count as 0.

    Raises ValueError where `dof` is not in that range, or K is not square, symmetric and positive semidefinite.
    """
    return penalty(spectrum(K), dof)


def penalty(found: Spectrum, dof: float) -> float:
    """The penalty of a spectrum, as in `equal_dof`."""
    values, rank = found.values, len(found.values)
    if not 0 < require_number("dof", dof, example="5") < rank:
        raise ValueError(
            f"`dof` is {dof!r}, and has to lie between 0 and the rank of the kernel matrix, both excluded: it is "
            f"{rank} here (n_samples={found.size})"
        )
    # Relative to the largest eigenvalue, nothing overflows; in its logarithm, no scale is favoured.
    relative = values / values[-1]
    lower, upper = np.log(relative[[0, -1]]) + np.log((rank - dof) / dof)

    def excess(logarithm: float) -> float:
        return float(np.sum(relative / (relative + np.exp(logarithm))) - dof)

    # Where all eigenvalues are one, the ends are the root, and rounding may put it outside.
    ends = (lower - 1e-9, upper + 1e-9)
    return float(np.exp(brentq(excess, *ends, xtol=1e-15, rtol=8.9e-16)) * values[-1])


def spectrum(K: ArrayLike) -> Spectrum:
    """The spectrum of a kernel matrix. Raises ValueError where it is not square, symmetric, positive semidefinite."""
    matrix: Any = check_array(K, dtype=[np.float64, np.float32], input_name="K")
    rows, columns = matrix.shape
    if rows != columns:
        raise ValueError(f"K has shape {matrix.shape}: give the square kernel matrix of the training samples")
    tolerance = np.sqrt(np.finfo(matrix.dtype).eps)
    if np.abs(matrix - matrix.T).max() > tolerance * np.abs(matrix).max():
        raise ValueError("K is not symmetric: give the kernel matrix of the training samples with themselves")
    values = np.linalg.eigvalsh(matrix.astype(np.float64, copy=False))
    if values[0] < -tolerance * np.abs(values).max():
        raise ValueError(
            f"K has the eigenvalue {values[0]:.3g} beside {values[-1]:.3g}: it is not positive semidefinite, and "
            "effective degrees of freedom are not defined"
        )
    return significant(values, matrix.dtype)


def significant(values: NDArray[np.float64], dtype: Any = np.float64) -> Spectrum:
    """What counts of eigenvalues that came from a matrix of this precision: those above `n eps max`."""
    cutoff = len(values) * float(np.finfo(dtype).eps) * float(np.abs(values).max())
    return Spectrum(np.sort(values[values > cutoff]), len(values))


__all__ = ["Spectrum", "effective_dof", "equal_dof", "penalty", "significant", "spectrum"]
