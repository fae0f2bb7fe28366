"""Which geometries are of one molecule: no molecule is trained on in one conformation and tested in another.

Geometries are of one molecule where their source gives them one name, or where the same atoms are bonded alike. Isomers
that differ in space alone, such as cis and trans, count as one: what is learnt of one tells much of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlipilot.compiler.molecules.bonding import bonds
from mlipilot.compiler.molecules.molecule import Molecule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHELLS = 7
"""Bonds that the surroundings of an atom are told apart by."""


def groups_of(molecules: Sequence[Molecule]) -> dict[str, str]:
    """By the name of each geometry, the name of the first that is of the same molecule."""
    first: dict[str, str] = {}
    alike: dict[int, str] = {}
    for molecule in molecules:
        stated = _root(first, molecule.stated)
        found = _root(first, alike.setdefault(bond_graph(molecule), stated))
        first[molecule.name] = first[stated] = found
    return {molecule.name: _root(first, molecule.name) for molecule in molecules}


def _root(first: dict[str, str], name: str) -> str:
    while first.get(name, name) != name:
        name = first[name]
    return name


def bond_graph(molecule: Molecule) -> int:
    """A number that is the same for the same atoms bonded alike, in whatever order, and hardly ever for others.

    The elements, then what surrounds each atom, are hashed over and over: the test of Weisfeiler and Leman.
    """
    import numpy as np

    near = bonds(molecule.numbers, molecule.positions).astype(np.uint64)
    seen = _mixed(np.asarray(molecule.numbers, np.uint64))
    for _ in range(min(_SHELLS, len(molecule.numbers))):
        seen = _mixed(np.uint64(3) * seen + near @ _mixed(seen))
    return int(_mixed(seen).sum())


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each scattered over all numbers of 64 bits (the finisher of SplitMix64)."""
    import numpy as np

    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    return numbers ^ (numbers >> np.uint64(31))
