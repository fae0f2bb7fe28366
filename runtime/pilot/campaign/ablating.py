"""Ablation of what was accepted: each change is left out in turn, and what earns nothing goes."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from mlipilot.runtime.pilot.campaign import judging
from mlipilot.runtime.pilot.campaign.design import Design
from mlipilot.runtime.pilot.campaign.measurement import Measurement
from mlipilot.runtime.pilot.campaign.requests import Request
from mlipilot.runtime.pilot.campaign.rules import objective_of
from mlipilot.runtime.pilot.gate.ablation import Part, ablate, without_each
from mlipilot.runtime.pilot.gate.noise import mean

if TYPE_CHECKING:
    from mlipilot.runtime.pilot.campaign.lane import Lane


def ablated(
    lane: Lane, number: int, made: Design, whole: list[Measurement]
) -> Generator[Request, object, tuple[Design, list[Measurement]]]:
    """The smallest edit that is as good, with its runs; the edit itself where none is.

    One run of each smaller edit comes first: one whose model fails the scorecard is settled by it.
    """
    smaller = [lane.workshop.design(changes) for changes in without_each(made.changes)]
    runs: list[list[Measurement]] = [[] for _ in smaller]
    seeds = lane.settings.gate.confirm_seeds
    for first, last in ((0, 1), (1, seeds)):
        still = [n for n, design in enumerate(smaller) if isinstance(design, Design) and _is_open(lane, runs[n], first)]
        asked = [
            lane.run(smaller[n], number, f"ablation-{n}", place)  # type: ignore[arg-type]
            for n in still
            for place in range(first, last)
        ]
        found = yield from lane.measure(asked)
        if not found:
            break
        for place, n in enumerate(still):
            runs[n] += found[place * (last - first) : (place + 1) * (last - first)]
    complete = [_is_open(lane, values, seeds) and len(values) == seeds for values in runs]
    if objective_of(lane.rules) is None:
        # Nothing is minimised: a change is needed where the scorecard fails without it.
        values = [[0.0] * seeds if is_complete else [] for is_complete in complete]
        ours = [0.0] * len(whole)
    else:
        values = [judging.losses(lane.rules, r) if ok else [] for r, ok in zip(runs, complete, strict=True)]
        ours = judging.losses(lane.rules, whole)
    found_parts = ablate(made.changes, ours, values, lane.noise, lane.settings.gate)
    lane.step(
        "ablation",
        changes=[change.path for change in made.changes],
        parts=[
            Part.NEEDED.value if runs[n] and not complete[n] and len(runs[n]) < seeds else part.value
            for n, part in enumerate(found_parts.parts)
        ],
        losses=list(found_parts.losses),
        kept=[change.path for change in found_parts.kept],
    )
    if len(found_parts.kept) == len(made.changes):
        return made, whole
    kept = lane.workshop.design(found_parts.kept)
    if not isinstance(kept, Design):
        return made, whole
    if not found_parts.needs_confirmation:
        left_out = next(n for n, changes in enumerate(without_each(made.changes)) if changes == found_parts.kept)
        return kept, runs[left_out]
    fresh = yield from lane.measure([lane.run(kept, number, "ablation", place) for place in range(seeds)])
    if not fresh or not _is_open(lane, fresh, seeds):
        return made, whole
    if objective_of(lane.rules) is not None:
        loss = mean(judging.losses(lane.rules, fresh)) - mean(ours)
        lane.step("smaller", loss=loss)
        if loss > lane.settings.gate.minimum_gain * lane.noise.sigma:
            return made, whole
    return kept, fresh


def _is_open(lane: Lane, runs: list[Measurement], wanted: int) -> bool:
    """Whether an edit was measured so far, and no model of it failed."""
    if len(runs) < wanted:
        return False
    return all(run.failure is None for run in runs) and judging.failing(lane.rules, runs) is None
