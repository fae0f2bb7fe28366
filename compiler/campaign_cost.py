"""What a campaign will cost: its calibration, a trial, its close, and how many trials the budget leaves each arm."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.plan import Plan
from mlipilot.spec.one_line import in_a_line

CLOSE_MARGIN = 1.25
"""How much more the closing runs may take than those of the baseline: a design that was accepted may be larger."""


class CampaignCost(NamedTuple):
    """Device seconds by the estimate that stands beside the plan, and as uncertain as that."""

    lanes: int
    """Arms times replicates; each has the same share."""
    run: float
    """One design under one seed, from training to verdict."""
    screened: float
    """A trial that its first run ends."""
    confirmed: float
    """A trial that one look of a confirmation decides: the screen, and fresh seeds of candidate and incumbent."""
    calibration: float
    """The data, the baseline under its seeds, and its first model measured again."""
    close: float
    """What is set aside for new seeds of what each lane accepted, and for the job that opens the seal."""
    share: float | None
    """What each lane may spend; None where no device time is set."""
    fewest: int | None
    """Trials of each lane if every one comes to a confirmation; None where nothing limits them."""
    most: int | None
    """Trials of each lane if the screen ends all but the last."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return self._asdict()

    def __repr__(self) -> str:
        return in_a_line(
            "CampaignCost", f"calibration {self.calibration:.0f} s,", f"a confirmed trial {self.confirmed:.0f} s"
        )


def campaign_cost(plan: Plan, seconds: Mapping[str, float]) -> CampaignCost:
    """The cost of a plan with a campaign, from the seconds of its jobs."""
    campaign = plan.campaign
    assert campaign is not None
    template = [plan.jobs[place] for place in campaign["template"]]
    run = math.fsum(seconds[job.id] for job in template)
    training = math.fsum(seconds[job.id] for job in with_role(template, Role.TRAINING))
    screened = run - training + training * campaign["screen"]
    seeds, lanes = int(campaign["confirm_seeds"]), len(campaign["arms"]) * int(campaign["replicates"])
    calibration = math.fsum(seconds.values())
    if campaign["screen"] < 1:
        calibration += screened * len(campaign["baseline_seeds"])
    sealing = run - training if campaign["seals"] else 0.0
    confirmed = screened + 2 * seeds * run
    closing = close(lanes, seeds, run, sealing)
    part = share(plan.budget.get("device_time"), calibration, closing, lanes)
    fewest, most = _trials(part, plan.budget.get("trials"), screened, confirmed)
    return CampaignCost(
        lanes=lanes,
        run=round(run, 1),
        screened=round(screened, 1),
        confirmed=round(confirmed, 1),
        calibration=round(calibration, 1),
        close=round(closing, 1),
        share=None if part is None else round(part, 1),
        fewest=fewest,
        most=most,
    )


def close(lanes: int, confirm_seeds: int, run: float, sealing: float) -> float:
    """Device seconds that are set aside for the close: a run of each seed of each lane, and its part of the seal."""
    return lanes * confirm_seeds * (run + sealing) * CLOSE_MARGIN


def share(total: float | None, calibration: float, closing: float, lanes: int) -> float | None:
    """Device seconds of each lane: what the calibration leaves, less what is set aside for the close."""
    return None if total is None else max(0.0, (total - calibration - closing) / lanes)


def least(cost: CampaignCost) -> float:
    """The device time of a campaign in which each lane has one confirmed trial."""
    return cost.calibration + cost.close + cost.lanes * cost.confirmed


def _trials(
    share: float | None, limit: float | None, screened: float, confirmed: float
) -> tuple[int | None, int | None]:
    """Fewest and most: a lane begins a trial as long as its share reaches for a confirmation."""
    most = None if limit is None else int(limit)
    if share is None:
        return most, most
    fewest = int(share / confirmed)
    ended = 0 if share < confirmed else 1 + int((share - confirmed) / screened)
    return (fewest, ended) if most is None else (min(fewest, most), min(ended, most))


def read_cost(document: Mapping[str, Any]) -> CampaignCost:
    """The cost from JSON. Raises `ValueError` or `TypeError` for what is none."""
    found = CampaignCost(**document)
    if not all(math.isfinite(value) for value in found if value is not None):
        raise ValueError("its estimate is no number")
    return found
