"""Short molecular dynamics of a molecule with the forces of a fast method: where it goes, atoms and bonds together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from ase import Atoms, units
from ase.calculators.calculator import Calculator, all_changes
from ase.md.langevin import Langevin
from numpy.typing import NDArray

from mlipilot.runtime.labels.convergence import converge
from mlipilot.runtime.labels.geometry import Geometry, require_sound
from mlipilot.runtime.labels.method import Method
from mlipilot.runtime.labels.program import pyscf
from mlipilot.spec.units import BOHR, HARTREE

Floats = NDArray[np.float64]
RELAXATION = 20.0
"""fs, of the Langevin thermostat: a run of a few vibrations is to reach its temperature."""


def snapshots(
    given: Geometry,
    method: Method,
    temperature: float,
    steps: list[int],
    timestep: float,
    draw: np.random.Generator,
    memory: int,
) -> list[Floats]:
    """Places (Å, shape (N, 3)) after so many steps of a run from a geometry, on one thread; a step in fs.

    Velocities are drawn at twice the temperature, half of which goes into the bonds. Raises `LabelFailure`.
    """
    pyscf("lib").num_threads(1)
    require_sound(given)
    atoms = Atoms(numbers=given.numbers, positions=given.coordinates)
    atoms.calc = _Fast(given, method, memory)
    widths = np.sqrt(atoms.get_masses() * units.kB * 2 * temperature)
    atoms.set_momenta(widths[:, None] * draw.standard_normal((len(atoms), 3)))
    run = Langevin(
        atoms,
        timestep * units.fs,
        temperature_K=temperature,
        friction=1 / (RELAXATION * units.fs),
        fixcm=False,  # which would give what it holds back to the other motions: twice the heat for two atoms
        rng=draw,
        logfile=None,
    )
    found, done, still = [], 0, atoms.get_center_of_mass()
    for step in steps:
        run.run(step - done)
        done = step
        found.append(atoms.get_positions() - atoms.get_center_of_mass() + still)
    return found


class _Fast(Calculator):
    """Energies and forces of a method, each field started from the density of the step before."""

    implemented_properties = ["energy", "forces"]  # noqa: RUF012  # as ASE declares it

    def __init__(self, given: Geometry, method: Method, memory: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._given, self._method, self._memory = given, method, memory
        self._density: Any = None

    def calculate(self, atoms: Any = None, properties: Any = None, system_changes: Any = all_changes) -> None:
        super().calculate(atoms, properties, system_changes)  # type: ignore[no-untyped-call]
        moved = replace(self._given, positions=tuple(map(tuple, atoms.positions.tolist())))
        field = converge(self._method.fields(moved, self._memory), self._density).field
        self._density = field.make_rdm1()
        slope = np.asarray(self._method.gradient(field), np.float64)
        self.results = {"energy": float(field.e_tot) * float(HARTREE), "forces": -slope * float(HARTREE / BOHR)}
