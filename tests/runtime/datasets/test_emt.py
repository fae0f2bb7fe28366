"""Our array form of effective medium theory against ASE's."""

from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT

from mlipilot.runtime.datasets.emt import EffectiveMedium


@pytest.mark.parametrize(("element", "lattice"), [("Cu", 3.59), ("Al", 4.0), ("Pt", 3.95), ("Au", 4.05), ("Ni", 3.5)])
@pytest.mark.parametrize("rattle", [0.0, 0.15])
def test_energy_and_forces_are_those_of_ase(element: str, lattice: float, rattle: float) -> None:
    atoms = bulk(element, "fcc", a=lattice, cubic=True) * (2, 2, 1)
    atoms.rattle(rattle, seed=4)
    atoms.calc = EMT()
    energy, forces = EffectiveMedium(atoms).evaluate(atoms.positions)
    assert energy == pytest.approx(atoms.get_potential_energy(), abs=1e-10)
    np.testing.assert_allclose(forces, atoms.get_forces(), atol=1e-10)


def test_it_follows_moving_atoms(copper: Atoms) -> None:
    potential = EffectiveMedium(copper)
    copper.calc = EMT()
    for seed in range(5):
        copper.rattle(0.1, seed=seed)
        np.testing.assert_allclose(potential.get_forces(copper), copper.get_forces(), atol=1e-10)


def test_an_atom_without_neighbours_has_no_energy() -> None:
    atoms = Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 30.0]])
    energy, forces = EffectiveMedium(atoms).evaluate(atoms.positions)
    assert np.isnan(energy)
    assert forces.shape == (2, 3)


def test_an_alloy_is_refused() -> None:
    with pytest.raises(ValueError, match="one element"):
        EffectiveMedium(Atoms("CuAu", positions=[[0, 0, 0], [2, 0, 0]]))
