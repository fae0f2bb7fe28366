"""How atoms are bonded, read off their distances, and what of it other parts have that training lacks.

Which molecules a model fails on is mostly known before it is trained: those with an atom among neighbours that it was
never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

BONDED = 1.25
"""Atoms nearer than this times the sum of their covalent radii are bonded."""

JUDGED = ("valid", "test")
"""Parts whose molecules are looked at; nothing is told of sealed ones."""


def surroundings(numbers: Sequence[int], positions: Sequence[Sequence[float]]) -> frozenset[str]:
    """What surrounds each heavy atom: its neighbours, of the heavy ones with how many neighbours they have in turn.

    `C(C4,H,H,O2)` is bonded to a saturated carbon, to two hydrogens, and to an oxygen with another neighbour besides.
    Positions (N, 3) in Å.
    """
    import numpy as np
    from ase.data import chemical_symbols, covalent_radii

    places, radii = np.asarray(positions, float), covalent_radii[list(numbers)]
    apart = np.linalg.norm(places[:, None] - places[None], axis=-1)
    is_bonded = apart < BONDED * (radii[:, None] + radii[None])
    np.fill_diagonal(is_bonded, False)
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
    """By judged part and the name of each molecule that has some: the surroundings that no molecule of `train` has."""
    looked_at = ("train", *JUDGED)
    found = [(m, surroundings(m["numbers"], m["positions"])) for m in molecules if m["part"] in looked_at]
    known = frozenset[str]().union(*(bonded for m, bonded in found if m["part"] == "train"))
    return {
        part: {m["name"]: sorted(bonded - known) for m, bonded in found if m["part"] == part and bonded - known}
        for part in JUDGED
    }
