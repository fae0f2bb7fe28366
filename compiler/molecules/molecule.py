"""A molecule as a source gives it."""

from __future__ import annotations

from typing import Any, NamedTuple

from mlipilot.spec.schema.elements import ELEMENTS


class Molecule(NamedTuple):
    """A geometry with a name."""

    name: str
    """Of its source, such as `g2/CH3OH`; two molecules of a data set never share it."""
    numbers: tuple[int, ...]
    positions: tuple[tuple[float, float, float], ...]
    """Å."""
    charge: int = 0
    multiplicity: int | None = None
    """Where it is stated; None: the lowest that the number of electrons allows."""
    conformation_of: str = ""
    """The name of the molecule that it is another geometry of, where its source says so."""
    frame: int | None = None
    """Of its file."""
    item: int | None = None
    """Of the list in the spec that names it or its file."""

    @property
    def stated(self) -> str:
        """The molecule that it is, as far as its source says."""
        return self.conformation_of or self.name

    @property
    def heavy(self) -> int:
        """Atoms that are no hydrogen."""
        return sum(number != 1 for number in self.numbers)

    @property
    def symbols(self) -> frozenset[str]:
        """Its elements."""
        return frozenset(ELEMENTS[number - 1] for number in self.numbers)

    def atom(self, number: int) -> str:
        """An atom in words."""
        return f"atom {number} ({ELEMENTS[self.numbers[number] - 1]})"

    def params(self) -> dict[str, Any]:
        """As a job has it."""
        return {
            "name": self.name,
            "numbers": list(self.numbers),
            "positions": [list(place) for place in self.positions],
            "charge": self.charge,
            "multiplicity": self.multiplicity,
        }


class Unusable(NamedTuple):
    """Why a source gives no molecules, or not one of them."""

    code: str
    headline: str
    field: str
    """The argument to change."""
    help: str = ""
    item: int | None = None
    """Of the argument, where it is a list and one of its items is at fault."""
