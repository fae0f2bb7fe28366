"""A closed shell is named unstable where PySCF's own analysis, which takes sixty times as long, says so."""

from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule
from molecules_of_tests import B3LYP

pytest.importorskip("pyscf")

from mlipilot.runtime.labels.convergence import converge
from mlipilot.runtime.labels.method import Method
from mlipilot.runtime.labels.stability import UNSTABLE, lowest_curvature
from mlipilot.spec.units import BOHR

HARTREE_FOCK = Method("hf", "6-31g(d)", cartesian=True)


def hydrogen(length: float) -> Atoms:
    return Atoms("H2", [[0, 0, 0], [0, 0, length]])


def turned_ethylene(angle: float) -> Atoms:
    """One end turned about the double bond, by degrees."""
    atoms = molecule("C2H4")
    axis = atoms.positions[1] - atoms.positions[0]
    centre = atoms.positions[:2].mean(axis=0)
    end = [place for place in range(2, 6) if np.dot(atoms.positions[place] - centre, axis) > 0]
    part = atoms[end]
    part.rotate(angle, axis, center=centre)
    atoms.positions[end] = part.positions
    return atoms


CASES = {
    "H2": hydrogen(0.74),
    "H2-1.4": hydrogen(1.4),
    "H2-1.6": hydrogen(1.6),
    "O2": Atoms("O2", [[0, 0, 0], [0, 0, 1.21]]),
    "C2": Atoms("C2", [[0, 0, 0], [0, 0, 1.25]]),
    "H2O": molecule("H2O"),
    "N2O": molecule("N2O"),
    "C2H4": molecule("C2H4"),
    "C2H4-90": turned_ethylene(90),
}
OPEN = {"b3lyp": {"H2-1.6", "O2", "C2", "C2H4-90"}}
OPEN["hf"] = OPEN["b3lyp"] | {"H2-1.4", "N2O", "C2H4"}


def field_of(atoms: Atoms, method: Method) -> Any:
    made = method.molecule(atoms.numbers, atoms.positions / float(BOHR), 0, 0)
    return converge(lambda: method.field(made, unrestricted=False, memory=500)).field


@pytest.mark.parametrize("method", [B3LYP, HARTREE_FOCK], ids=["b3lyp", "hf"])
def test_closed_shells_that_are_no_ground_states_are_known(method: Method) -> None:
    found = {name for name, atoms in CASES.items() if lowest_curvature(field_of(atoms, method)) < UNSTABLE}
    assert found == OPEN[method.functional]


@pytest.mark.parametrize("name", ["H2", "H2-1.4", "H2-1.6", "C2"])
def test_the_answer_is_that_of_pyscf(name: str) -> None:
    for method in (B3LYP, HARTREE_FOCK):
        field = field_of(CASES[name], method)
        stable = bool(field.stability(internal=False, external=True, return_status=True)[3])
        assert (lowest_curvature(field) > UNSTABLE) == stable


def test_a_molecule_without_an_empty_orbital_has_nowhere_to_go() -> None:
    assert lowest_curvature(field_of(Atoms("He"), Method("hf", "sto-3g"))) == float("inf")
