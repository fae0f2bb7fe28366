"""The ids of a campaign's jobs: who asked for a run and why, such as `tpe/1/7/candidate/train/fit/seed-12`.

The journal of jobs has an id and a key of each, and nothing else says which run a job is part of. Ids are written and
read here alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mlipilot.compiler.job_labels import read_label as read_job_label
from mlipilot.compiler.operations import OPERATIONS, Role, role_of
from mlipilot.compiler.plan import Job
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.measurement import Run
from mlipilot.runtime.pilot.campaign.sealing import SEAL

CALIBRATION = "calibration"


class Label(NamedTuple):
    """What a job is part of."""

    lane: str
    trial: int
    purpose: str
    """Of the run; empty of the one job that opens the seal."""
    seed: int | None
    role: Role | None
    """What the job is for; None where its id does not say."""

    @property
    def is_verdict(self) -> bool:
        """Whether it is the last job of its run."""
        return self.role is Role.VERDICT


def label_of(run: Run, job: Job) -> str:
    """The id of a job of a run; data sets are everybody's."""
    role = role_of(job.kind)
    if role is Role.DATA:
        return job.id
    seed = f"/seed-{run.seed}" if role is Role.VERDICT else ""
    return f"{run.lane}/{run.trial}/{run.purpose}/{job.id}{seed}"


def read_label(job: str, lanes: Iterable[str]) -> Label:
    """What an id says; `lanes` are those of the campaign's arms. Jobs without a lane are the baseline's."""
    for lane in (*lanes, BASELINE, SEAL):
        if job.startswith(f"{lane}/"):
            trial, _, rest = job.removeprefix(f"{lane}/").partition("/")
            purpose, _, own = rest.partition("/")
            if not own:
                return Label(SEAL, 0, "", None, Role.HOLDOUT)
            found = read_job_label(own)
            return Label(lane, int(trial), purpose, found.seed, _role(found.kind))
    found = read_job_label(job)
    purpose = f"repeat-{found.repeat}" if found.repeat else CALIBRATION
    return Label(BASELINE, 0, purpose, found.seed, _role(found.kind))


def _role(kind: str) -> Role | None:
    """The role of a kind; data sets have the ids of their plan, which may be any word."""
    return role_of(kind) if kind in OPERATIONS else None
