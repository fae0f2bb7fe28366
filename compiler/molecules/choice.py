"""Which molecules of a source are taken: by size, by elements, so many by lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlipilot.compiler.molecules.molecule import Molecule, Unusable
from mlipilot.compiler.seeds import lot
from mlipilot.spec.numerals import count
from mlipilot.spec.schema.elements import ELEMENTS


@dataclass(frozen=True)
class Choice:
    """What is asked of molecules."""

    molecules: int | None = None
    """How many, each with all its conformations; None: all."""
    heavy: tuple[int, int] | None = None
    elements: frozenset[str] | None = None
    seed: int = 0

    def wants(self, numbers: tuple[int, ...]) -> bool:
        """Whether a molecule of these atomic numbers is among those to draw from."""
        heavy = sum(number != 1 for number in numbers)
        if self.heavy is not None and not self.heavy[0] <= heavy <= self.heavy[1]:
            return False
        return self.elements is None or {ELEMENTS[number - 1] for number in numbers} <= self.elements

    def draw(self, found: Sequence[Molecule]) -> list[Molecule] | Unusable:
        """Those that are taken, in the order of the source; the lot of each depends on the seed and its name alone."""
        wanted = [molecule for molecule in found if self.wants(molecule.numbers)]
        if not wanted:
            return Unusable("MLP1073", "no molecule of the source is as asked", "source", "widen `heavy` or `elements`")
        if self.molecules is None:
            return wanted
        names = {molecule.stated: None for molecule in wanted}
        if self.molecules > len(names):
            headline = (
                f"{self.molecules} molecules are asked for, and the source has {count(len(names), 'such molecule')}"
            )
            return Unusable("MLP1073", headline, "molecules", "ask for fewer, or widen `heavy` or `elements`")
        drawn = set(sorted(names, key=lambda name: lot(self.seed, name))[: self.molecules])
        return [molecule for molecule in wanted if molecule.stated in drawn]
