"""Classical kernels as functions with parameters, which a search can set."""

from __future__ import annotations

from abc import abstractmethod
from numbers import Real
from typing import Any

import numpy as np
from scipy.sparse import csr_array, issparse
from sklearn.base import BaseEstimator
from sklearn.metrics.pairwise import laplacian_kernel, linear_kernel, rbf_kernel
from sklearn.utils import check_array, check_scalar
from sklearn.utils.extmath import row_norms

from mlipilot.runtime.encodings.kernels.inner import powers


class Kernel(BaseEstimator):
    """A kernel `k(X, Y)`: matrices give the matrix of all pairs, two vectors one number.

    So it serves `SVC(kernel=…)`, which gives matrices, and `KernelRidge(kernel=…)`, `Nystroem(kernel=…)` and
    `pairwise_kernels(metric=…)`, which call it pair by pair: there, `GramMatrix` before a `precomputed` kernel is
    faster. Its parameters are seen by `clone`, `set_params` and a search, such as `grammatrix__kernel__gamma`.
    """

    def __call__(self, X: Any, Y: Any = None) -> Any:
        """Values of shape (samples of X, samples of Y), or a float of two vectors; Y is X where it is not given."""
        if np.ndim(X) == 1:
            one = np.reshape(X, (1, -1))
            return float(self._values(one, one if Y is None else np.reshape(Y, (1, -1)))[0, 0])
        return self._values(X, X if Y is None else Y)

    @abstractmethod
    def _values(self, X: Any, Y: Any) -> Any: ...


class RBFKernel(Kernel):
    """`exp(-gamma |x - y|^2)`; `gamma` is above 0, or None for 1 / features."""

    def __init__(self, *, gamma: float | None = None) -> None:
        self.gamma = gamma

    def _values(self, X: Any, Y: Any) -> Any:
        return rbf_kernel(X, Y, gamma=_checked(self.gamma))


class LaplacianKernel(Kernel):
    """`exp(-gamma |x - y|_1)`; `gamma` is above 0, or None for 1 / features."""

    def __init__(self, *, gamma: float | None = None) -> None:
        self.gamma = gamma

    def _values(self, X: Any, Y: Any) -> Any:
        return laplacian_kernel(X, Y, gamma=_checked(self.gamma))


class CosineKernel(Kernel):
    """`cos(x, y)**zeta`: the kernel of SOAP and GAP (Bartók, Kondor and Csányi, Phys. Rev. B 87, 184115, equation 36).

    A zeta that is not whole takes the size of the cosine first; the matrix may then have negative eigenvalues, which
    for a whole zeta it cannot have (Schur's product theorem). A sample of zeros has the value 0 with all.
    """

    def __init__(self, *, zeta: float = 2.0) -> None:
        self.zeta = zeta

    def _values(self, X: Any, Y: Any) -> Any:
        check_scalar(self.zeta, "zeta", Real, min_val=0, include_boundaries="neither")
        one = _directions(X)
        return powers(linear_kernel(one, one if Y is X else _directions(Y), dense_output=True), self.zeta)


def _directions(X: Any) -> Any:
    """Samples as unit vectors, zeros as they are; sklearn's `cosine_similarity` takes short ones for zeros too."""
    rows = check_array(X, accept_sparse="csr", dtype=[np.float64, np.float32])
    # Divided by the largest entry first, no square overflows or vanishes.
    rows = _divided(rows, abs(rows).max(axis=1).toarray().ravel() if issparse(rows) else np.abs(rows).max(axis=1))
    return _divided(rows, row_norms(rows))


def _divided(rows: Any, sizes: Any) -> Any:
    divisors = np.where(sizes > 0, sizes, 1).astype(rows.dtype)
    if not issparse(rows):
        return rows / divisors[:, None]
    entries = rows.data / np.repeat(divisors, np.diff(rows.indptr))
    return csr_array((entries, rows.indices, rows.indptr), rows.shape)


def _checked(gamma: float | None) -> float | None:
    if gamma is not None:
        check_scalar(gamma, "gamma", Real, min_val=0, include_boundaries="neither")
    return gamma


__all__ = ["CosineKernel", "Kernel", "LaplacianKernel", "RBFKernel"]
