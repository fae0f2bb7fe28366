"""Who asked for a job of a campaign and why: in fields of the journal, and in its id for people to read.

An id is such as `tpe/1/7/candidate/train/fit/seed-12`. It is written here, and read nowhere.
"""

from __future__ import annotations

from mlipilot.compiler.operations import Role, role_of
from mlipilot.compiler.plan import Job
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.measurement import Run
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.record.about import About

CALIBRATION = "calibration"


def label_of(run: Run, job: Job) -> str:
    """The id of a job of a run; data sets are everybody's."""
    role = role_of(job.kind)
    if role.is_data:
        return job.id
    seed = f"/seed-{run.seed}" if role is Role.VERDICT else ""
    return f"{run.lane}/{run.trial}/{run.purpose}/{job.id}{seed}"


def asked(run: Run | None, job: Job, key: str) -> About:
    """A job of a run, or the one that opens the seal; what several runs share is the calibration's."""
    role = role_of(job.kind)
    if role is Role.HOLDOUT:
        return About.of(job, key, lane=SEAL)
    if run is None or role.is_data:
        return About.of(job, key, lane=BASELINE, purpose=CALIBRATION)
    # A repeat measures a model that the calibration trains.
    purpose = run.purpose if job.repeat == run.repeat else CALIBRATION
    return About.of(job, key, lane=run.lane, trial=run.trial, purpose=purpose)
