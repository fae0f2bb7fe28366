"""What a model's output is measured against: each kind of reference energy and of scale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase import Atoms

from mlipilot.runtime.backends.mace.frames import read_split
from mlipilot.runtime.backends.mace.graphs import average_neighbours, build_graphs
from mlipilot.runtime.backends.mace.normalisation import Normalisation, normalise
from mlipilot.runtime.foundation.failures import JobFailure

Write = Callable[[list[Atoms]], Path]
FREE = {"Cu": -3.0, "Au": -4.0}
AVERAGE = {"kind": "average"}


def found(images: list[Atoms], written: Write, e0: dict[str, Any] = AVERAGE, scaling: str = "none") -> Normalisation:
    split = read_split("train", written(images), needs_stress=False, r_max=4.0)
    return normalise(split, build_graphs(split, split.elements, 4.0), e0, scaling)


@pytest.fixture
def bound(frames: list[Atoms]) -> list[Atoms]:
    """The frames with energies of free atoms, and 0.1, 0.2, 0.3 and 0.4 eV more an atom."""
    for number, atoms in enumerate(frames, 1):
        atoms.info["REF_energy"] = sum(FREE[symbol] for symbol in atoms.symbols) + 0.1 * number * len(atoms)
    return frames


def test_average_energies_are_those_that_fit_the_frames_best(bound: list[Atoms], written: Write) -> None:
    for atoms in bound:
        atoms.info["REF_energy"] = sum(FREE[symbol] for symbol in atoms.symbols)
    result = found(bound, written)
    assert result.elements == (29, 79)
    assert result.e0 == pytest.approx((FREE["Cu"], FREE["Au"]))


@pytest.mark.parametrize("kind", ["isolated", "values"])
def test_energies_of_free_atoms_are_those_of_the_file_or_of_the_spec(
    kind: str, bound: list[Atoms], written: Write
) -> None:
    free = [Atoms(s, info={"config_type": "IsolatedAtom", "REF_energy": FREE[s]}) for s in FREE]
    e0 = {"kind": kind, "values": FREE} if kind == "values" else {"kind": kind}
    result = found([*bound, *free] if kind == "isolated" else bound, written, e0)
    assert result.e0 == pytest.approx((FREE["Cu"], FREE["Au"]))


@pytest.mark.parametrize("kind", ["isolated", "values"])
def test_an_element_without_an_energy_is_named(kind: str, bound: list[Atoms], written: Write) -> None:
    free = Atoms("Cu", info={"config_type": "IsolatedAtom", "REF_energy": -3.0})
    with pytest.raises(JobFailure, match=r"no reference energy for Au$") as caught:
        found([*bound, free], written, {"kind": kind, "values": {"Cu": -3.0}})
    assert caught.value.code == "MLP0811"


def test_an_energy_that_is_not_finite_is_named(bound: list[Atoms], written: Write) -> None:
    with pytest.raises(JobFailure, match="the reference energy of Au is not finite: nan") as caught:
        found(bound, written, {"kind": "values", "values": {"Cu": -3.0, "Au": float("nan")}})
    assert caught.value.code == "MLP0811"


def test_each_scale_is_its_formula(bound: list[Atoms], written: Write) -> None:
    values = {"kind": "values", "values": FREE}
    forces = np.concatenate([atoms.arrays["REF_forces"] for atoms in bound])
    assert found(bound, written, values, "none").scale == 1.0
    assert found(bound, written, values, "rms_forces").scale == pytest.approx(np.sqrt(np.mean(forces**2)), rel=1e-6)
    assert found(bound, written, values, "std_energy").scale == pytest.approx(np.std([0.1, 0.2, 0.3, 0.4], ddof=1))


@pytest.mark.parametrize("scaling", ["rms_forces", "std_energy"])
def test_a_scale_of_nothing_is_one(scaling: str, bound: list[Atoms], written: Write) -> None:
    bound[0].arrays["REF_forces"] *= 0.0
    assert found(bound[:1], written, {"kind": "values", "values": FREE}, scaling).scale == 1.0


def test_a_scale_that_is_not_finite_is_named(bound: list[Atoms], written: Write) -> None:
    bound[0].arrays["REF_forces"][:] = 1e200
    with pytest.raises(
        JobFailure, match=r"the output scale \(rms_forces\) of the training set is not finite"
    ) as caught:
        found(bound, written, AVERAGE, "rms_forces")
    assert caught.value.code == "MLP0810"


def test_the_average_number_of_neighbours_is_that_of_the_graphs(bound: list[Atoms], written: Write) -> None:
    split = read_split("train", written(bound), needs_stress=False, r_max=4.0)
    graphs = build_graphs(split, split.elements, 4.0)
    assert normalise(split, graphs, AVERAGE, "none").average_neighbours == average_neighbours(graphs)
