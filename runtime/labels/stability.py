"""Whether a closed shell is a ground state, or a state with unpaired electrons lies below it, nearby.

The lowest eigenvalue of the orbital Hessian for turning spins apart (RHF to UHF) is negative where one does.
Source: R. Seeger, J. A. Pople, J. Chem. Phys. 66, 3045 (1977).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot.runtime.labels.program import pyscf

Floats = NDArray[np.float64]
UNSTABLE = -1e-3
"""Hartree: a lower eigenvalue is more than what the coarse grid and the unfinished iteration leave open."""
GRID = 0
"""PySCF's level: curvatures of 0.1 Hartree need no fine grid."""
STARTS = 4
"""Trial vectors at the beginning."""
_TOLERANCE, _RESIDUAL, _CYCLES = 1e-4, 1e-2, 25


def is_ground_state(field: Any) -> bool:
    """Whether no state with unpaired electrons lies below a converged restricted field, nearby."""
    return lowest_curvature(field) > UNSTABLE


def lowest_curvature(field: Any) -> float:
    """The lowest eigenvalue, Hartree; infinite without an empty orbital."""
    occupied, empty = field.mo_coeff[:, field.mo_occ > 0], field.mo_coeff[:, field.mo_occ == 0]
    shape = empty.shape[1], occupied.shape[1]
    if 0 in shape:
        return float("inf")
    energies = field.mo_energy
    apart = (energies[field.mo_occ == 0][:, None] - energies[field.mo_occ > 0]).reshape(-1)
    respond = _coarse(field).gen_response(singlet=False, hermi=1)

    def curvature(vectors: list[Floats]) -> list[Floats]:
        turned = [empty @ (2 * vector.reshape(shape)) @ occupied.T for vector in vectors]
        answers = respond(np.array([density + density.T for density in turned]))
        pairs = zip(vectors, answers, strict=True)
        return [apart * vector + (empty.T @ answer @ occupied).reshape(-1) for vector, answer in pairs]

    def precondition(residual: Floats, value: float, _: Floats) -> Floats:
        scale = apart - value
        return residual / np.where(np.abs(scale) < 1e-8, 1e-8, scale)

    draw = np.random.default_rng(0)
    starts = []
    for place in np.argsort(apart)[:STARTS]:
        # a little of everything, so that no symmetry of a start keeps the way down out of reach
        vector = 0.05 * draw.standard_normal(len(apart)) / np.sqrt(len(apart))
        vector[place] += 1.0
        starts.append(vector / np.linalg.norm(vector))
    _, values, _ = pyscf("lib").davidson1(
        curvature,
        starts,
        precondition,
        tol=_TOLERANCE,
        tol_residual=_RESIDUAL,
        max_cycle=_CYCLES,
        nroots=1,
        verbose=0,
    )
    return float(values[0])


def _coarse(field: Any) -> Any:
    """The field with a coarse grid, where it has one."""
    plain = field.undo_newton() if hasattr(field, "undo_newton") else field
    if not hasattr(plain, "grids"):
        return plain
    light = plain.copy()
    light.grids = type(plain.grids)(plain.mol)
    light.grids.level, light.grids.verbose = GRID, 0
    return light
