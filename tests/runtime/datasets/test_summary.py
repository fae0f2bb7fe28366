"""The summary of a dataset."""

from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

from mlipilot.runtime.datasets.frames import labelled
from mlipilot.runtime.datasets.summary import shortest_distance, summarize
from mlipilot.runtime.foundation.failures import JobFailure


def frame(atoms: Atoms, **info: object) -> Atoms:
    stress = np.zeros(6) if atoms.pbc.all() else None
    return labelled(atoms, energy=1.0, forces=np.full((len(atoms), 3), 2.0), stress=stress, info=info)


def test_the_shortest_distance_counts_periodic_images() -> None:
    assert shortest_distance([bulk("Cu", "fcc", a=3.6), bulk("Cu", "fcc", a=3.7)]) == pytest.approx(3.6 / np.sqrt(2))


def test_the_shortest_distance_is_found_however_long() -> None:
    far = Atoms("Ar2", positions=[[0, 0, 0], [0, 0, 17.0]])
    assert shortest_distance([far]) == pytest.approx(17.0)
    assert shortest_distance([Atoms("Ar"), far, Atoms("Ar2", positions=[[0, 0, 0], [0, 0, 9.0]])]) == pytest.approx(9.0)


def test_without_pairs_there_is_no_shortest_distance() -> None:
    assert shortest_distance([Atoms("Ar")]) is None


def test_labels_are_those_every_frame_of_a_split_has() -> None:
    crystal, atom = bulk("Cu"), Atoms("Ag")
    splits = {"train": [frame(crystal, temperature=300.0), frame(atom)], "valid": [frame(crystal)], "test": []}
    summary = summarize(splits)
    assert summary["labels"] == {"train": ["energy", "forces"], "valid": ["energy", "forces", "stress"], "test": []}
    assert summary["elements"] == ["Cu", "Ag"]
    assert summary["frames"] == {"train": 2, "valid": 1, "test": 0}
    assert summary["rms_force"] == pytest.approx(2.0)
    assert summary["temperatures"] == [300.0]


def test_two_atoms_on_one_place_are_named_with_their_frame() -> None:
    sound = Atoms("Cu2", [[0, 0, 0], [0, 0, 2.5]])
    broken = Atoms("Cu2", [[0, 0, 0], [0, 0, 0]])

    with pytest.raises(JobFailure, match="frame 1") as failure:
        shortest_distance([sound, broken])

    assert failure.value.code == "MLP0811"
