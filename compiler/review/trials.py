"""The campaign of a plan in words: its arms, what a trial is made of and costs, and how many the budget allows."""

from __future__ import annotations

from typing import Any

from mlipilot.compiler.campaign_cost import CampaignCost, read_cost
from mlipilot.compiler.estimate import in_words
from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.plan import Compiled, Job
from mlipilot.compiler.render.style import Style, visible
from mlipilot.spec.numerals import count


def cost_of(compiled: Compiled) -> CampaignCost | None:
    """The cost that stands beside a plan; None of one without a campaign."""
    document = compiled.estimate.get("campaign")
    return None if document is None else read_cost(document)


def sentences(compiled: Compiled) -> list[str]:
    """What the campaign costs, and how many trials the budget allows; nothing of a plan without one."""
    cost, campaign = cost_of(compiled), compiled.plan.campaign
    if cost is None or campaign is None:
        return []
    names, replicates = campaign["arms"], int(campaign["replicates"])
    arms = f"{count(len(names), 'arm')} ({', '.join(f'`{name}`' for name in names)})"
    if replicates > 1:
        arms += f" in {replicates} replicates"
    return [
        f"campaign of {arms}, in device time: calibration about {in_words(cost.calibration)}, a trial "
        f"{in_words(cost.screened)} where its first run ends it and {in_words(cost.confirmed)} where it is confirmed, "
        f"the close {in_words(cost.close)}",
        f"the budget allows each arm {_allowed(compiled, cost)}" + (" in each replicate" if replicates > 1 else ""),
        *_seal(compiled),
    ]


def _seal(compiled: Compiled) -> list[str]:
    """What is to be known of the sealed data, where there are none or fewer than those that decide."""
    assert compiled.plan.campaign is not None
    if not compiled.plan.campaign["seals"]:
        return ["no data set seals frames: what is accepted is judged on `test` alone"]
    splits = [(job.block, job.params.get("split")) for job in with_role(compiled.plan.jobs, Role.DATA)]
    return [
        f"`{name}` seals {split['sealed']} of its trajectories and tests on {split['test']}, at each temperature: on "
        "fewer, bounds are wider, and the seal may leave undecided what `test` accepts"
        for name, split in splits
        if isinstance(split, dict) and 0 < split["sealed"] < split["test"]
    ]


def _allowed(compiled: Compiled, cost: CampaignCost) -> str:
    if cost.most is None or cost.fewest is None:
        return "any number of trials"
    trials = count(cost.most, "trial") if cost.fewest == cost.most else f"{cost.fewest} to {cost.most} trials"
    if cost.share is None:
        return trials
    return f"{trials} in {in_words(cost.share)} of device time"


def as_text(compiled: Compiled, style: Style) -> str:
    """The jobs of one run of a trial, with their cost."""
    lines = [(_of_a_trial(job), in_words(compiled.estimate["seconds"][job.id])) for job in _template(compiled)]
    width = max(len(job) for job, _ in lines)
    rows = [f"{visible(job).ljust(width)}  {cost}" for job, cost in lines]
    return "\n".join([style.paint("each run of a trial", "strong"), *rows])


def as_document(compiled: Compiled) -> dict[str, Any] | None:
    """The campaign as JSON; None of a plan without one."""
    if compiled.plan.campaign is None:
        return None
    return {
        **compiled.plan.campaign,
        "template": [
            {"job": _of_a_trial(job), "seconds": compiled.estimate["seconds"][job.id]} for job in _template(compiled)
        ],
        "estimate": compiled.estimate.get("campaign"),
    }


def _template(compiled: Compiled) -> list[Job]:
    """The baseline's jobs that each run of a trial has one like."""
    assert compiled.plan.campaign is not None
    return [compiled.plan.jobs[place] for place in compiled.plan.campaign["template"]]


def _of_a_trial(job: Job) -> str:
    """The id of a baseline's job without its seed, which each run of a trial has its own of."""
    return job.id.replace(f"/seed-{job.seed}", "/seed", 1)
