"""One geometry labelled by a method."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.operations.label import PROCESS_BYTES
from mlipilot.runtime.labels.convergence import Converged, converge
from mlipilot.runtime.labels.failure import LabelFailure, Reason
from mlipilot.runtime.labels.geometry import Geometry, require_sound
from mlipilot.runtime.labels.method import Method
from mlipilot.runtime.labels.program import pyscf
from mlipilot.runtime.labels.spin import lowest_atom, squared_spin
from mlipilot.runtime.labels.stability import is_ground_state
from mlipilot.spec.units import BOHR, HARTREE

MEMORY = PROCESS_BYTES // 1_000_000
"""MB of a process that labels."""


class Label(NamedTuple):
    """What a method gives for a geometry."""

    energy: float
    """eV, the total energy."""
    forces: NDArray[np.float64]
    """eV/Å, shape (N, 3)."""
    step: str
    """Of the ladder, on which the field converged."""
    cycles: int
    squared_spin: float
    """<S²>."""
    multiplicity: int


def label(geometry: Geometry, method: Method, memory: int = MEMORY) -> Label:
    """A geometry's label, on one thread; of a free atom the lowest of several states.

    `memory` in MB. Raises `LabelFailure`.
    """
    pyscf("lib").num_threads(1)
    require_sound(geometry)
    build, unrestricted = method.fields(geometry, memory), geometry.unpaired > 0
    try:
        if len(geometry.numbers) == 1 and unrestricted:
            found = lowest_atom(build, geometry.unpaired)
        else:
            found = converge(build)
        if geometry.multiplicity is None and not unrestricted and not is_ground_state(found.field):
            raise LabelFailure(Reason.INSTABILITY, "a state with unpaired electrons lies below the closed shell")
        return _label(geometry, method, found)
    except MemoryError as error:
        raise LabelFailure(Reason.MEMORY, f"{memory} MB are too little") from error


def _label(geometry: Geometry, method: Method, found: Converged) -> Label:
    field = found.field
    energy = float(field.e_tot) * float(HARTREE)
    slope = np.zeros((1, 3)) if len(geometry.numbers) == 1 else np.asarray(method.gradient(field), np.float64)
    forces = 0.0 - slope * float(HARTREE / BOHR)
    if not (np.isfinite(energy) and np.isfinite(forces).all()):
        raise LabelFailure(Reason.NOT_FINITE, "the energy or a force is not finite")
    return Label(energy, forces, found.step, found.cycles, squared_spin(field), geometry.unpaired + 1)
