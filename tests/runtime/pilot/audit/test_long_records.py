"""A long record is audited entry by entry: by calls that grow as its trials do, in memory that 10,000 trials allow."""

from __future__ import annotations

import cProfile
import os
import pstats
import shutil
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from simulated import Campaign, spec_text

from mlipilot.runtime.pilot.audit.record import Record, read_campaign
from mlipilot.runtime.pilot.audit.rejudging import rejudge
from mlipilot.runtime.pilot.audit.retelling import pinned
from mlipilot.runtime.pilot.audit.verifying import verify_campaign
from mlipilot.runtime.pilot.campaign import execution
from mlipilot.runtime.pilot.campaign.design import Design
from mlipilot.runtime.record import scan_journal
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.resolve import resolve

TRIALS = 2_000
BYTES_A_TRIAL = 500_000_000 // 10_000


def never_better(point: Mapping[str, str]) -> dict[str, float]:
    """A truth in which eight channels are as good as the baseline, and all else is worse."""
    factor = 1.0 if point.get("potential.channels", "8") == "8" else 2.0
    return {"force_rmse": 0.020 * factor, "energy_rmse": 0.004 * factor}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the record of a campaign whose specs were not made and whose journal was not synced."""
    folder = tmp_path_factory.mktemp("long")
    text = spec_text("proposer = random, controls = [default]", f"trials <= {TRIALS}")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda handle: None)
        patched.setattr(execution, "design", lambda source, changes: Design(tuple(changes), source, resolved))
        campaign = Campaign(folder, text, never_better)
        resolved = resolve(campaign.spec.source).spec
        assert campaign.run()
    return folder


def shortened(record: Path, folder: Path, trials: int) -> Path:
    """The record as it was after so many trials."""
    folder.mkdir()
    shutil.copyfile(record / "baseline.mlp", folder / "baseline.mlp")
    decided = 0
    with (record / "campaign.jsonl").open() as lines, (folder / "campaign.jsonl").open("w") as out:
        for line in lines:
            out.write(line)
            decided += '"event": "trial"' in line and '"lane": "random/1"' in line
            if decided == trials:
                break
    return folder


def calls(audit: Callable[[Path], object], folder: Path) -> int:
    """Calls of functions that an audit takes."""
    profile = cProfile.Profile()
    profile.runcall(audit, folder)
    total: Any = pstats.Stats(profile)
    return int(total.total_calls)


def held(folder: Path) -> None:
    found = verify_campaign(folder)
    assert found.holds, found.diagnostics


def rejudged(folder: Path) -> None:
    record = read_campaign(folder)
    assert isinstance(record, Record)
    baseline = pinned(record)
    assert not isinstance(baseline, Diagnostic)
    lanes = rejudge(record, baseline, record.settings, record.rules)
    assert not any(lane.changed or lane.unreached for lane in lanes)


@pytest.mark.parametrize("audit", [held, rejudged])
def test_an_audit_of_a_long_record_agrees_with_it_and_takes_calls_in_proportion(
    record: Path, tmp_path: Path, audit: Callable[[Path], object]
) -> None:
    audit(record)  # also, what is read once in a process is then not counted
    lengths = (TRIALS // 20, TRIALS // 10, TRIALS // 5)
    few, some, many = (calls(audit, shortened(record, tmp_path / str(n), n)) for n in lengths)
    # The second half costs what twice the second quarter does; a trial that is confirmed costs more than others.
    assert many - some < 1.25 * 2 * (some - few)


def test_an_audit_of_a_long_record_keeps_within_its_memory(record: Path, tmp_path: Path) -> None:
    folder = shortened(record, tmp_path / "part", TRIALS // 10)
    tracemalloc.start()
    try:
        held(folder)
        assert tracemalloc.get_traced_memory()[1] < BYTES_A_TRIAL * TRIALS // 10
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        with (record / "campaign.jsonl").open("rb") as stream:
            assert all(line.is_sound for line in scan_journal(stream))
        assert tracemalloc.get_traced_memory()[1] - before < 1_000_000
    finally:
        tracemalloc.stop()
