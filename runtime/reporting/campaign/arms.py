"""The arms: a line for each lane, and the edit that it ended with as a readable difference."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from mlipilot.runtime.pilot.outcome import wording
from mlipilot.runtime.pilot.outcome.folder import CampaignFolder
from mlipilot.runtime.pilot.outcome.result import Edit, LaneResult, Result
from mlipilot.runtime.pilot.outcome.strategy import Used, strategies
from mlipilot.runtime.report.drawing import VARIABLES
from mlipilot.runtime.report.quantity import Quantity, Unknown, format_duration, quantity
from mlipilot.runtime.reporting.campaign.progress import colour_of


@dataclass(frozen=True)
class ArmRow:
    """A lane as the table shows it."""

    lane: LaneResult
    colour: str
    """A CSS variable."""
    trials: str
    accepted: str
    best: Quantity
    final: Quantity
    span: str
    evidence: str
    verdict: str
    spent: str
    share: str
    tokens: str


@dataclass(frozen=True)
class DiffLine:
    """A line of a difference."""

    kind: str
    """`added`, `removed`, `place` or `same`."""
    text: str


@dataclass(frozen=True)
class Accepted:
    """A design that some lanes ended with."""

    lanes: tuple[tuple[str, int], ...]
    """With the trial that it was accepted in."""
    edits: tuple[Edit, ...]
    hypothesis: str
    diff: tuple[DiffLine, ...]
    """Empty where the specs are not at hand."""

    @property
    def strategies(self) -> tuple[Used, ...]:
        """By which kinds of change it came about."""
        return strategies(self.edits)


def arm_rows(result: Result) -> tuple[ArmRow, ...]:
    """All lanes, replicates of an arm beside each other."""
    ordered = sorted(result.lanes, key=lambda lane: (result.settings.arms.index(lane.arm), lane.replicate))
    return tuple(_row(result, lane) for lane in ordered)


def accepted_edits(campaign: CampaignFolder) -> tuple[Accepted, ...]:
    """Each design that some lane ended with, the best first."""
    best = campaign.result.best
    found: dict[tuple[tuple[str, str], ...], list[LaneResult]] = {}
    for lane in sorted((lane for lane in campaign.result.lanes if lane.accepted), key=lambda lane: lane is not best):
        edits = lane.accepted[-1].kept or ()
        found.setdefault(tuple(sorted((edit.path, edit.after) for edit in edits)), []).append(lane)
    return tuple(_accepted(campaign, lanes) for lanes in found.values())


def _accepted(campaign: CampaignFolder, lanes: list[LaneResult]) -> Accepted:
    first = lanes[0]
    trial = first.accepted[-1]
    hypotheses = [lane.accepted[-1].proposal.hypothesis for lane in lanes]
    return Accepted(
        tuple((lane.name, lane.accepted[-1].number) for lane in lanes),
        trial.kept or (),
        next(filter(None, hypotheses), ""),
        _difference(campaign.baseline, campaign.accepted.get(first.name)),
    )


def _difference(before: str | None, after: str | None) -> tuple[DiffLine, ...]:
    if before is None or after is None:
        return ()
    old, new = (text.replace("\r\n", "\n").split("\n") for text in (before, after))
    lines = difflib.unified_diff(old, new, lineterm="", n=2)
    return tuple(_line(line) for line in lines if not line.startswith(("---", "+++")))


def _line(line: str) -> DiffLine:
    if line.startswith("@@"):
        return DiffLine("place", f"line {line.split()[1].lstrip('-').split(',')[0]}")
    return DiffLine({"+": "added", "-": "removed"}.get(line[:1], "same"), line)


def _row(result: Result, lane: LaneResult) -> ArmRow:
    rule, final = result.objective, lane.final
    most = result.settings.limits.trials
    best: Quantity = Unknown("nothing is minimised")
    end: Quantity = best
    span = ""
    if rule is not None:
        found = wording.best_so_far(result, lane)
        best = quantity(None if found is None else rule.in_unit(found), rule.unit, reason="nothing feasible")
        if final is not None:
            place = result.rules.index(rule)
            end = quantity(rule.in_unit(final.mean(place)), rule.unit)
            span = wording.span_in_words(rule, *final.range(place))
    return ArmRow(
        lane,
        f"var(--{VARIABLES[colour_of(result, lane)]})",
        f"{lane.decided}" + ("" if most is None else f" of {most}"),
        ", ".join(f"#{trial.number}" for trial in lane.accepted) or "none",
        best,
        end if final is not None else Unknown("nothing accepted"),
        span,
        "" if final is None else final.evidence,
        "" if final is None else final.verdict(result.rules),
        format_duration(quantity(lane.spent)),
        "" if lane.share is None else format_duration(quantity(lane.share)),
        f"{lane.cost.tokens:,}" if lane.is_language_model else "",
    )


def endings(result: Result) -> str:
    """Why the arms ended, each reason once."""
    reasons: dict[str, list[str]] = {}
    for lane in result.lanes:
        if lane.ended:
            reasons.setdefault(lane.ended, []).append(lane.name)
    who = {
        reason: "every arm" if len(names) == len(result.lanes) else ", ".join(names)
        for reason, names in reasons.items()
    }
    words = [f"{names} ended: {reason}" for reason, names in who.items()]
    words += [
        f"{lane.name} came to a {plateau}" for lane in result.lanes if (plateau := wording.plateau_in_words(lane))
    ]
    text = ". ".join(words)
    return f"{text[0].upper()}{text[1:]}." if text else ""
