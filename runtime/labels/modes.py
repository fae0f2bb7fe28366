"""Normal modes of a molecule: directions and stiffness, from the Hessian of a fast method."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ase import units
from ase.data import atomic_masses
from numpy.typing import NDArray

from mlipilot.runtime.labels.convergence import converge
from mlipilot.runtime.labels.geometry import Geometry, require_sound
from mlipilot.runtime.labels.method import Method
from mlipilot.runtime.labels.program import pyscf
from mlipilot.spec.units import BOHR, HARTREE

Floats = NDArray[np.float64]
SOFTEST = 100.0
"""cm⁻¹: a softer mode counts as one of this wavenumber; along a straight line it would tear the molecule apart."""


class Modes(NamedTuple):
    """Vibrations, softest first."""

    stiffness: Floats
    """eV/(Å² u), the eigenvalues of the mass-weighted Hessian, shape (M,); negative at a saddle."""
    directions: Floats
    """Orthonormal in mass-weighted coordinates, shape (M, N, 3)."""


def modes(geometry: Geometry, method: Method, memory: int) -> Modes:
    """Vibrations of a geometry, on one thread; it need not be a minimum of the method. Raises `LabelFailure`.

    Translations and rotations are projected out (W. H. Miller, N. C. Handy, J. E. Adams, J. Chem. Phys. 72, 99, 1980).
    """
    pyscf("lib").num_threads(1)
    require_sound(geometry)
    count = len(geometry.numbers)
    field = converge(method.fields(geometry, memory)).field
    field = field.undo_newton() if hasattr(field, "undo_newton") else field
    hessian = field.Hessian()
    hessian.verbose = 0
    second = np.asarray(hessian.kernel()).transpose(0, 2, 1, 3).reshape(3 * count, 3 * count)
    second = second * float(HARTREE / BOHR**2)
    masses = np.repeat(atomic_masses[list(geometry.numbers)], 3)
    weighted = (second + second.T) / 2 / np.sqrt(np.outer(masses, masses))
    rigid = _rigid(geometry.coordinates, masses)
    inner = np.eye(3 * count) - rigid @ rigid.T
    values, vectors = np.linalg.eigh(inner @ weighted @ inner)
    # those of rigid motion have the eigenvalue 0 and lie in the space that was projected out
    vibrations = np.linalg.norm(rigid.T @ vectors, axis=0) < 0.5
    return Modes(values[vibrations], vectors[:, vibrations].T.reshape(-1, count, 3))


def _rigid(places: Floats, masses: Floats) -> Floats:
    """An orthonormal basis of translations and rotations in mass-weighted coordinates, shape (3N, 5 or 6)."""
    centred = places - np.average(places, axis=0, weights=masses[::3])
    axes = np.eye(3)
    moves = [np.tile(axis, (len(places), 1)) for axis in axes] + [np.cross(axis, centred) for axis in axes]
    weighted = np.array([move.reshape(-1) for move in moves]).T * np.sqrt(masses)[:, None]
    left, values, _ = np.linalg.svd(weighted, full_matrices=False)
    basis: Floats = left[:, values > 1e-6 * values[0]]
    return basis


def stiffness_of(wavenumber: float) -> float:
    """eV/(Å² u) of a mode of a wavenumber in cm⁻¹."""
    energy = wavenumber * units.invcm
    return float(energy / units._hbar * units._e * np.sqrt(units._amu / units._e) * 1e-10) ** 2
