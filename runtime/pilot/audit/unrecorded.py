"""Runs that the journal of jobs knows to be finished, and of which the campaign's record has no entry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mlipilot.runtime.pilot.audit.record import Record
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.sealing import SEAL

_VERDICT = re.compile(r"(?:(?P<lane>.+)/(?P<trial>\d+)/(?P<purpose>[^/]+)/)?verdict/[^/]+/seed-(?P<seed>\d+)(?:/.+)?")
"""The last job of a run, such as `tpe/1/7/candidate/verdict/usable/seed-12`; of the baseline, without who asked."""
_SEAL = re.compile(rf"{SEAL}/[^/]+")
"""The job that opens the sealed split."""


def unrecorded(record: Record, jobs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The last job of each such run, in the order in which they ended.

    A run is known by its verdict, or by who asked for it and why: on another machine its verdict has another key.
    """
    keys = {""}
    runs: set[tuple[str, str | None, str | None, int]] = set()
    vetoed: set[tuple[str, str]] = set()
    for lane in record.entries:
        for event in ("measured", "sealed"):
            keys |= {entry["verdict"] for entry in record.of(lane, event)}
        for entry in record.of(lane, "measured"):
            runs.add((lane, str(entry["trial"]), entry["purpose"], entry["seed"]))
            if lane == BASELINE:
                runs.add((lane, None, None, entry["seed"]))
        vetoed |= {(lane, str(entry["trial"])) for entry in record.of(lane, "vetoed")}
    is_opened = any(True for _ in record.of(SEAL, "sealed"))
    found: dict[str, None] = {}
    for ended in jobs:
        is_done = ended.get("event") == "reused" or (ended.get("event") == "ended" and ended.get("state") == "done")
        job = str(ended.get("job"))
        if not is_done or ended.get("key") in keys:
            continue
        if verdict := _VERDICT.fullmatch(job):
            lane, trial, purpose, seed = verdict.group("lane", "trial", "purpose", "seed")
            # What a trial had run when its execution was killed is not asked for again once it is vetoed.
            if (lane, trial) not in vetoed and (lane or BASELINE, trial, purpose, int(seed)) not in runs:
                found[job] = None
        elif _SEAL.fullmatch(job) and not is_opened:
            found[job] = None
    return list(found)
