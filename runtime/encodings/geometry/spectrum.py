"""The spectrum of a representation or a kernel, from which ranks and condition numbers are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigvalsh, svdvals

from mlipilot.runtime.encodings.geometry.centring import centre_columns, centre_kernel
from mlipilot.runtime.encodings.geometry.definiteness import indefinite
from mlipilot.runtime.encodings.geometry.options import share_of_largest, switch
from mlipilot.runtime.encodings.geometry.representation import Floats, Scaled, read_kernel, read_representation

CONSTANT = "every singular value is 0: the samples do not differ"
ZERO = "every singular value is 0: the representation is zero"


@dataclass(frozen=True)
class Spectrum:
    """Singular values of a matrix (n, D), or square roots of the eigenvalues of a kernel.

    Attributes:
        singular_values: (min(n, D),), descending, divided by `scale`.
        scale: a power of two, so that squares do not overflow.
        cut_off: share of the largest singular value, in [0, 1), at or below which one counts as 0.
        centred: whether the columns' means were subtracted.
    """

    singular_values: Floats
    scale: float
    cut_off: float
    centred: bool

    @property
    def kept(self) -> Floats:
        """(rank,) the singular values above the cut-off, descending."""
        return np.asarray(self.singular_values[self.singular_values > self.cut_off * self.singular_values[0]])

    @property
    def empty_reason(self) -> str:
        """Why nothing can be said of the spectrum; an empty text where something can."""
        if self.singular_values[0] > 0:
            return ""
        return CONSTANT if self.centred else ZERO


def spectrum(Z: Any, *, centred: bool = True, cut_off: float | None = None) -> Spectrum:
    """The spectrum of a representation (n, D), by a singular value decomposition of the smaller side.

    Not by the eigenvalues of a Gram matrix: those lose singular values below 1.5e-8 of the largest.

    Args:
        Z: (n, D), n >= 2; any real type.
        centred: subtract the columns' means first. Without it the spectrum is mostly that of the mean vector.
        cut_off: share of the largest singular value; machine epsilon of Z's type times max(n, D) by default, as
            in `numpy.linalg.matrix_rank`: of float32 1.2e-7 max(n, D), below which its rounding is no direction.

    Raises:
        ValueError: a matrix that cannot be read: not two-dimensional, fewer than 2 samples, text, NaN or infinity (with
            its place), complex, uint64; a cut-off outside [0, 1).
    """
    return of_matrix(read_representation(Z), centred=centred, cut_off=cut_off)


def kernel_spectrum(K: Any, *, centred: bool = True, cut_off: float | None = None) -> Spectrum:
    """The spectrum of features whose linear kernel is K (n, n): square roots of its eigenvalues.

    Args:
        K: (n, n) symmetric, positive semidefinite.
        centred: take H K H, H = I - 11'/n.
        cut_off: share of the largest singular value; sqrt(n epsilon) by default, the rounding of the eigenvalues.

    Raises:
        ValueError: a kernel that cannot be read: not square, not symmetric, fewer than 2 samples, text, NaN or infinity
            (with its place), complex, uint64; an eigenvalue below 0 by more than rounding; a cut-off outside [0, 1).
    """
    switch("centred", centred)
    matrix = read_kernel(K)
    n = len(matrix.values)
    floor = n * matrix.epsilon * float(np.abs(matrix.values).max()) * n
    kernel = centre_kernel(matrix) if centred else matrix
    eigenvalues = eigvalsh(kernel.values)[::-1]
    if eigenvalues[-1] * kernel.scale < -floor * matrix.scale:
        raise ValueError(indefinite("K", eigenvalues[-1] * kernel.scale, eigenvalues[0] * kernel.scale))
    return Spectrum(
        np.sqrt(np.maximum(eigenvalues, 0.0)),
        float(np.sqrt(kernel.scale)),
        _cut_off(cut_off, float(np.sqrt(n * matrix.epsilon))),
        centred,
    )


def of_matrix(matrix: Scaled, *, centred: bool, cut_off: float | None = None) -> Spectrum:
    """The spectrum of a matrix that was read."""
    taken = centre_columns(matrix) if switch("centred", centred) else matrix
    values = svdvals(taken.values, check_finite=False)
    return Spectrum(values, taken.scale, _cut_off(cut_off, matrix.epsilon * max(matrix.values.shape)), centred)


def _cut_off(asked: Any, default: float) -> float:
    """The share below which a singular value counts as 0."""
    if asked is None:
        return min(default, 0.5)
    return share_of_largest("cut_off", asked)
