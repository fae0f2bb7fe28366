"""The added value of a campaign's own proposer: its difference to the best control at equal budget, over replicates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from mlipilot import _core
from mlipilot.runtime.pilot.campaign.rules import Rule, objective_of
from mlipilot.runtime.pilot.gate.noise import mean, within
from mlipilot.runtime.pilot.language.ladder import Rung
from mlipilot.runtime.pilot.outcome.final import WORDS, Evidence, Final
from mlipilot.runtime.pilot.outcome.result import LaneResult, Result, asks_language_model
from mlipilot.runtime.pilot.trial import FALLBACK
from mlipilot.spec.numerals import count, percent, short, signed_percent

LEAST_REPLICATES = 5
"""Fewer give no interval."""
CONFIDENCE = 0.95


class AddedValue(NamedTuple):
    """How the pilot's own proposer stands against the control that came out best."""

    own: str
    control: str
    replicates: int
    """Of each arm."""
    own_reached: int
    """Replicates that accepted a design."""
    control_reached: int
    chance: float
    """That two equal arms differ at least so much in how many of their replicates did: Fisher's exact test."""
    evidence: Evidence | None = None
    """What the objective was compared on; None where it cannot be compared."""
    obstacle: str = ""
    """Why it cannot be compared."""
    own_mean: float = math.nan
    control_mean: float = math.nan
    """Of the objective over replicates, in base units."""
    loss: float = math.nan
    """Mean over replicates of the control's loss less ours, on the scale of comparison: above 0 ours is better."""
    interval: tuple[float, float] | None = None
    """Of it, two-sided, by Student's t over replicates; None with fewer than five."""

    @property
    def is_shown(self) -> bool:
        """Whether an interval excludes that there is no difference."""
        return self.interval is not None and not self.interval[0] <= 0.0 <= self.interval[1]


def added_value(result: Result) -> AddedValue | None:
    """Of a campaign that has come to its end; None where no control ran.

    The control is chosen by what it reached, which makes the comparison harder for the pilot's own proposer.
    """
    own, *controls = result.settings.arms
    if not controls:
        return None
    place = objective_of(result.rules)
    rule = None if place is None else result.rules[place]

    def rank(arm: str) -> tuple[int, float]:
        finals = [lane.final for lane in _lanes(result, arm) if lane.final is not None]
        loss = math.inf if rule is None or place is None or not finals else _loss(rule, place, finals)
        return -len(finals), loss if math.isfinite(loss) else math.inf

    control = min(controls, key=rank)
    return compare(_lanes(result, own), _lanes(result, control), rule, place)


def compare(
    ours: Sequence[LaneResult], theirs: Sequence[LaneResult], rule: Rule | None, place: int | None
) -> AddedValue:
    """Two arms, a lane for each replicate in the same order."""
    reached = [sum(lane.final is not None for lane in lanes) for lanes in (ours, theirs)]
    known = AddedValue(
        ours[0].arm, theirs[0].arm, len(ours), reached[0], reached[1], fisher(reached[0], reached[1], len(ours))
    )
    pairs = [
        (own.final, other.final)
        for own, other in zip(ours, theirs, strict=True)
        if own.final is not None and other.final is not None and own.final.evidence == other.final.evidence
    ]
    if rule is None or place is None:
        return known._replace(obstacle="the scorecard minimises nothing")
    if len(pairs) < len(ours):
        return known._replace(obstacle=_unpaired(known, ours, theirs))
    differences = [rule.loss(other.mean(place)) - rule.loss(own.mean(place)) for own, other in pairs]
    if not all(map(math.isfinite, differences)):
        return known._replace(obstacle=f"a model that was accepted has no `{rule.shown}` in the end")
    return known._replace(
        evidence=pairs[0][0].evidence,
        own_mean=mean([own.mean(place) for own, _ in pairs]),
        control_mean=mean([other.mean(place) for _, other in pairs]),
        loss=mean(differences),
        interval=_interval(differences),
    )


def _unpaired(found: AddedValue, ours: Sequence[LaneResult], theirs: Sequence[LaneResult]) -> str:
    """Why some replicate has no figures of both arms on the same data."""
    nothing = [arm for arm, n in ((found.own, found.own_reached), (found.control, found.control_reached)) if not n]
    if nothing:
        return f"`{nothing[0]}` accepted nothing"
    if found.own_reached + found.control_reached < 2 * found.replicates:
        return "some replicate accepted nothing"
    kinds = {WORDS[lane.final.evidence] for lane in (*ours, *theirs) if lane.final is not None}
    return f"designs were judged {' and '.join(sorted(kinds))}"


