"""Forces of a trajectory against the work that its energies tell of."""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms, units
from ase.build import bulk, make_supercell
from ase.calculators.emt import EMT
from ase.md.verlet import VelocityVerlet
from scanning import labelled, scan

from mlipilot import _core


@pytest.fixture(scope="module")
def motion() -> list[Atoms]:
    """Copper in motion, with EMT's labels, the atoms wrapped at times, so that they jump through the cell."""
    atoms = make_supercell(bulk("Cu", "fcc", a=3.59), [[2, 0, 0], [0, 2, 0], [0, 0, 2]])
    atoms.calc = EMT()
    atoms.set_velocities(np.random.default_rng(0).normal(scale=0.03, size=(8, 3)))
    dynamics = VelocityVerlet(atoms, 5 * units.fs)
    images = []
    for _ in range(30):
        images.append(labelled(atoms, atoms.get_potential_energy(), atoms.get_forces()))
        images[-1].wrap()
        dynamics.run(1)
    return images


def test_sane_forces_do_the_work_and_forces_of_the_wrong_sign_do_not(path: Path, motion: list[Atoms]) -> None:
    steps, correlation = _core.work_consistency(scan(path, motion))
    assert steps == 29
    assert correlation > 0.999
    turned = [labelled(atoms, atoms.info["E"], -atoms.arrays["F"]) for atoms in motion]
    steps, correlation = _core.work_consistency(scan(path, turned))
    assert steps == 29
    assert correlation < -0.999


@pytest.mark.parametrize("unit", [1.0, 23.06, 1 / 51.42, -1.0])
def test_the_ratio_of_energy_to_work_is_that_of_their_units(path: Path, motion: list[Atoms], unit: float) -> None:
    images = [labelled(atoms, atoms.info["E"], unit * atoms.arrays["F"]) for atoms in motion]
    assert _core.work_ratio(scan(path, images)) * unit == pytest.approx(1.0, rel=0.01)


def test_steps_join_only_frames_of_one_trajectory_with_labels(path: Path, motion: list[Atoms]) -> None:
    images = [labelled(atoms, atoms.info["E"], atoms.arrays["F"]) for atoms in motion[:12]]
    for index, atoms in enumerate(images):
        atoms.info["trajectory"] = f"run {index // 4}"
    del images[5].info["E"]
    images[9] = labelled(images[9] * (2, 1, 1), 0.0, np.zeros((16, 3)))
    steps, correlation = _core.work_consistency(scan(path, images))
    assert steps == 3 + 1 + 1
    assert correlation > 0.99


def test_steps_too_short_or_too_long_prove_nothing(path: Path, motion: list[Atoms]) -> None:
    steps, correlation = _core.work_consistency(scan(path, [motion[0]] * 5))
    assert (steps, np.isnan(correlation)) == (0, True)
    far = [labelled(atoms, atoms.info["E"], atoms.arrays["F"]) for atoms in motion[:5]]
    for index, atoms in enumerate(far):
        atoms.positions += 0.3 * index
    assert _core.work_consistency(scan(path, far))[0] == 0
