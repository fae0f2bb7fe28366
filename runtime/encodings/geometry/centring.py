"""Centring and standardisation that give exact zeros for what does not vary, whatever the scale."""

from __future__ import annotations

import numpy as np

from mlipilot.runtime.encodings.geometry.representation import Floats, Scaled, rescaled


def centre_columns(matrix: Scaled) -> Scaled:
    """Columns minus their means, in scale again; a column that varies by rounding alone is exactly 0."""
    # Minus the first row first: the rest is then small, and a constant column cancels exactly.
    shifted = matrix.values - matrix.values[0]
    shifted[:, constant_columns(matrix)] = 0.0
    return rescaled(matrix._replace(values=_centred(shifted)))


def standardise_columns(matrix: Scaled) -> Scaled:
    """Columns of mean 0 and variance 1 (divisor n); a constant column is 0. Each column has its own scale."""
    return matrix._replace(values=_standardised(matrix), scale=1.0)


def centre_kernel(matrix: Scaled) -> Scaled:
    """H K H with H = I - 11'/n, in scale again; exactly 0 where it is all rounding."""
    values = matrix.values
    # The kernel of features minus those of the first sample: constants cancel before means are taken.
    shifted = values - values[0] - values[:, :1] + values[0, 0]
    centred = _centred(_centred(shifted).T)
    if np.abs(centred).max() <= 8 * matrix.epsilon * np.abs(values).max():
        centred = np.zeros_like(centred)
    return rescaled(matrix._replace(values=(centred + centred.T) / 2))


def constant_columns(matrix: Scaled) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(D,) whether a column varies by no more than four units in the last place of its largest value."""
    spread = np.ptp(matrix.values, axis=0)
    return np.asarray(spread <= 4 * matrix.epsilon * np.abs(matrix.values).max(axis=0), dtype=np.bool_)


def _centred(values: Floats) -> Floats:
    """Minus the means of the columns."""
    return np.asarray(values - values.mean(axis=0))


def _standardised(matrix: Scaled) -> Floats:
    """Standardised columns, each brought in scale by its own largest absolute value before it is squared."""
    shifted = matrix.values - matrix.values[0]
    shifted[:, constant_columns(matrix)] = 0.0
    largest = np.abs(shifted).max(axis=0)
    centred = _centred(shifted / np.where(largest > 0, largest, 1.0))
    deviation = centred.std(axis=0)
    return np.asarray(centred / np.where(deviation > 0, deviation, 1.0))
