"""Short dynamics with a fast method: the same from the same draw, at its temperature, a mean over its bond's length."""

import numpy as np
import pytest
from ase import units
from molecules_of_tests import CHEAP, diatomic

pytest.importorskip("pyscf")

from mlipilot.runtime.labels.motion import snapshots

HYDROGEN = diatomic((1, 1), 0.712)
"""At the minimum of HF/STO-3G."""


def _run(seed: int, temperature: float = 300.0, steps: tuple[int, ...] = (5, 10)) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return np.array(snapshots(HYDROGEN, CHEAP, temperature, list(steps), 0.5, draw, 500))


def test_the_same_draw_gives_the_same_places_and_another_others() -> None:
    one = _run(1)
    assert one.shape == (2, 2, 3)
    assert np.array_equal(one, _run(1))
    assert not np.allclose(one, _run(2), atol=1e-4)
    assert np.array_equal(one[:1], _run(1, steps=(5,)))


def test_the_bond_vibrates_with_the_energy_of_the_temperature_and_the_molecule_stays_where_it_is() -> None:
    """k T of the vibration, half of it potential: by the curvature of HF/STO-3G, 5480 cm⁻¹."""
    places = np.concatenate([_run(seed, 1500.0, tuple(range(4, 84, 4))) for seed in range(4)])
    assert np.abs(places.mean(axis=1) - [0, 0, 0.356]).max() < 1e-6
    lengths = np.linalg.norm(places[:, 1] - places[:, 0], axis=1)
    stiffness = (1.00784 / 2) * units._amu * (2 * np.pi * units._c * 100 * 5480) ** 2 / units._e * 1e-20  # eV/Å^2
    potential = 0.5 * stiffness * np.mean((lengths - 0.712) ** 2)
    assert 0.3 < potential / (0.5 * units.kB * 1500) < 2.5
