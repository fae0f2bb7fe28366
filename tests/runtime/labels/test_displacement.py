"""Displaced geometries have the amplitudes of their temperature, keep their bonds, and are drawn by name."""

import numpy as np
import pytest
from ase import units
from ase.build import molecule
from molecules_of_tests import CHEAP, water

pytest.importorskip("pyscf")

from mlipilot.runtime.labels.displacement import STRETCH, Displaced, Fast, displaced
from mlipilot.runtime.labels.failure import LabelFailure, Reason
from mlipilot.runtime.labels.geometry import Geometry
from mlipilot.runtime.labels.modes import Modes, modes, stiffness_of

MODES = {"kind": "normal_modes", "temperatures": [300.0], "each": 3}


@pytest.fixture(scope="module")
def of_water() -> Modes:
    return modes(water(), CHEAP, 500)


def _still(temperature: float, draw: np.random.Generator) -> list[np.ndarray]:
    raise AssertionError("no run was asked for")


def made(displace: dict[str, object], seed: int, of_water: Modes, name: str = "water") -> list[Displaced]:
    return list(displaced(water(), name, displace, seed, Fast(lambda: of_water, _still)))


def test_modes_are_the_vibrations_without_translations_and_rotations(of_water: Modes) -> None:
    """Wavenumbers of water by HF/STO-3G: the bend near 2100, the stretches near 4400 cm⁻¹."""
    wavenumbers = np.sqrt(of_water.stiffness / stiffness_of(1.0))
    assert wavenumbers == pytest.approx([2083.6, 4361.0, 4652.7], abs=2)
    masses = molecule("H2O").get_masses()
    for direction in of_water.directions:
        shift = direction / np.sqrt(masses)[:, None]
        assert np.abs((masses[:, None] * shift).sum(axis=0)).max() < 1e-8
        assert np.abs(np.cross(water().coordinates, masses[:, None] * shift).sum(axis=0)).max() < 1e-6


def test_a_linear_molecule_has_one_vibration_more() -> None:
    acetylene = molecule("C2H2")
    places = tuple(map(tuple, acetylene.positions.tolist()))
    assert len(modes(Geometry(tuple(acetylene.numbers.tolist()), places), CHEAP, 500).stiffness) == 3 * 4 - 5


def test_a_stiffness_is_that_of_its_wavenumber() -> None:
    """1 cm⁻¹ is an angular frequency of 2 π c: by ASE's units."""
    angular = 2 * np.pi * units._c * 100  # 1/s
    assert stiffness_of(1.0) == pytest.approx(angular**2 * units._amu * 1e-20 / units._e, rel=1e-6)


def test_each_mode_has_half_a_kt_of_energy_on_average(of_water: Modes) -> None:
    many = made({**MODES, "each": 1000}, 1, of_water)
    masses = molecule("H2O").get_masses()
    shifts = np.array([one.geometry.coordinates for one in many]) - water().coordinates
    along = np.einsum("gnx,mnx->gm", shifts * np.sqrt(masses)[:, None], of_water.directions)
    energies = 0.5 * of_water.stiffness * along**2
    assert energies.mean(axis=0) == pytest.approx(np.full(3, units.kB * 300 / 2), rel=0.15)


def test_bonds_are_kept_at_any_temperature_or_it_is_named(of_water: Modes) -> None:
    before = np.linalg.norm(water().coordinates[1:], axis=1)
    for one in made({**MODES, "temperatures": [3000.0], "each": 50}, 1, of_water):
        after = np.linalg.norm(one.geometry.coordinates[1:] - one.geometry.coordinates[0], axis=1)
        assert np.abs(after - before).max() <= STRETCH
    with pytest.raises(LabelFailure, match="none of 200 draws keeps the bonds") as caught:
        made({**MODES, "temperatures": [1e9]}, 1, of_water)
    assert caught.value.reason is Reason.GEOMETRY


def test_a_draw_depends_on_its_name_and_number_alone(of_water: Modes) -> None:
    first = made({**MODES, "temperatures": [300.0, 600.0]}, 1, of_water)
    again = made({**MODES, "temperatures": [600.0], "each": 4}, 1, of_water)
    assert first[3:] == again[:3]
    assert made(MODES, 1, of_water) == first[:3]
    assert not set(made(MODES, 2, of_water)) & set(first)
    assert not set(made(MODES, 1, of_water, "other")) & set(first)


def test_gaussian_displacements_have_their_width(of_water: Modes) -> None:
    many = made({"kind": "gaussian", "width": 0.02, "each": 400}, 1, of_water)
    shifts = np.array([one.geometry.coordinates for one in many]) - water().coordinates
    assert shifts.std() == pytest.approx(0.02, rel=0.05)
    assert {one.kind for one in many} == {"gaussian"}


def test_positions_are_those_that_a_file_holds(of_water: Modes) -> None:
    for one in made(MODES, 1, of_water):
        assert [[float(f"{x:.8f}") for x in place] for place in one.geometry.positions] == [
            list(place) for place in one.geometry.positions
        ]


DYNAMICS = {"kind": "dynamics", "temperatures": [300.0, 600.0], "each": 2}


def test_runs_give_the_places_that_they_come_to(of_water: Modes) -> None:
    asked = []

    def walk(temperature: float, draw: np.random.Generator) -> list[np.ndarray]:
        asked.append((temperature, draw.standard_normal()))
        return [water().coordinates + step * temperature * 1e-5 for step in (1, 2)]

    found = list(displaced(water(), "water", DYNAMICS, 1, Fast(lambda: of_water, walk)))
    assert [(one.kind, one.temperature) for one in found] == [("dynamics", t) for t in (300, 300, 600, 600)]
    assert found[3].geometry.coordinates == pytest.approx(water().coordinates + 0.012)
    assert [temperature for temperature, _ in asked] == [300, 600]
    assert asked[0][1] != asked[1][1]


def test_a_run_that_breaks_a_bond_is_named(of_water: Modes) -> None:
    def walk(temperature: float, draw: np.random.Generator) -> list[np.ndarray]:
        places = water().coordinates
        places[1] *= 1.5
        return [places]

    with pytest.raises(LabelFailure, match="a run at 300 K changes a bond") as caught:
        list(displaced(water(), "water", DYNAMICS, 1, Fast(lambda: of_water, walk)))
    assert caught.value.reason is Reason.GEOMETRY
