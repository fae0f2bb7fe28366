"""Smooth overlaps of atomic positions: what they do not change with, whose mean they are, and what they predict."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from ase.calculators.emt import EMT

from mlipilot.compiler.encodings.data import soap as known
from mlipilot.runtime.datasets.frames import labelled, write_frames
from mlipilot.runtime.encodings.datasets.named import facts_of_samples, samples
from mlipilot.runtime.encodings.datasets.soap import power_spectra
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.spec.schema.labels import CONFIG_TYPE, ENERGY, ISOLATED_ATOM


def frame(seed: int, trajectory: str = "", elements: str = "Cu") -> Atoms:
    """A shaken crystal with its labels."""
    atoms = bulk("Cu", cubic=True)
    if elements != "Cu":
        atoms.symbols[0] = elements
    atoms.rattle(0.1, seed=seed)
    atoms.calc = EMT()
    info = {"trajectory": trajectory} if trajectory else {}
    return labelled(
        atoms, energy=atoms.get_potential_energy(), forces=atoms.get_forces(), stress=atoms.get_stress(), info=info
    )


def alone() -> Atoms:
    return labelled(Atoms("Cu"), energy=0.0, forces=np.zeros((1, 3)), stress=None, info={CONFIG_TYPE: ISOLATED_ATOM})


def inputs(folder: Path, **splits: list[Atoms]) -> dict[str, Path]:
    """Files of splits, as a dataset job writes them."""
    for split in known.SPLITS:
        write_frames(folder / f"{split}.xyz", splits.get(split, []))
    return {split: folder / f"{split}.xyz" for split in known.SPLITS}


SOAP = {"kind": "soap", "arguments": {"data": "cu", "r_cut": 4.5}, "name": "soap(data = cu, r_cut = 4.5 Å)"}


def test_frames_of_all_splits_are_described_and_isolated_atoms_left_out(tmp_path: Path) -> None:
    frames = [frame(seed) for seed in range(4)]
    data = samples(SOAP, inputs(tmp_path, train=[alone(), *frames[:2]], valid=frames[2:3], test=frames[3:]))
    assert data.X.shape == (4, known.features(1)) == (4, 90)
    energies = [found.info[ENERGY.key] / len(found) for found in frames]
    np.testing.assert_allclose(data.y, energies, rtol=1e-7)
    assert (data.task, data.unit, data.groups) == ("numbers", "eV/atom", None)
    np.testing.assert_allclose(data.X, power_spectra(frames, 4.5), rtol=1e-5)
    assert facts_of_samples(data).unit == "eV/atom"


def test_trajectories_are_groups_and_a_frame_without_one_stands_alone(tmp_path: Path) -> None:
    train = [frame(0, "a"), frame(1), frame(2, "b")]
    data = samples(SOAP, inputs(tmp_path, train=train, test=[frame(3, "a"), frame(4)]))
    assert data.groups is not None
    assert data.groups.tolist() == [0, 1, 2, 0, 3]


def test_frames_of_several_elements_have_the_columns_of_all(tmp_path: Path) -> None:
    data = samples(SOAP, inputs(tmp_path, train=[frame(0), frame(1, elements="Au")]))
    assert data.X.shape == (2, known.features(2))
    assert np.count_nonzero(data.X[0] == 0) > np.count_nonzero(data.X[1] == 0)


def test_a_description_does_not_change_with_rotation_order_or_repetition() -> None:
    water, crystal = molecule("CH3CH2OH"), frame(0)
    turned = water.copy()
    turned.rotate(40, (1, 2, 3))
    shuffled = water[np.random.default_rng(0).permutation(len(water))]
    repeated = crystal * (2, 1, 1)
    first, *others = power_spectra([water, turned, shuffled], 4.0)
    for other in others:
        np.testing.assert_allclose(other, first, rtol=1e-6, atol=1e-8)
    one, two = power_spectra([crystal, repeated], 4.0)
    np.testing.assert_allclose(two, one, rtol=1e-6, atol=1e-8)


def test_axes_without_a_vector_repeat_nothing() -> None:
    free, periodic = molecule("H2O"), molecule("H2O")
    periodic.pbc = True
    first, second = power_spectra([free, periodic], 3.0)
    np.testing.assert_array_equal(first, second)
    slab, padded = bulk("Cu", cubic=True), bulk("Cu", cubic=True)
    slab.cell[2] = 0
    padded.cell[2] = (0, 0, 50)
    first, second = power_spectra([slab, padded], 4.0)
    np.testing.assert_allclose(first, second, rtol=1e-6)


def test_a_data_set_without_frames_or_energies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JobFailure, match="has no frame besides isolated atoms"):
        samples(SOAP, inputs(tmp_path, train=[alone()]))
    bare = frame(0)
    del bare.info[ENERGY.key]
    with pytest.raises(JobFailure, match="frame 1 of the valid split has no energy"):
        samples(SOAP, inputs(tmp_path, train=[frame(1)], valid=[frame(2), bare]))
