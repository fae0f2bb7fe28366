"""A geometry to be labelled, and what stands in the way of it before any integral is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.molecules.soundness import NEAREST, is_possible, spin_of
from mlipilot.runtime.labels.failure import LabelFailure, Reason


@dataclass(frozen=True)
class Geometry:
    """Atoms in space with their charge and spin."""

    numbers: tuple[int, ...]
    positions: tuple[tuple[float, float, float], ...]
    """Å."""
    charge: int = 0
    multiplicity: int | None = None
    """Stated: 1 and the number of unpaired electrons; None: the lowest that the number of electrons allows."""

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Geometry:
        """Of a plan's parameters."""
        positions = tuple((float(x), float(y), float(z)) for x, y, z in params["positions"])
        return cls(tuple(map(int, params["numbers"])), positions, params["charge"], params["multiplicity"])

    @property
    def electrons(self) -> int:
        """How many there are."""
        return spin_of(self.numbers, self.charge, self.multiplicity)[0]

    @property
    def unpaired(self) -> int:
        """Electrons without a partner."""
        return spin_of(self.numbers, self.charge, self.multiplicity)[1]

    @property
    def coordinates(self) -> NDArray[np.float64]:
        """Å, shape (N, 3)."""
        return np.array(self.positions, dtype=np.float64).reshape(-1, 3)


def require_sound(geometry: Geometry) -> None:
    """Raises `LabelFailure` for atoms on one spot, a place that is not finite, or a spin that cannot be."""
    places = geometry.coordinates
    if not np.isfinite(places).all():
        raise LabelFailure(Reason.GEOMETRY, "a position is not finite")
    apart = np.linalg.norm(places[:, None] - places[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    if len(places) > 1 and apart.min() < NEAREST:
        one, other = sorted(map(int, np.unravel_index(apart.argmin(), apart.shape)))
        raise LabelFailure(Reason.GEOMETRY, f"atoms {one} and {other} are {apart.min():.2g} Å apart")
    electrons, unpaired = geometry.electrons, geometry.unpaired
    if electrons < 1:
        raise LabelFailure(Reason.SPIN, f"a charge of {geometry.charge} leaves {electrons} electrons")
    if not is_possible(electrons, unpaired):
        raise LabelFailure(Reason.SPIN, f"{electrons} electrons cannot have the multiplicity {unpaired + 1}")
