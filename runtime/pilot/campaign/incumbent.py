"""The design that a candidate must beat: the baseline, or what was accepted last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mlipilot.runtime.pilot.campaign import judging
from mlipilot.runtime.pilot.campaign.design import Design
from mlipilot.runtime.pilot.campaign.measurement import Measurement
from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.runtime.pilot.gate.noise import mean


@dataclass
class Incumbent:
    """A design with what is known of it."""

    design: Design
    trial: int
    is_feasible: bool
    """Whether it satisfies the scorecard; one that does not is replaced by the first design that does."""
    runs: list[Measurement] = field(default_factory=list)
    """Whole runs, each under a seed by which it was not chosen."""
    screens: list[Measurement] = field(default_factory=list)
    """The same at the fidelity of a screen."""
    _losses: list[float] = field(default_factory=list, repr=False)
    _mean: list[float] = field(default_factory=list, repr=False)

    def loss(self, rules: Sequence[Rule]) -> list[float]:
        """The mean loss of its whole runs, as the one value of a list; empty where there are none.

        A candidate of the ten-thousandth trial is compared with thousands of runs: none is looked at twice.
        """
        fresh = self.runs[len(self._losses) :]
        if fresh:
            self._losses += judging.losses(rules, fresh)
            self._mean = [mean(self._losses)]
        return self._mean