def fisher(ours: int, theirs: int, of: int) -> float:
    """The two-sided p of Fisher's exact test: how many of as many replicates of either arm reached something."""
    total = math.comb(2 * of, ours + theirs)

    def chance(count: int) -> float:
        return math.comb(of, count) * math.comb(of, ours + theirs - count) / total

    counts = range(max(0, ours + theirs - of), min(of, ours + theirs) + 1)
    seen = chance(ours)
    return min(1.0, math.fsum(chance(count) for count in counts if chance(count) <= seen * (1 + 1e-9)))


def _interval(differences: Sequence[float]) -> tuple[float, float] | None:
    count = len(differences)
    if count < LEAST_REPLICATES:
        return None
    squares, freedom = within([differences])
    error = math.sqrt(squares / freedom / count)
    half = _core.student_critical((1.0 - CONFIDENCE) / 2, freedom) * error
    middle = mean(differences)
    return middle - half, middle + half


def _lanes(result: Result, arm: str) -> list[LaneResult]:
    return [lane for lane in result.lanes if lane.arm == arm]


def _loss(rule: Rule, place: int, finals: Sequence[Final]) -> float:
    return mean([rule.loss(final.mean(place)) for final in finals])


# -- in words --


def sentence(result: Result) -> str:
    """The first line of a campaign that has come to its end."""
    own = result.settings.arms[0]
    is_model = any(map(asks_language_model, result.settings.arms))
    opening = "" if is_model else "no language model took part; "
    found = added_value(result)
    if found is None:
        return _capital(f"{opening}no control ran beside `{own}`, so that its added value cannot be said")
    name = "the language model's added value" if asks_language_model(own) else f"the added value of `{own}`"
    subject = f"{opening}{name} over the best control, `{found.control}`"
    if not found.own_reached and not found.control_reached:
        said = "there is none, neither arm accepted a design"
    elif found.evidence is None:
        said = _counted(found)
    else:
        said = _compared(result, found, found.evidence)
    return _capital(f"{subject}: {said}{_stood_in(_lanes(result, own))}")


def _stood_in(lanes: Sequence[LaneResult]) -> str:
    """How many of a language model's proposals were not its own, and what ended it; empty where all were."""
    origins = [trial.proposal.origin for lane in lanes for trial in lane.trials]
    instead = sum(origin.endswith(FALLBACK) for origin in origins)
    asked = instead + sum(origin.startswith("llm") for origin in origins)
    said = f"; a fallback made {instead} of its {count(asked, 'proposal')}" if instead else ""
    stopped = [lane for lane in lanes if Rung.STOP in lane.reliability.rungs]
    return said + (f"; `{stopped[0].name}` ended early, as {stopped[0].ended}" if stopped else "")


def _counted(found: AddedValue) -> str:
    def share(count: int) -> str:
        return f"{count} of {found.replicates}"

    why = f"the objective cannot be compared, because {found.obstacle}"
    if found.replicates == 1:
        alone = found.own if found.own_reached else found.control
        who = (
            "both accepted a design"
            if found.own_reached == found.control_reached
            else f"`{alone}` alone accepted a design"
        )
        return f"{who}; {why}, and no interval can be given with one replicate"
    reached = (
        f"a design was accepted in {share(found.own_reached)} replicates of `{found.own}` and in "
        f"{share(found.control_reached)} of `{found.control}` (Fisher's exact test: p = {short(found.chance, 2)})"
    )
    return f"{reached}; {why}, and no interval of it can be given"


def _compared(result: Result, found: AddedValue, evidence: Evidence) -> str:
    rule = result.objective
    assert rule is not None
    change = change_in_words(rule, found.loss)
    figures = f"{rule.reads(found.own_mean)} against {rule.reads(found.control_mean)}"
    budget = "" if result.settings.limits.device_seconds is None else ", with the same device time allowed"
    about = f"`{rule.metric}` {WORDS[evidence]} is {change} ({figures})"
    if found.replicates == 1:
        return f"{about}{budget}; no interval can be given with one replicate"
    over = f" over {found.replicates} replicates{budget}"
    if found.interval is None:
        return f"{about}{over}; an interval needs at least {LEAST_REPLICATES}"
    low, high = sorted(relative(rule, end) for end in found.interval)
    interval = f"{percent(CONFIDENCE)} interval {signed_percent(low)} to {signed_percent(high)}"
    if not found.is_shown:
        return f"there is none that these {found.replicates} replicates show; {about}, {interval}{budget}"
    return f"{about}, {interval}{over}"


def relative(rule: Rule, loss: float) -> float:
    """From a difference of losses to the relative change of the value: -0.1 is 10 % lower; of a share, the points."""
    sign = -1.0 if rule.loss(2.0) > rule.loss(1.0) else 1.0
    return sign * loss if rule.is_even else math.expm1(sign * loss)


def change_in_words(rule: Rule, loss: float) -> str:
    """`12 % lower`."""
    change = relative(rule, loss)
    if abs(change) < 5e-4:
        return "the same"
    return f"{percent(abs(change))} {'lower' if change < 0 else 'higher'}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
