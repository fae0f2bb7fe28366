"""Runs that the journal of jobs knows to be finished, and of which the campaign's record has no entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mlipilot.compiler.operations import Role
from mlipilot.runtime.pilot.audit.record import Record
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.record.about import about_jobs


def unrecorded(record: Record, jobs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The last job of each such run, in the order in which they ended.

    A run is known by its verdict, or by who asked for it and why: on another machine its verdict has another key.
    """
    keys = {""}
    runs: set[tuple[str, int, str, int]] = set()
    baseline: set[int] = set()
    vetoed: set[tuple[str, int]] = set()
    for lane in record.entries:
        for event in ("measured", "sealed"):
            keys |= {entry["verdict"] for entry in record.of(lane, event)}
        for entry in record.of(lane, "measured"):
            runs.add((lane, entry["trial"], entry["purpose"], entry["seed"]))
            if lane == BASELINE:
                baseline.add(entry["seed"])
        vetoed |= {(lane, entry["trial"]) for entry in record.of(lane, "vetoed")}
    is_opened = any(True for _ in record.of(SEAL, "sealed"))
    found: dict[str, None] = {}
    for about, ended in about_jobs(jobs):
        is_done = ended.get("event") == "reused" or (ended.get("event") == "ended" and ended.get("state") == "done")
        if not is_done or about.key in keys:
            continue
        if about.is_verdict and about.seed is not None:
            run = (about.lane, about.trial, about.purpose, about.seed)
            is_entered = run in runs or (about.lane == BASELINE and about.seed in baseline)
            # What a trial had run when its execution was killed is not asked for again once it is vetoed.
            if (about.lane, about.trial) not in vetoed and not is_entered:
                found[about.job] = None
        elif about.role is Role.HOLDOUT and not is_opened:
            found[about.job] = None
    return list(found)
