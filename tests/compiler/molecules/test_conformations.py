"""Geometries of one molecule stay together, whatever they are called and in whatever order their atoms are."""

from __future__ import annotations

from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule

from mlipilot.compiler.molecules import frames, g2
from mlipilot.compiler.molecules.choice import Choice
from mlipilot.compiler.molecules.conformations import bond_graphs, groups_of
from mlipilot.compiler.molecules.molecule import Molecule, Unusable


def of(name: str, atoms: Atoms, conformation_of: str = "") -> Molecule:
    places = tuple((float(x), float(y), float(z)) for x, y, z in atoms.positions)
    return Molecule(name, tuple(map(int, atoms.numbers)), places, conformation_of=conformation_of)


@pytest.mark.parametrize("name", ["CH3CH2OH", "C6H6", "butadiene", "H2", "SiH4"])
def test_order_place_and_displacement_of_atoms_do_not_matter(name: str) -> None:
    draw = np.random.default_rng(1)
    atoms = molecule(name)
    other = atoms[draw.permutation(len(atoms))]
    other.rotate(40, (1, 2, 3))
    other.positions += draw.normal(scale=0.03, size=other.positions.shape) + 5
    one, same = bond_graphs([of("a", atoms), of("b", other)])
    assert one == same
    assert bond_graphs([of("c", molecule("CH4")), of("a", atoms)])[1] == one, "others do not matter"


def test_the_molecules_of_g2_are_told_apart() -> None:
    found = g2.read()
    assert not isinstance(found, Unusable)
    assert len(set(bond_graphs(found))) == len(found) == 118
    assert groups_of(found) == {one.name: one.name for one in found}


def test_a_rotamer_is_of_its_molecule_and_an_isomer_is_not() -> None:
    straight, turned = molecule("CH3CH2OH"), molecule("CH3CH2OH")
    hydroxyl = next(
        i for i in range(len(turned)) if turned.numbers[i] == 1 and turned.get_distance(i, _first(turned, 8)) < 1.1
    )
    turned.set_dihedral(_first(turned, 6), _carbon_of_oxygen(turned), _first(turned, 8), hydroxyl, 60)
    found = groups_of([of("a", straight), of("b", molecule("CH3OCH3")), of("c", turned)])
    assert found == {"a": "a", "b": "b", "c": "a"}


def _first(atoms: Atoms, number: int) -> int:
    return next(i for i in range(len(atoms)) if atoms.numbers[i] == number)


def _carbon_of_oxygen(atoms: Atoms) -> int:
    oxygen = _first(atoms, 8)
    return min(
        (i for i in range(len(atoms)) if atoms.numbers[i] == 6), key=lambda i: float(atoms.get_distance(i, oxygen))
    )


def test_a_stated_molecule_is_one_although_a_bond_is_broken_and_brings_others_along() -> None:
    whole, broken = molecule("H2"), Atoms("H2", [(0, 0, 0), (0, 0, 3)])
    found = groups_of([of("a", whole), of("a#1", broken, "a"), of("b", broken), of("c", molecule("N2"))])
    assert found == {"a": "a", "a#1": "a", "b": "a", "c": "c"}


def test_molecules_that_a_later_geometry_joins_are_one() -> None:
    whole, broken = molecule("H2"), Atoms("H2", [(0, 0, 0), (0, 0, 3)])
    found = groups_of([of("a", whole), of("b", broken), of("b#2", whole, "b"), of("b#3", broken, "b")])
    assert found == {"a": "a", "b": "a", "b#2": "a", "b#3": "a"}


def test_frames_of_one_name_are_drawn_together(tmp_path: Path) -> None:
    written = []
    for name in ("H2O", "H2O", "CH4", "NH3", "H2O"):
        atoms = molecule(name)
        atoms.info = {"name": name}
        written.append(atoms)
    ase.io.write(tmp_path / "few.xyz", written)
    found = frames.read(tmp_path / "few.xyz", "few", lambda numbers: True)
    assert not isinstance(found, Unusable)
    assert [(one.name, one.conformation_of) for one in found] == [
        ("few/H2O", ""),
        ("few/H2O#1", "few/H2O"),
        ("few/CH4", ""),
        ("few/NH3", ""),
        ("few/H2O#4", "few/H2O"),
    ]
    for seed in range(8):
        drawn = Choice(molecules=1, seed=seed).draw(found)
        assert not isinstance(drawn, Unusable)
        assert len(drawn) == (3 if drawn[0].name == "few/H2O" else 1)
    too_many = Choice(molecules=4).draw(found)
    assert isinstance(too_many, Unusable) and "has 3 such molecules" in too_many.headline
