"""The start of a simulation: which frame, which velocities.

Velocities are Maxwell-Boltzmann with the centre of mass at rest, and without rotation where nothing could stop it
(a molecule in vacuum without a thermostat); they are then scaled so that the temperature is exactly the target's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from ase import Atoms, units
from numpy.typing import NDArray

LINEAR = 1e-6
"""A moment of inertia below this fraction of the largest one counts as none: the molecule is linear."""


def nearest_frames(frames: Sequence[Atoms], temperature: float, count: int) -> list[int]:
    """Indices of `count` start frames: those labelled with the temperature (K) nearest to the target, in order.

    They are used again from the first when there are fewer than `count`. Frames without a temperature are all
    equally near; of two temperatures equally near the lower one is taken.
    """
    labels = sorted({float(frame.info["temperature"]) for frame in frames if "temperature" in frame.info})
    chosen = list(range(len(frames)))
    if labels:
        nearest = min(labels, key=lambda label: abs(label - temperature))
        chosen = [number for number in chosen if frames[number].info.get("temperature") == nearest]
    return [chosen[number % len(chosen)] for number in range(count)]


def thermal_momenta(
    atoms: Atoms, temperature: float, generator: np.random.Generator, *, rotation: bool
) -> tuple[NDArray[np.float64], int]:
    """Momenta (n, 3) in ASE's units at exactly `temperature` (K), and the degrees of freedom they are spread over.

    Without `rotation` the angular momentum about the centre of mass is removed as well. One atom alone has no
    degree of freedom left and stays at rest.
    """
    masses = atoms.get_masses()[:, None]
    momenta = generator.standard_normal((len(atoms), 3)) * np.sqrt(masses * units.kB * temperature)
    momenta -= masses * momenta.sum(axis=0) / masses.sum()
    freedom = 3 * len(atoms) - 3
    if not rotation:
        momenta, axes = _without_rotation(atoms.positions, masses, momenta)
        freedom -= axes
    if freedom <= 0:
        return np.zeros_like(momenta), 0
    current = 2.0 * kinetic_energy(momenta, masses) / (freedom * units.kB)
    return momenta * np.sqrt(temperature / current), freedom


def kinetic_energy(momenta: NDArray[np.float64], masses: NDArray[np.float64]) -> float:
    """Kinetic energy (eV) of momenta (n, 3) and masses (n, 1) in ASE's units."""
    return float(0.5 * np.sum(np.square(momenta) / masses))


def _without_rotation(
    positions: NDArray[np.float64], masses: NDArray[np.float64], momenta: NDArray[np.float64]
) -> tuple[NDArray[np.float64], int]:
    arms = positions - (masses * positions).sum(axis=0) / masses.sum()
    angular = np.cross(arms, momenta).sum(axis=0)
    squares = np.sum(masses * np.square(arms))
    inertia = squares * np.eye(3) - (masses * arms).T @ arms
    moments, axes = np.linalg.eigh(inertia)
    turning = moments > LINEAR * max(moments.max(), 1e-12)
    spin = axes[:, turning] @ ((axes[:, turning].T @ angular) / moments[turning])
    return momenta - masses * np.cross(spin, arms), int(turning.sum())
