"""The bonds of a molecule: the graph whose breaking means that a simulation has left chemistry."""

from __future__ import annotations

import numpy as np
from ase import Atoms
from ase.neighborlist import natural_cutoffs
from numpy.typing import NDArray

STRETCH = 1.25
"""Two atoms are bonded within this multiple of the sum of their covalent radii."""


def find_bonds(atoms: Atoms) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pairs (b, 2), i < j, and lengths (b,) Å of the bonds of a non-periodic configuration; none for a periodic one."""
    if atoms.pbc.any():
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    radii = np.array(natural_cutoffs(atoms, mult=STRETCH))
    first, second = np.triu_indices(len(atoms), k=1)
    lengths = np.linalg.norm(atoms.positions[second] - atoms.positions[first], axis=1)
    bonded = lengths < radii[first] + radii[second]
    return np.column_stack([first[bonded], second[bonded]]).astype(np.int64), lengths[bonded]
