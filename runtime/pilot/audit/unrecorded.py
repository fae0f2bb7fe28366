"""Runs that the journal of jobs knows to be finished, and of which the campaign's record has no entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mlipilot.runtime.pilot.audit.record import Record
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.labels import read_label
from mlipilot.runtime.pilot.campaign.sealing import SEAL


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
    for ended in jobs:
        is_done = ended.get("event") == "reused" or (ended.get("event") == "ended" and ended.get("state") == "done")
        job = str(ended.get("job"))
        if not is_done or ended.get("key") in keys:
            continue
        label = read_label(job, record.settings.lanes)
        if label.is_verdict and label.seed is not None:
            run = (label.lane, label.trial, label.purpose, label.seed)
            is_entered = run in runs or (label.lane == BASELINE and label.seed in baseline)
            # What a trial had run when its execution was killed is not asked for again once it is vetoed.
            if (label.lane, label.trial) not in vetoed and not is_entered:
                found[job] = None
        elif label.lane == SEAL and not label.purpose and not is_opened:
            found[job] = None
    return list(found)
