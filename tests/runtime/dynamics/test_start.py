"""Start frames, start velocities and the noise of the thermostat."""

from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms, units
from ase.build import molecule
from scipy import stats

from mlipilot.runtime.dynamics.bonds import find_bonds, reference_of
from mlipilot.runtime.dynamics.noise import CentredNoise
from mlipilot.runtime.dynamics.start import kinetic_energy, nearest_frames, thermal_momenta


def at(*temperatures: float | None) -> list[Atoms]:
    frames = []
    for temperature in temperatures:
        frames.append(Atoms("Cu"))
        if temperature is not None:
            frames[-1].info["temperature"] = temperature
    return frames


def test_frames_of_the_nearest_temperature_come_in_order_and_again() -> None:
    frames = at(300, 700, 300, 1200, 300)
    assert nearest_frames(frames, 350.0, 5) == [0, 2, 4, 0, 2]
    assert nearest_frames(frames, 2000.0, 2) == [3, 3]


def test_frames_without_temperatures_come_in_order() -> None:
    assert nearest_frames(at(None, None), 300.0, 3) == [0, 1, 0]


def test_of_two_temperatures_equally_near_the_lower_is_taken() -> None:
    assert nearest_frames(at(700, 300), 500.0, 1) == [1]


def test_velocities_have_the_exact_temperature_and_a_centre_at_rest(copper: Atoms) -> None:
    momenta, freedom = thermal_momenta(copper, 300.0, np.random.default_rng(0), rotation=True)
    assert freedom == 93
    np.testing.assert_allclose(momenta.sum(axis=0), 0.0, atol=1e-12)
    energy = kinetic_energy(momenta, copper.get_masses()[:, None])
    assert 2 * energy / (93 * units.kB) == pytest.approx(300.0, rel=1e-12)


@pytest.mark.parametrize(("name", "freedom"), [("CH3CH2OH", 21), ("CO2", 4), ("H2O", 3), ("N2", 1)])
def test_a_molecule_in_vacuum_does_not_rotate(name: str, freedom: int) -> None:
    atoms = molecule(name)
    momenta, found = thermal_momenta(atoms, 500.0, np.random.default_rng(1), rotation=False)
    assert found == freedom
    arms = atoms.positions - atoms.get_center_of_mass()
    np.testing.assert_allclose(np.cross(arms, momenta).sum(axis=0), 0.0, atol=1e-9)
    np.testing.assert_allclose(momenta.sum(axis=0), 0.0, atol=1e-9)
    energy = kinetic_energy(momenta, atoms.get_masses()[:, None])
    assert 2 * energy / (freedom * units.kB) == pytest.approx(500.0, rel=1e-12)


def test_one_atom_alone_stays_at_rest() -> None:
    momenta, freedom = thermal_momenta(Atoms("Cu"), 300.0, np.random.default_rng(0), rotation=True)
    assert (freedom, momenta.any()) == (0, False)


def test_velocity_components_are_normal_with_the_variance_of_their_mass() -> None:
    atoms = Atoms("CuH" * 200, positions=np.random.default_rng(0).normal(size=(400, 3)))
    momenta, _ = thermal_momenta(atoms, 600.0, np.random.default_rng(3), rotation=True)
    scaled = momenta / np.sqrt(atoms.get_masses()[:, None] * units.kB * 600.0)
    for element in ("Cu", "H"):
        sample = scaled[[symbol == element for symbol in atoms.get_chemical_symbols()]].ravel()
        assert stats.kstest(sample, "norm").pvalue > 0.01


def test_the_noise_never_pushes_the_centre_of_mass() -> None:
    masses = [molecule("CH3CH2OH").get_masses(), np.full(4, 63.5)]
    draw = CentredNoise(masses, [np.random.default_rng(seed) for seed in (1, 2)]).standard_normal((13, 3))
    for part, mass in ((draw[:9], masses[0]), (draw[9:], masses[1])):
        np.testing.assert_allclose((np.sqrt(mass)[:, None] * part).sum(axis=0), 0.0, atol=1e-12)


def test_the_noise_is_the_projection_of_independent_normals() -> None:
    mass = np.array([1.0, 4.0, 16.0])
    noise = CentredNoise([mass], [np.random.default_rng(1)])
    draws = np.array([noise.standard_normal((3, 3))[:, 0] for _ in range(20_000)])
    root = np.sqrt(mass / mass.sum())
    np.testing.assert_allclose(np.cov(draws.T), np.eye(3) - np.outer(root, root), atol=0.03)


def test_each_system_draws_from_its_own_generator() -> None:
    masses = [np.ones(3), np.ones(5)]
    both = CentredNoise(masses, [np.random.default_rng(1), np.random.default_rng(2)]).standard_normal((8, 3))
    alone = CentredNoise(masses[1:], [np.random.default_rng(2)]).standard_normal((5, 3))
    np.testing.assert_array_equal(both[3:], alone)


def test_noise_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="3 atoms"):
        CentredNoise([np.ones(3)], [np.random.default_rng(0)]).standard_normal((4, 3))


def test_the_bonds_of_ethanol_are_found() -> None:
    atoms = molecule("CH3CH2OH")
    pairs, lengths = find_bonds(atoms)
    assert len(pairs) == 8
    assert (lengths < 1.6).all()
    np.testing.assert_allclose(lengths, [atoms.get_distance(i, j) for i, j in pairs])


def test_a_crystal_has_no_bonds(copper: Atoms) -> None:
    pairs, lengths = find_bonds(copper)
    assert (pairs.shape, lengths.shape) == ((0, 2), (0,))


def test_the_bonds_of_a_displaced_molecule_are_those_of_the_geometry_that_was_given() -> None:
    given, other = molecule("H2O"), molecule("CH4")
    given.info.update(molecule="g2/H2O", geometry="given")
    other.info.update(molecule="g2/CH4", geometry="given")
    stretched = given.copy()
    stretched.positions[1] *= 1.4
    stretched.info["geometry"] = "normal_modes"
    frames = [other, stretched, given]

    assert reference_of(frames, stretched) is given
    np.testing.assert_allclose(find_bonds(reference_of(frames, stretched)).lengths, find_bonds(given).lengths)
    assert reference_of(frames[:2], stretched) is stretched
    assert reference_of([molecule("H2O")], molecule("NH3")).symbols.get_chemical_formula() == "H3N"
