"""The screen: a first, cheap look at a candidate, which can only end it.

What it measured is never used to accept: the confirmation has fresh seeds. So the screen may be as lenient or strict as
suits the budget, and no level is spent on what it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from mlipilot.runtime.pilot.gate.noise import Noise, is_number, mean
from mlipilot.runtime.pilot.gate.settings import Settings


class Screening(NamedTuple):
    """What the screen says: `more` asks for the next seed of the race."""

    outcome: Literal["pass", "stop", "more"]
    gain: float | None
    """By how much the candidate looks better, in the metric's unit."""
    reason: str


def screen(candidate: Sequence[float], incumbent: Sequence[float], noise: Noise, settings: Settings) -> Screening:
    """Race a candidate against the incumbent seed by seed: it is out as soon as it looks worse than the slack allows.

    Values of a metric that is minimised, both arms at the same fidelity, at least one of the incumbent's.
    """
    if not all(map(is_number, candidate)):
        return Screening("stop", None, "a measurement of the candidate is not finite")
    if not incumbent or not all(map(is_number, incumbent)):
        return Screening("more", None, "the incumbent is not measured")
    if not candidate:
        return Screening("more", None, "the candidate is not measured")
    gain = mean(incumbent) - mean(candidate)
    if not gain > -settings.slack * noise.sigma:
        return Screening("stop", gain, _short_of(settings.slack))
    if len(candidate) < settings.screen_seeds:
        return Screening("more", gain, "still in the race")
    return Screening("pass", gain, "looks worth a confirmation")


def _short_of(slack: float) -> str:
    if slack < 0:
        return f"does not look better than the incumbent by {-slack:g} σ"
    return f"looks worse than the incumbent by {slack:g} σ or more"
