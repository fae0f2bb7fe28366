"""Energies against composition: what is left of them once each element's share is taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 20
_MOST = 20_000
"""Frames that a fit looks at, evenly picked; more would not move it."""
_SPARE = 5
"""Frames beyond the number of elements without which a spread means nothing."""
_NORMAL = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EnergyFit:
    """Energies as a sum over elements, fitted by least absolute deviations per atom, which outliers do not move."""

    reference: Floats
    """Energy of each element, eV; of least norm where the compositions do not determine it."""
    basis: Floats
    """Orthonormal rows that span the compositions of the fit, shape (rank, elements)."""
    median: float
    """Of the residuals, eV/atom."""
    spread: float
    """Of the residuals, eV/atom: their median absolute deviation, scaled to a standard deviation."""

    def residual(self, composition: Floats, energy: Floats) -> Floats:
        """What is left of each energy, eV/atom about the median; NaN for a composition that the fit cannot know."""
        left = (energy - composition @ self.reference) / np.maximum(composition.sum(axis=1), 1) - self.median
        return np.where(inside(composition, self.basis), left, np.nan)


def fit_energies(composition: Floats, energy: Floats) -> EnergyFit | None:
    """Fit energies (eV), shape (frames,), to atoms of each element, shape (frames, elements); None for too few."""
    step = max(1, len(energy) // _MOST)
    composition, energy = composition[::step], energy[::step]
    basis = span(composition)
    if len(energy) < len(basis) + _SPARE:
        return None
    atoms = composition.sum(axis=1)
    rows, target = composition / atoms[:, None], energy / atoms
    weights = np.ones(len(target))
    for _ in range(_ROUNDS):
        reference = np.linalg.lstsq(rows * weights[:, None], target * weights, rcond=None)[0]
        left = np.abs(target - rows @ reference)
        weights = 1 / np.sqrt(np.maximum(left, 1e-3 * np.median(left) + 1e-9))
    residual = target - rows @ reference
    median = float(np.median(residual))
    return EnergyFit(reference, basis, median, _NORMAL * float(np.median(np.abs(residual - median))))


def span(composition: Floats) -> Floats:
    """Orthonormal rows that span compositions, shape (rank, elements)."""
    values, vectors = np.linalg.eigh(composition.T @ composition)
    kept: Floats = vectors[:, values > 1e-12 * max(values.max(initial=0.0), 1.0)].T
    return kept


def inside(composition: Floats, basis: Floats) -> NDArray[np.bool_]:
    """Whether each composition is a combination of those that `basis` spans."""
    outside = np.linalg.norm(composition - composition @ basis.T @ basis, axis=1)
    result: NDArray[np.bool_] = outside <= 1e-6 * np.maximum(np.linalg.norm(composition, axis=1), 1)
    return result
