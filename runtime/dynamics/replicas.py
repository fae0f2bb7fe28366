"""Replicas of a simulation side by side, advanced by one integrator and evaluated together.

Velocity Verlet and Langevin treat each atom by itself once the forces are known, so ASE's integrator can move the
atoms of all replicas as if they were one system; only the forces must be those of each replica alone. That needs
no threads, so nothing depends on timing, and a model call for several replicas costs less than several calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Evaluate = Callable[[Floats], tuple[Floats, Floats]]
"""Positions (atoms of all configurations, 3) Å to energies (configurations,) eV and forces (atoms, 3) eV/Å."""
Prepare = Callable[[Sequence[Atoms]], Evaluate]
"""Makes ready to evaluate given configurations, time after time."""

FARTHEST_MOVE = 5.0
"""Å in one step: beyond it the model is not asked, since the replica is lost and neighbours may be without number."""


@dataclass(frozen=True)
class Replica:
    """One simulation's start."""

    atoms: Atoms
    momenta: Floats
    """(n, 3), ASE's units."""
    freedom: int
    """Degrees of freedom that share the kinetic energy."""


class Replicas:
    """The state of all replicas; ASE's integrators see `system`, one Atoms object with all of them."""

    def __init__(self, replicas: Sequence[Replica], prepare: Prepare) -> None:
        self.replicas = list(replicas)
        self.sizes = np.array([len(replica.atoms) for replica in replicas])
        self.offsets = np.concatenate([[0], np.cumsum(self.sizes)])
        self.system = Atoms(
            numbers=np.concatenate([replica.atoms.numbers for replica in replicas]),
            positions=np.concatenate([replica.atoms.positions for replica in replicas]),
        )
        masses = [replica.atoms.get_masses() for replica in replicas]
        self.system.set_masses(np.concatenate(masses))
        self.system.set_momenta(np.concatenate([replica.momenta for replica in replicas]))
        self.system.calc = self
        self.alive = np.ones(len(self.replicas), dtype=bool)
        self.energies = np.full(len(self.replicas), np.nan)
        """Potential energy of each replica at its last evaluation, eV."""
        self._masses = np.concatenate(masses)[:, None]
        self._prepare = prepare
        self._prepared: tuple[tuple[int, ...], Evaluate] | None = None
        self._last = self.system.get_positions()

    def get_forces(self, atoms: Atoms) -> Floats:
        """Forces (all atoms, 3) eV/Å at the positions of `atoms`; the method ASE's integrators call.

        A stopped replica feels none. One that cannot be evaluated gets an energy that is not a number.
        """
        positions: Floats = atoms.get_positions()
        moved = np.abs(positions - self._last).max(axis=1)
        self._last = positions
        farthest = np.maximum.reduceat(moved, self.offsets[:-1])
        fit = self.alive & (farthest < FARTHEST_MOVE)  # false for a move that is not a number
        self.energies[self.alive & ~fit] = np.nan
        forces = np.zeros_like(positions)
        chosen = tuple(int(number) for number in np.flatnonzero(fit))
        if not chosen:
            return forces
        if self._prepared is None or self._prepared[0] != chosen:
            self._prepared = (chosen, self._prepare([self.replicas[number].atoms for number in chosen]))
        rows = np.repeat(fit, self.sizes)
        energies, found = self._prepared[1](positions[rows])
        self.energies[list(chosen)] = energies
        forces[rows] = found
        return forces

    def kinetic(self) -> Floats:
        """Kinetic energy of each replica, (replicas,) eV."""
        terms = np.square(self.system.arrays["momenta"]) / self._masses
        return np.asarray(0.5 * np.add.reduceat(terms.sum(axis=1), self.offsets[:-1]))

    def positions(self, number: int) -> Floats:
        """A copy of the positions (n, 3) Å of a replica, not wrapped into its cell."""
        return np.array(self.system.arrays["positions"][self.offsets[number] : self.offsets[number + 1]])

    def finite(self) -> NDArray[np.bool_]:
        """Whether each replica's positions and momenta are all finite, (replicas,)."""
        arrays = self.system.arrays
        good = np.isfinite(arrays["positions"]).all(axis=1) & np.isfinite(arrays["momenta"]).all(axis=1)
        return np.asarray(np.logical_and.reduceat(good, self.offsets[:-1]))

    def stop(self, number: int) -> None:
        """Take a replica out: its atoms rest, unseen, at its start, and no model is asked about it again."""
        rows = slice(self.offsets[number], self.offsets[number + 1])
        self.alive[number] = False
        self.system.arrays["positions"][rows] = self.replicas[number].atoms.positions
        self.system.arrays["momenta"][rows] = 0.0
        self._last[rows] = self.replicas[number].atoms.positions
