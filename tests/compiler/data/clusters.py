"""Small labelled structures as extended XYZ text, whose energies and forces belong together.

A cluster of four atoms, or four in a cubic cell, rattled by a seed and bound by springs between all pairs.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from pathlib import Path

ATOMS = {"H": -1.0, "C": -5.0, "O": -7.0, "Cu": -3.0, "Au": -4.0}
"""Energy of each free atom, eV."""
_CORNERS = [(0, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 1)]
_REST, _STIFFNESS = 2.5, 2.0
COPPER = ("Cu", "Cu", "Cu", "Cu")


def frame(
    seed: int,
    symbols: Sequence[str] = COPPER,
    *,
    energy: str | None = "REF_energy",
    forces: str | None = "REF_forces",
    rattle: float = 0.15,
    shift: float = 0.0,
    scale: float = 1.0,
    header: str = "",
) -> str:
    """One frame; a label without a key is left out, `shift` (eV) is added to the energy, `scale` multiplies forces."""
    draw = random.Random(seed)
    edge = _REST / math.sqrt(2)
    places = [[edge * c + draw.gauss(0, rattle) for c in corner] for corner in _CORNERS[: len(symbols)]]
    total = sum(ATOMS[symbol] for symbol in symbols) + shift
    pulls = [[0.0, 0.0, 0.0] for _ in symbols]
    for i, j in itertools.combinations(range(len(symbols)), 2):
        vector = [b - a for a, b in zip(places[i], places[j], strict=True)]
        distance = math.hypot(*vector)
        total += _STIFFNESS / 2 * (distance - _REST) ** 2
        for axis in range(3):
            pull = _STIFFNESS * (distance - _REST) * vector[axis] / distance
            pulls[i][axis] += pull
            pulls[j][axis] -= pull
    labels = f" {energy}={total!r}" if energy else ""
    column = f":{forces}:R:3" if forces else ""
    rows = []
    for symbol, place, pull in zip(symbols, places, pulls, strict=True):
        numbers = [*place, *([scale * p for p in pull] if forces else [])]
        rows.append(" ".join([symbol, *(f"{number:.8f}" for number in numbers)]))
    properties = f"Properties=species:S:1:pos:R:3{column}"
    return "\n".join([str(len(symbols)), f"{properties}{labels} {header}".rstrip(), *rows]) + "\n"


def atom(symbol: str, header: str = "config_type=IsolatedAtom", energy: str | None = "REF_energy") -> str:
    """A frame of one free atom."""
    label = f" {energy}={ATOMS[symbol]}" if energy else ""
    return f"1\nProperties=species:S:1:pos:R:3{label} {header}".rstrip() + f"\n{symbol} 0 0 0\n"


def write_splits(folder: Path, first: int = 0) -> None:
    """`train.xyz`, `valid.xyz` and `test.xyz` with nothing to be said against them: 12, 4 and 4 frames of copper."""
    seeds = itertools.count(first)
    for name, count in (("train", 12), ("valid", 4), ("test", 4)):
        (folder / f"{name}.xyz").write_text("".join(frame(next(seeds)) for _ in range(count)))
