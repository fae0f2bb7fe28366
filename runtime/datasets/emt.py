"""Effective medium theory of one element, as array expressions over all pairs at once.

ASE's EMT walks over the atoms in Python and takes five to ten times as long for a cell of 32. This one drives the
trajectories; labels stay ASE's own, and a test holds the two equal. Formulas: Jacobsen, Stoltze and Nørskov,
Surf. Sci. 366, 394 (1996), with ASE's parameters and smooth cutoff.
"""

from __future__ import annotations

from functools import partial
from math import log, sqrt

import numpy as np
from ase import Atoms, units
from ase.calculators.emt import beta, parameters
from numpy.typing import NDArray

from mlipilot.runtime.dynamics.edges import EdgeCache, Edges, find_edges

BEYOND_MIDPOINT = 0.5
"""Å from the middle of the cutoff function to the end of the neighbour list."""
SKIN = 0.8
SHELLS = np.array([12.0, 6.0, 24.0])
"""Atoms in the first three shells of fcc, at distances in the ratio of the roots of 1, 2, 3."""


class EffectiveMedium:
    """Energies and forces of a crystal of one element; serves ASE's integrators as a calculator."""

    def __init__(self, atoms: Atoms) -> None:
        """Prepare for the element, cell and periodicity of `atoms`; ValueError for several elements."""
        symbols = set(atoms.get_chemical_symbols())
        if len(symbols) != 1:
            raise ValueError(f"one element is needed, not {len(symbols)}")
        values = parameters[symbols.pop()]
        self._e0, self._v0 = values[0], values[2]
        self._s0 = values[1] * units.Bohr
        self._eta, self._kappa, self._lambda = (value / units.Bohr for value in values[3:6])
        # the cutoff lies between the third and fourth shell of the largest atom of the table
        widest = beta * max(row[1] for row in parameters.values()) * units.Bohr
        self._middle = 0.5 * widest * (sqrt(3.0) + 2.0)
        self._slope = log(1e4 - 1.0) / (2.0 * widest - self._middle)
        shells = beta * self._s0 * np.sqrt([1.0, 2.0, 3.0])
        weights = SHELLS * self._switch(shells)
        self._sigma0 = float(weights @ np.exp(-self._eta * (shells - beta * self._s0)))
        self._gamma2 = float(weights @ np.exp(-self._kappa * (shells / beta - self._s0))) / 12.0
        search = partial(_search, np.array(atoms.cell.array), np.array(atoms.pbc))
        self._edges = EdgeCache(search, self._middle + BEYOND_MIDPOINT, SKIN)

    def get_forces(self, atoms: Atoms) -> NDArray[np.float64]:
        """Forces (n, 3), eV/Å, under the name ASE's integrators call."""
        return self.evaluate(atoms.get_positions())[1]

    def evaluate(self, positions: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Energy (eV, zero for the perfect crystal as in ASE) and forces (n, 3) eV/Å at `positions` (n, 3) Å.

        The energy is not a number where an atom has no neighbour.
        """
        edges, vectors = self._edges.find(positions)
        first, second = edges.index
        atoms = len(positions)
        distance = np.sqrt(np.einsum("ex,ex->e", vectors, vectors))
        switch = self._switch(distance)
        bend = self._slope * (switch - 1.0)
        density = np.exp(-self._eta * (distance - beta * self._s0)) * switch
        pair = np.exp(-self._kappa * (distance / beta - self._s0)) * switch * (-0.5 * self._v0 / self._gamma2)
        sigma = np.bincount(first, density, atoms) + np.bincount(second, density, atoms)
        sigma = np.where(sigma > 0.0, sigma, np.nan)
        radius = -np.log(sigma / self._sigma0) / (beta * self._eta)
        cohesion = np.exp(-self._lambda * radius)
        repulsion = 6.0 * self._v0 * np.exp(-self._kappa * radius)
        energy = self._e0 * ((1.0 + self._lambda * radius) * cohesion - 1.0) + repulsion
        by_radius = -self._e0 * self._lambda**2 * radius * cohesion - self._kappa * repulsion
        by_sigma = -by_radius / (beta * self._eta * sigma)
        slope = (by_sigma[first] + by_sigma[second]) * density * (bend - self._eta)
        slope += 2.0 * pair * (bend - self._kappa / beta)
        pull = vectors * (slope / distance)[:, None]
        forces = np.empty((atoms, 3))
        for axis in range(3):
            forces[:, axis] = np.bincount(first, pull[:, axis], atoms) - np.bincount(second, pull[:, axis], atoms)
        return float(energy.sum() + 2.0 * pair.sum()), forces

    def _switch(self, distance: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(1.0 / (1.0 + np.exp(self._slope * (distance - self._middle))))


def _search(cell: NDArray[np.float64], pbc: NDArray[np.bool_], positions: NDArray[np.float64], cutoff: float) -> Edges:
    """One edge of each pair: with one element, what i does to j is what j does to i."""
    edges = find_edges(positions, cell, pbc, cutoff)
    first, second = edges.index
    x, y, z = edges.images.T
    forward = (x > 0) | ((x == 0) & ((y > 0) | ((y == 0) & (z > 0))))
    kept = np.flatnonzero((first < second) | ((first == second) & forward))
    return Edges(edges.index[:, kept], edges.images[kept], edges.shifts[kept])
