"""The design that a candidate must beat: the baseline, or what was accepted last."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlipilot.runtime.pilot.campaign.design import Design
from mlipilot.runtime.pilot.campaign.measurement import Measurement


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
