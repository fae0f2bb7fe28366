"""Decisions of a trial on what was measured: the screen, and each look of the confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from mlipilot.runtime.pilot.campaign import judging
from mlipilot.runtime.pilot.campaign.measurement import Measurement
from mlipilot.runtime.pilot.campaign.rules import objective_of
from mlipilot.runtime.pilot.gate.confirmation import confirm
from mlipilot.runtime.pilot.gate.feasibility import Feasible
from mlipilot.runtime.pilot.gate.screening import screen
from mlipilot.runtime.pilot.trial import Failure

if TYPE_CHECKING:
    from mlipilot.runtime.pilot.campaign.lane import Lane

Decision: TypeAlias = tuple[str, str, Failure | None]
"""State, reason, and whose fault it is."""


def screened(lane: Lane, found: list[Measurement]) -> Decision | None:
    """How the runs of a screen end a candidate; None where they do not."""
    is_whole = lane.settings.fidelity == 1
    fails = judging.failing(lane.rules, found) if is_whole else None
    if fails is not None:
        lane.step("screen", outcome="infeasible", reason=fails)
        return "infeasible", fails, None
    if not lane.incumbent.is_feasible:
        return _raced(lane, found) if not is_whole else None
    if objective_of(lane.rules) is None:
        return None
    theirs = lane.incumbent.loss(lane.rules) if is_whole else judging.losses(lane.rules, lane.incumbent.screens)
    noise = lane.noise if is_whole else lane.calibration.screen_noise
    assert noise is not None
    ours = judging.losses(lane.rules, found)
    screening = screen(ours, theirs, noise, lane.settings.gate)
    lane.step("screen", outcome=screening.outcome, gain=screening.gain, sigma=noise.sigma, reason=screening.reason)
    return ("rejected", screening.reason, None) if screening.outcome == "stop" else None


def _raced(lane: Lane, found: list[Measurement]) -> Decision | None:
    """While nothing is feasible, a shortened run must violate less than the incumbent's do."""
    ours, theirs = (judging.excess(lane.rules, runs) for runs in (found, lane.incumbent.screens))
    if ours is None or theirs is None or ours == 0.0 or ours < theirs:
        return None
    reason = "violates the scorecard as much as the incumbent does, trained as long"
    lane.step("screen", outcome="stop", violation=ours, incumbent=theirs, reason=reason)
    return "infeasible", reason, None


def looked(
    lane: Lane, look: int, level: float, ours: list[Measurement], theirs: list[Measurement]
) -> tuple[str, str] | None:
    """State and reason that a look at fresh seeds of both gives; None where another look is to decide."""
    gate = lane.settings.gate
    if not lane.incumbent.is_feasible:
        part = level * gate.share(look)
        found = judging.standing(lane.rules, ours, lane.noises, 1.0 - part)
        lane.step("feasibility", look=look, outcome=found.outcome.value, level=part, reason=found.reason)
        if found.outcome is Feasible.FEASIBLE:
            return "accepted", "the first design that satisfies the scorecard"
        if found.outcome is Feasible.INFEASIBLE:
            return "infeasible", found.reason
        return None if found.by_seeds and look < gate.looks else ("undecided", found.reason)
    found = judging.standing(lane.rules, ours, lane.noises, lane.settings.confidence)
    lane.step("feasibility", look=look, outcome=found.outcome.value, reason=found.reason)
    if found.outcome is Feasible.INFEASIBLE:
        return "infeasible", found.reason
    if objective_of(lane.rules) is None:
        return "rejected", "the scorecard minimises nothing"
    confirmation = confirm(
        judging.losses(lane.rules, ours), judging.losses(lane.rules, theirs), lane.noise, level, gate
    )
    lane.step("confirmation", look=look, **confirmation._asdict())
    if confirmation.outcome == "reject":
        return "rejected", confirmation.reason
    if confirmation.outcome == "accept" and found.outcome is Feasible.FEASIBLE:
        return "accepted", confirmation.reason
    if found.by_seeds and look < gate.looks:
        return None
    return "undecided", found.reason if confirmation.outcome == "accept" else confirmation.reason
