"""How many compositions are independent of each other: what an average over them can tell of its elements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from mlipilot.compiler.molecules.molecule import Molecule


def independent_compositions(molecules: Iterable[Molecule]) -> int:
    """The rank of the molecules' numbers of atoms of each element, exactly."""
    counts = {frozenset(Counter(molecule.numbers).items()) for molecule in molecules}
    elements = sorted({number for composition in counts for number, _ in composition})
    basis: list[tuple[int, list[Fraction]]] = []  # each row with the column of its leading 1
    for composition in sorted(counts, key=sorted):
        have = dict(composition)
        row = _reduced([Fraction(have.get(number, 0)) for number in elements], basis)
        lead = next((place for place, value in enumerate(row) if value), None)
        if lead is not None:
            basis.append((lead, [value / row[lead] for value in row]))
            if len(basis) == len(elements):
                break
    return len(basis)


def _reduced(row: list[Fraction], basis: Sequence[tuple[int, list[Fraction]]]) -> list[Fraction]:
    """A row less its share of each of the basis, in their order."""
    for lead, known in basis:
        share = row[lead]
        if share:
            row = [value - share * other for value, other in zip(row, known, strict=True)]
    return row
