"""The bonds of a molecule: the graph whose breaking means that a simulation has left chemistry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from ase import Atoms
from ase.neighborlist import natural_cutoffs
from numpy.typing import NDArray

from mlipilot.compiler.molecules.bonding import BONDED

GIVEN = "given"
"""What a frame that nothing displaced has under `geometry` in its header."""


class Bonds(NamedTuple):
    """The bonds of a configuration."""

    pairs: NDArray[np.int64]
    """(b, 2), i < j."""
    lengths: NDArray[np.float64]
    """(b,) Å."""


def reference_of(frames: Sequence[Atoms], frame: Atoms) -> Atoms:
    """The configuration whose bonds a frame has: that of its molecule that nothing displaced; without one itself."""
    molecule = frame.info.get("molecule")
    for other in frames if molecule is not None else ():
        if (
            other.info.get("molecule") == molecule
            and other.info.get("geometry") == GIVEN
            and np.array_equal(other.numbers, frame.numbers)
        ):
            return other
    return frame


def find_bonds(atoms: Atoms) -> Bonds:
    """Pairs (b, 2), i < j, and lengths (b,) Å of the bonds of a non-periodic configuration; none for a periodic one."""
    if atoms.pbc.any():
        return Bonds(np.zeros((0, 2), dtype=np.int64), np.zeros(0))
    radii = np.array(natural_cutoffs(atoms, mult=BONDED))
    first, second = np.triu_indices(len(atoms), k=1)
    lengths = np.linalg.norm(atoms.positions[second] - atoms.positions[first], axis=1)
    bonded = lengths < radii[first] + radii[second]
    return Bonds(np.column_stack([first[bonded], second[bonded]]).astype(np.int64), lengths[bonded])
