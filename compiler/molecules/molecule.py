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

    @property
    def heavy(self) -> int:
        """Atoms that are no hydrogen."""
        return sum(number != 1 for number in self.numbers)

    @property
    def symbols(self) -> frozenset[str]:
        """Its elements."""
        return frozenset(ELEMENTS[number - 1] for number in self.numbers)

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
