"""Which part each molecule goes to: all its geometries together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from mlipilot.compiler.molecules.molecule import Molecule, Unusable
from mlipilot.compiler.seeds import lot
from mlipilot.spec.numerals import count

_DRAWN = ("test", "sealed", "valid")
"""Parts in the order in which they are filled; what is left is for training."""


def parted(
    molecules: Sequence[Molecule], by: str, shares: Mapping[str, Fraction], seed: int
) -> dict[str, str] | Unusable:
    """The part of each molecule, by name: of `by_molecule` by lot, of `by_size` the largest to test and sealed."""
    sizes = _sizes(len(molecules), shares)
    if sum(sizes.values()) >= len(molecules):
        parts = ", ".join(("train", *sizes))
        headline = f"{count(len(molecules), 'molecule')} cannot fill {len(sizes) + 1} parts: {parts}"
        can_help = len(molecules) > len(sizes)
        remedy = "take more molecules" + (", or lower the shares" if can_help else "")
        return Unusable("MLP1065", headline, "split", remedy)
    order = sorted(molecules, key=lambda molecule: lot(seed, molecule.name))
    if by == "by_size":
        judged = sizes.get("test", 0) + sizes.get("sealed", 0)
        largest = sorted(order, key=lambda molecule: (-molecule.heavy, -len(molecule.numbers)))[:judged]
        names = {molecule.name for molecule in largest}
        order = [m for m in order if m.name in names] + [m for m in order if m.name not in names]
    places = [part for part in _DRAWN for _ in range(sizes.get(part, 0))]
    places += ["train"] * (len(order) - len(places))
    found = {molecule.name: part for molecule, part in zip(order, places, strict=True)}
    return {molecule.name: found[molecule.name] for molecule in molecules}


def _sizes(total: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Molecules of each part with a share: at least one."""
    return {part: max(1, round(total * shares[part])) for part in _DRAWN if shares.get(part, Fraction(0)) > 0}
