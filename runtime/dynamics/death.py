"""When a replica dies as it runs: the scorecard's criteria, on each stored frame as it is stored.

The criteria are the kernel's (`_core.death`), so that who counts the survivors later finds the same deaths.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from ase import Atoms
from numpy.typing import NDArray

from mlipilot import _core
from mlipilot.runtime.dynamics.bonds import Bonds

Floats = NDArray[np.float64]
CAUSES = {
    "non_finite": "a value was no longer finite",
    "too_hot": "too hot",
    "heat_jump": "a jump of the temperature",
    "too_close": "two atoms too close",
    "bond_broken": "a broken bond",
}
"""The kernel's words for a cause, as a line says them."""


@dataclass
class Watch:
    """One replica's last stored frames, as many as a criterion looks back."""

    start: Atoms
    target_temperature: float
    """K."""
    training_minimum: float | None
    """The shortest distance of the training set, Å; None where it has none, so that nothing can be too close."""
    bonds: Bonds
    """Those that may not break, with their lengths at rest."""
    _positions: deque[Floats] = field(default_factory=lambda: deque(maxlen=_core.CLOSE_FRAMES))
    _temperatures: deque[float] = field(default_factory=lambda: deque(maxlen=_core.CLOSE_FRAMES))

    def take(self, positions: Floats, temperature: float) -> str | None:
        """The cause of death that a frame (n, 3) Å shows with those before it, None while the replica lives."""
        self._positions.append(positions)
        self._temperatures.append(temperature)
        if self.training_minimum is None:
            return None
        bonded = len(self.bonds.pairs) > 0
        death = _core.death(
            np.array(self._positions),
            np.ascontiguousarray(self.start.cell.array, dtype=np.float64),
            np.ascontiguousarray(self.start.pbc, dtype=np.bool_),
            np.array(self._temperatures),
            target_temperature=self.target_temperature,
            training_minimum=self.training_minimum,
            bonds=self.bonds.pairs if bonded else None,
            bond_lengths=self.bonds.lengths if bonded else None,
        )
        return None if death is None else str(death.cause)


def deaths_in_words(causes: list[str], times: list[float]) -> str:
    """`16 died: a broken bond (14), two atoms too close (2), the first at 0.04 ps`; times in ps. Empty without any."""
    if not causes:
        return ""
    counts = {cause: causes.count(cause) for cause in dict.fromkeys(causes)}
    words = ", ".join(
        CAUSES.get(cause, cause.replace("_", " ")) + (f" ({count})" if len(counts) > 1 else "")
        for cause, count in counts.items()
    )
    first = f"at {min(times):.3g} ps" if len(causes) == 1 else f"the first at {min(times):.3g} ps"
    return f"{len(causes)} died: {words}, {first}"


__all__ = ["CAUSES", "Watch", "deaths_in_words"]
