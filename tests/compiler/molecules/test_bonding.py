"""Which molecules of a part are bonded as none that is trained on, and how that is said."""

from __future__ import annotations

from typing import Any

import pytest
from ase.build import molecule

from mlipilot.compiler.molecules.bonding import surroundings, untrained
from mlipilot.compiler.molecules.words import made_in_words


def of(name: str, part: str) -> dict[str, Any]:
    atoms = molecule(name)
    return {"name": name, "part": part, "numbers": atoms.numbers.tolist(), "positions": atoms.positions.tolist()}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("CH3CH2OH", {"C(CHHH)", "C(CHHO)", "O(CH)"}),
        ("HCOOCH3", {"C(HOO)", "C(HHHO)", "O(C)", "O(CC)"}),
        ("C2H4", {"C(CHH)"}),
        ("N2", {"N(N)"}),
        ("H2", set()),
        ("CH3SCH3", {"C(HHHS)", "S(CC)"}),
    ],
)
def test_the_neighbours_of_heavy_atoms_are_told(name: str, found: set[str]) -> None:
    one = of(name, "train")
    assert surroundings(one["numbers"], one["positions"]) == found


def test_bonding_of_other_parts_makes_up_for_nothing() -> None:
    molecules = [of("CH3OH", "train"), of("CH3CH2OH", "valid"), of("CH3OCH3", "test"), of("H2", "test")]
    assert untrained(molecules, "valid") == {"CH3CH2OH": ["C(CHHH)", "C(CHHO)"]}
    assert untrained(molecules, "test") == {"CH3OCH3": ["O(CC)"]}
    assert untrained([of("CH3OH", "train")], "test") == {}


@pytest.mark.parametrize(
    ("tested", "said"),
    [
        (["CH3OH"], None),
        (["CH3OCH3"], "1 of 1 test molecule has an atom bonded as none in train: `CH3OCH3` O(CC)"),
        (
            ["CH3OCH3", "N2", "CO", "CH4", "CH3OH"],
            "4 of 5 test molecules have an atom bonded as none in train: `CH3OCH3` O(CC), `N2` N(N), `CO` C(O), 1 more",
        ),
    ],
)
def test_it_is_said_of_a_plan_before_anything_is_trained(tested: list[str], said: str | None) -> None:
    molecules = [of("CH3OH", "train"), of("CH3CHO", "train"), *(of(name, "test") for name in tested)]
    method = {"functional": "hf", "basis": "sto-3g", "cartesian": False, "fitting": None, "dispersion": None}
    params = {"molecules": molecules, "split": "by_molecule", "geometries": 1, "displace": {"kind": "none"}}
    words = list(made_in_words({**params, "method": method, "tolerate": 0.0}))
    assert [word for word in words if "bonded" in word] == ([said] if said else [])
