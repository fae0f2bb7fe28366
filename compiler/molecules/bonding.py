"""How atoms are bonded, read off their distances, and what of it other parts have that training lacks.

Which molecules a model fails on is mostly known before it is trained: those with an atom among neighbours that it was
never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mlipilot.spec.units import BOHR

if TYPE_CHECKING:  # checks of specs without data do not wait for it
    from numpy.typing import NDArray

BONDED = 1.25
"""Atoms nearer than this times the sum of their covalent radii are bonded."""

LONE = 1.5
"""An atom that is as many such sums away from all others is bonded to none, however far its bond is stretched."""

JUDGED = ("valid", "test")
"""Parts whose molecules are looked at; nothing is told of sealed ones."""


def bonds(numbers: Sequence[int], positions: Sequence[Sequence[float]]) -> NDArray[Any]:
    """Which atoms are bonded: true and false, shape (N, N). Positions (N, 3) in Å."""
    shares = _shares(numbers, apart(positions))
    found: NDArray[Any] = shares < BONDED
    return found


def apart(positions: Sequence[Sequence[float]]) -> NDArray[Any]:
    """Distances between atoms, shape (N, N), Å; none to itself: infinite."""
    import numpy as np

    places = np.asarray(positions, float)
    found: NDArray[Any] = np.linalg.norm(places[:, None] - places[None], axis=-1)
    np.fill_diagonal(found, np.inf)
    return found


class Lone(NamedTuple):
    """An atom that is bonded to none."""

    atom: int
    distance: float
    """Å to the nearest other."""
    is_in_bohr: bool
    """Whether all atoms of the molecule would be bonded if its positions were in Bohr."""


def lone(numbers: Sequence[int], positions: Sequence[Sequence[float]]) -> Lone | None:
    """The atom of a molecule that is farthest from all others, where that is farther than a stretched bond."""
    distances = apart(positions)
    nearest = _shares(numbers, distances).min(axis=1)
    if (nearest < LONE).all():
        return None
    atom = int(nearest.argmax())
    return Lone(atom, float(distances[atom].min()), bool((float(BOHR) * nearest < BONDED).all()))


def longest(numbers: Sequence[int], positions: Sequence[Sequence[float]]) -> float:
    """The largest distance of an atom to the nearest that it is bonded to, Å; 0 where none is bonded."""
    distances = apart(positions)
    is_bonded = (_shares(numbers, distances) < BONDED).any(axis=1)
    return float(distances.min(axis=1)[is_bonded].max(initial=0.0))


def _shares(numbers: Sequence[int], distances: NDArray[Any]) -> NDArray[Any]:
    """Distances over the sums of the covalent radii, shape (N, N)."""
    from ase.data import covalent_radii

    radii = covalent_radii[list(numbers)]
    found: NDArray[Any] = distances / (radii[:, None] + radii[None])
    return found


def surroundings(numbers: Sequence[int], positions: Sequence[Sequence[float]]) -> frozenset[str]:
    """What surrounds each heavy atom: its neighbours, of the heavy ones with how many neighbours they have in turn.

    `C(C4,H,H,O2)` is bonded to a saturated carbon, to two hydrogens, and to an oxygen with another neighbour besides.
    Positions (N, 3) in Å.
    """
    from ase.data import chemical_symbols

    is_bonded = bonds(numbers, positions)
    symbols = [chemical_symbols[number] for number in numbers]
    seen = [
        symbol if symbol == "H" else f"{symbol}{count}"
        for symbol, count in zip(symbols, is_bonded.sum(axis=1).tolist(), strict=True)
    ]
    return frozenset(
        f"{symbol}({','.join(sorted(other for other, near in zip(seen, row, strict=True) if near))})"
        for symbol, row in zip(symbols, is_bonded.tolist(), strict=True)
        if symbol != "H"
    )


def untrained(molecules: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """By judged part and the name of each molecule that has some: the surroundings that no molecule of `train` has.

    Of several conformations of a molecule the first is looked at.
    """
    looked_at = ("train", *JUDGED)
    found = [(m, surroundings(m["numbers"], m["positions"])) for m in molecules if m["part"] in looked_at]
    known = frozenset[str]().union(*(bonded for m, bonded in found if m["part"] == "train"))
    return {
        part: {
            m["name"]: sorted(bonded - known)
            for m, bonded in found
            if m["part"] == part and "group" not in m and bonded - known
        }
        for part in JUDGED
    }
