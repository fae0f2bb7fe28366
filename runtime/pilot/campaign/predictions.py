"""What a proposal predicted, against what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from mlipilot.runtime.pilot.campaign.judging import estimates
from mlipilot.runtime.pilot.campaign.measurement import Measurement
from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.runtime.pilot.gate.noise import mean
from mlipilot.runtime.pilot.trial import Proposal


def prediction(
    proposal: Proposal, rules: Sequence[Rule], runs: Sequence[Measurement], baseline: Sequence[Measurement]
) -> dict[str, Any] | None:
    """The relative change of the predicted metric from the baseline, and whether its direction is as was said.

    None where nothing was predicted; no number, and no judgement, where nothing was measured.
    """
    place = next((n for n, rule in enumerate(rules) if rule.shown == proposal.metric), None)
    if place is None or not proposal.direction:
        return None
    said = {"metric": proposal.metric, "direction": proposal.direction, "magnitude": proposal.magnitude}
    before, after = mean(estimates(place, baseline)), mean(estimates(place, runs))
    if not math.isfinite(before) or not math.isfinite(after) or before == 0.0:
        return {**said, "observed": None, "came_true": None}
    change = after / before - 1.0
    return {
        **said,
        "observed": change,
        "came_true": (change < 0.0) == (proposal.direction == "lower") and change != 0.0,
    }
