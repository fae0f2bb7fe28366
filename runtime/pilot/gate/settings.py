"""What a gate is told: how sure it must be, and how much it may measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mlipilot.spec.one_line import in_a_line


class Unknown(NamedTuple):
    """Nothing can be said, and why."""

    reason: str


@dataclass(frozen=True)
class Settings:
    """Of one campaign; gains and slack are in units of σ, the standard deviation of one run over seeds.

    The defaults are those that `tests/sim/campaigns.py` found to keep most real gains of 2 σ for the runs they cost.
    """

    alpha: float = 0.05
    """Chance of accepting, in the whole campaign, a change that is none."""
    confirm_seeds: int = 5
    """Fresh seeds of each arm that a look adds."""
    looks: int = 3
    """How often a confirmation may look before it must decide."""
    minimum_gain: float = 0.5
    """A gain that is estimated smaller is not accepted, however sure."""
    screen_seeds: int = 1
    """Seeds that a candidate is screened by."""
    slack: float = -0.5
    """How much worse than the incumbent a candidate may look in the screen; below 0, how much better it must."""
    horizon: int = 20
    """After this many confirmations half of `alpha` is spent; the rest lasts for any number."""

    def share(self, look: int) -> float:
        """The part of a confirmation's level that a look, counted from 1, may spend; the parts sum to 1.

        As the square of its number: little is spent early, as O'Brien and Fleming, Biometrics 35, 549 (1979), advise,
        and since the parts are summed, whatever is correlated between looks only makes the gate stricter.
        """
        return look**2 / sum(other**2 for other in range(1, self.looks + 1))

    def __repr__(self) -> str:
        return in_a_line(
            "Settings", f"alpha = {self.alpha:g}, confirm_seeds = {self.confirm_seeds}, looks = {self.looks}"
        )
