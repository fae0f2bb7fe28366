"""The random forces of a Langevin thermostat that leave the centre of mass at rest.

ASE's `Langevin(fixcm=True)` rescales its noise by N/(N-1) and so heats the internal degrees of freedom (by 3 % for
32 atoms; deprecated since ASE 3.28). Here the noise itself is projected: ASE scales a standard normal vector of
atom i by a factor proportional to m_i^(-1/2), so its total momentum vanishes when the vector is orthogonal to the
unit vector sqrt(m_i / M) in each direction. An orthogonal projection of independent normals is exactly the noise
of the 3N-3 internal coordinates, and the ensemble is canonical in them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class CentredNoise:
    """Standard normal numbers for one or more systems side by side, each from a generator of its own."""

    def __init__(self, masses: Sequence[NDArray[np.float64]], generators: Sequence[np.random.Generator]) -> None:
        """Take the masses (n,) of each system and its generator; a draw is the systems' atoms one after the other."""
        self._roots = [np.sqrt(mass / mass.sum())[:, None] for mass in masses]
        self._generators = list(generators)
        self._atoms = sum(len(root) for root in self._roots)

    def standard_normal(self, size: tuple[int, int]) -> NDArray[np.float64]:
        """Draw (atoms, 3) numbers; the name and the argument are those ASE's integrators call."""
        if size != (self._atoms, 3):
            raise ValueError(f"noise for {self._atoms} atoms was asked for the shape {size}")
        parts = []
        for root, generator in zip(self._roots, self._generators, strict=True):
            draw = generator.standard_normal((len(root), 3))
            parts.append(draw - root * (root * draw).sum(axis=0))
        return np.concatenate(parts)
