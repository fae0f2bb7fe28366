"""Which molecules of a part are bonded as none that is trained on, and how that is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ase.build import molecule

from mlipilot.compiler.molecules.bonding import lone, surroundings, untrained
from mlipilot.compiler.molecules.words import made_in_words
from mlipilot.spec.units import BOHR


def of(name: str, part: str) -> dict[str, Any]:
    atoms = molecule(name)
    return {"name": name, "part": part, "numbers": atoms.numbers.tolist(), "positions": atoms.positions.tolist()}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("CH3CH2OH", {"C(C4,H,H,H)", "C(C4,H,H,O2)", "O(C4,H)"}),
        ("HCOOCH3", {"C(H,O1,O2)", "C(H,H,H,O2)", "O(C3)", "O(C3,C4)"}),
        ("C2H4", {"C(C3,H,H)"}),
        ("N2", {"N(N1)"}),
        ("butadiene", {"C(C3,H,H)", "C(C3,C3,H)"}),
        ("H2", set()),
        ("CH3SCH3", {"C(H,H,H,S2)", "S(C4,C4)"}),
    ],
)
def test_the_neighbours_of_heavy_atoms_are_told(name: str, found: set[str]) -> None:
    one = of(name, "train")
    assert surroundings(one["numbers"], one["positions"]) == found


def test_bonding_of_other_parts_makes_up_for_nothing() -> None:
    molecules = [of("CH3OH", "train"), of("CH3CH2OH", "valid"), of("CH3OCH3", "test"), of("H2", "test")]
    assert untrained(molecules) == {
        "valid": {"CH3CH2OH": ["C(C4,H,H,H)", "C(C4,H,H,O2)"]},
        "test": {"CH3OCH3": ["O(C4,C4)"]},
    }
    assert untrained([of("CH3OH", "train")]) == {"valid": {}, "test": {}}


def test_of_several_conformations_one_is_counted() -> None:
    again = {**of("CH3OCH3", "test"), "name": "again", "group": "CH3OCH3"}
    assert untrained([of("CH3OH", "train"), of("CH3OCH3", "test"), again])["test"] == {"CH3OCH3": ["O(C4,C4)"]}


@pytest.mark.parametrize(
    ("tested", "said"),
    [
        (["CH3OH"], None),
        (["CH3OCH3"], "1 of 1 test molecule has an atom bonded as none in train: `CH3OCH3` O(C4,C4)"),
        (
            ["CH3OCH3", "N2", "CO", "CH4", "CH3OH"],
            "4 of 5 test molecules have an atom bonded as none in train: "
            "`CH3OCH3` O(C4,C4), `N2` N(N1), `CO` C(O1), O(C1), 1 more",
        ),
    ],
)
def test_it_is_said_of_a_plan_before_anything_is_trained(tested: list[str], said: str | None) -> None:
    molecules = [of("CH3OH", "train"), of("CH3CHO", "train"), *(of(name, "test") for name in tested)]
    method = {"functional": "hf", "basis": "sto-3g", "cartesian": False, "fitting": None, "dispersion": None}
    params = {"molecules": molecules, "split": "by_molecule", "geometries": 1, "displace": {"kind": "none"}}
    words = list(made_in_words({**params, "method": method, "tolerate": 0.0}))
    assert [word for word in words if "bonded" in word] == ([said] if said else [])


@pytest.mark.parametrize(
    ("untrained", "said"),
    [
        ({"untrained": {"valid": {}, "test": {"far": ["O(C4,C4)"]}}}, ["1 of 1 test molecule has an atom"]),
        ({"untrained": {"valid": {}, "test": {}}}, []),
        ({}, []),
    ],
)
def test_a_data_set_that_was_made_says_it_without_geometries(untrained: dict[str, Any], said: list[str]) -> None:
    molecules = [{"name": "near", "part": "train"}, {"name": "far", "part": "test"}]
    method = {"functional": "hf", "basis": "sto-3g", "cartesian": False, "fitting": None, "dispersion": None}
    params = {"molecules": molecules, "split": "by_molecule", "geometries": 1, "displace": {"kind": "none"}}
    words = list(made_in_words({**params, **untrained, "method": method, "tolerate": 0.0}))
    assert [word[: len("1 of 1 test molecule has an atom")] for word in words if "bonded" in word] == said


@pytest.mark.parametrize("name", ["CH4", "H2", "butadiene", "Si2H6", "CH3SCH3"])
def test_no_atom_of_a_bound_molecule_is_alone_and_in_bohr_all_are(name: str) -> None:
    atoms = molecule(name)
    numbers = atoms.numbers.tolist()
    assert lone(numbers, (1.1 * atoms.positions).tolist()) is None
    found = lone(numbers, (atoms.positions / float(BOHR)).tolist())
    assert found is not None and found.is_in_bohr
    assert found.distance == pytest.approx(np.sort(atoms.get_distances(found.atom, range(len(atoms))))[1] / float(BOHR))


def test_an_atom_that_left_its_molecule_is_alone() -> None:
    atoms = molecule("CH4")
    atoms.positions[3] *= 12.0
    found = lone(atoms.numbers.tolist(), atoms.positions.tolist())
    assert found is not None and found.atom == 3 and not found.is_in_bohr
    assert found.distance == pytest.approx(12.0 * 1.09, rel=0.1)
