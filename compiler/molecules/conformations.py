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
    for molecule, graph in zip(molecules, bond_graphs(molecules), strict=True):
        stated = _root(first, molecule.stated)
        found = _root(first, alike.setdefault(graph, stated))
        first[molecule.name] = first[stated] = found
    return {molecule.name: _root(first, molecule.name) for molecule in molecules}


def _root(first: dict[str, str], name: str) -> str:
    while first.get(name, name) != name:
        name = first[name]
    return name


def bond_graphs(molecules: Sequence[Molecule]) -> list[int]:
    """Numbers that are the same for the same atoms bonded alike, in whatever order, and hardly ever for others.

    The elements, then what surrounds each atom, are hashed over and over: the test of Weisfeiler and Leman. All
    molecules are one graph of many pieces.
    """
    if not molecules:
        return []
    import numpy as np

    sizes = [len(molecule.numbers) for molecule in molecules]
    starts = np.cumsum([0, *sizes[:-1]])
    pairs = [np.argwhere(bonds(molecule.numbers, molecule.positions)) for molecule in molecules]
    atoms, others = np.concatenate([pair + start for pair, start in zip(pairs, starts, strict=True)]).T
    seen = _mixed(np.concatenate([np.asarray(molecule.numbers, np.uint64) for molecule in molecules]))
    for _ in range(_SHELLS):
        around = np.zeros_like(seen)
        np.add.at(around, atoms, _mixed(seen)[others])
        seen = _mixed(np.uint64(3) * seen + around)
    found: list[int] = np.add.reduceat(_mixed(seen), starts).tolist()
    return found


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each scattered over all numbers of 64 bits (the finisher of SplitMix64)."""
    import numpy as np

    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    return numbers ^ (numbers >> np.uint64(31))
