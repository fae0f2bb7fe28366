"""What a campaign measures now, from both of its journals as they stood while it ran."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from simulated import Campaign, spec_text

from mlipilot.runtime.display.campaign import left_text, under_way_text
from mlipilot.runtime.display.campaign_board import Board
from mlipilot.runtime.display.campaign_document import document
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.pilot.outcome.reading import read_result
from mlipilot.runtime.pilot.outcome.result import Result
from mlipilot.runtime.pilot.outcome.under_way import Phase, UnderWay
from mlipilot.runtime.pilot.outcome.wording import Activity
from mlipilot.runtime.record import read_journal
from mlipilot.runtime.record.about import About

SECONDS = 60.0
"""Of a job."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("campaign")
    campaign = Campaign(folder, spec_text(budget="trials <= 8, device_time <= 40 min"))
    assert campaign.run()
    yield read_journal(campaign.path).entries


def about(kind: str, seed: int | None, lane: str = "baseline", trial: int = 0, purpose: str = "calibration") -> About:
    """A job of a run, under an id that says nothing."""
    word = hashlib.sha256(f"{lane}{trial}{purpose}{kind}{seed}".encode()).hexdigest()
    return About(word, "", kind, "", seed, lane=lane, trial=trial, purpose=purpose)


def started(job: About, time: float = 1000.0) -> dict[str, Any]:
    return {"event": "started", **job.document(), "time": time}


def ended(job: About, state: str = "done", seconds: float = SECONDS) -> dict[str, Any]:
    return {"event": "ended", **job.document(), "state": state, "device_seconds": seconds}


def jobs(seed: int, *asked: Any, state: str = "done") -> list[dict[str, Any]]:
    """What the journal of jobs says of a run: its jobs, the verdict last, which ends in a state."""
    train, verdict = (about(kind, seed, *asked) for kind in ("train", "verdict"))
    return [started(train), ended(train), started(verdict), ended(verdict, state)]


def follow(record: list[dict[str, Any]], journal: list[dict[str, Any]]) -> UnderWay:
    found = UnderWay()
    for entry in record:
        found.told(entry)
    for entry in journal:
        found.job(entry)
    return found


def until(record: list[dict[str, Any]], event: str, which: int = 0) -> list[dict[str, Any]]:
    """The record up to such an entry, without it."""
    places = [n for n, entry in enumerate(record) if entry["event"] == event]
    return record[: places[which]]


def result_of(record: list[dict[str, Any]]) -> Result:
    found = read_result(record)
    assert isinstance(found, Result)
    return found


def test_runs_of_the_calibration_are_counted_before_the_record_has_any(record: list[dict[str, Any]]) -> None:
    begun = record[:1]
    assert follow(begun, []).phases(None) == [Phase("baseline", 0, "calibration", 7, 0, 0, 0.0)]
    journal = [
        {"event": "begin"},
        ended(about("dataset", None), seconds=5.0),
        *jobs(1),
        *jobs(1, "baseline", 0, "repeat-1"),
        *jobs(2, state="failed"),
        started(about("train", 3)),
    ]
    phases = follow(begun, journal).phases(1030.0)
    assert phases == [Phase("baseline", 0, "calibration", 7, 2, 1, 5.0 + 6 * SECONDS + 30.0)]
    assert under_way_text(phases) == "baseline: 2 of 7 runs measured, 1 failed, 6:35 device time"
    result = result_of(begun)
    text = left_text(result, phases)
    assert "spent: device time 6:35" in text
    assert "left: device time 33:25 of 40:00" in text
    assert "runs: 7 requested, 2 measured, 1 failed" in text
    shown = document(result, Activity(True), phases)
    assert shown["budget"]["spent_device_seconds"] == 395.0
    assert shown["budget"]["left_device_seconds"] == 2400.0 - 395.0
    assert (shown["under_way"][0]["phase"], shown["under_way"][0]["requested"]) == ("calibration", 7)


def test_a_failed_job_that_runs_again_is_not_lost(record: list[dict[str, Any]]) -> None:
    journal = [*jobs(1, state="failed"), started(about("verdict", 1))]
    assert follow(record[:1], journal).phases(None)[0].failed == 0
    journal.append(ended(about("verdict", 1), seconds=1.0))
    (phase,) = follow(record[:1], journal).phases(None)
    assert (phase.measured, phase.failed, phase.device_seconds) == (1, 0, 2 * SECONDS + 1.0)


def test_what_the_record_has_is_under_way_no_more(record: list[dict[str, Any]]) -> None:
    calibrated = [entry for entry in record if entry.get("lane") == "baseline"]
    journal = [entry for seed in (1, 2, 3, 4, 5) for entry in jobs(seed)]
    followed = follow([record[0], *calibrated], journal)
    assert followed.phases(None) == []
    assert followed.spent([]) == sum(entry["device_seconds"] for entry in calibrated if entry["event"] == "measured")


def trial_at(record: list[dict[str, Any]], purpose: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The record as it was while runs of this purpose were asked for the first time, and the first of these."""
    place = next(n for n, entry in enumerate(record) if str(entry.get("purpose")).partition("-")[0] == purpose)
    return record[:place], record[place]


@pytest.mark.parametrize(
    ("purpose", "name", "requested"), [("screen", "screen", 1), ("candidate", "confirmation, look 1", 5)]
)
def test_a_trial_says_its_phase_and_how_many_of_its_runs_are_done(
    purpose: str, name: str, requested: int, record: list[dict[str, Any]]
) -> None:
    past, run = trial_at(record, purpose)
    seeds = [entry["seed"] for entry in record if entry.get("purpose") == purpose and entry["trial"] == run["trial"]]
    waiting = next(p for p in follow(past, []).phases(None) if p.lane == run["lane"])
    assert waiting == Phase(run["lane"], run["trial"], name, requested, 0, 0, 0.0)
    journal = jobs(seeds[0], run["lane"], run["trial"], purpose)
    found = next(p for p in follow(past, journal).phases(None) if p.lane == run["lane"])
    assert found == Phase(run["lane"], run["trial"], name, requested, 1, 0, 2 * SECONDS)
    later = record[: record.index(next(e for e in record if e["event"] == "trial" and e["lane"] == run["lane"])) + 1]
    assert all(p.device_seconds == 0.0 for p in follow(later, journal).phases(None))


def test_an_incumbent_that_is_feasible_is_measured_beside_the_candidate(record: list[dict[str, Any]]) -> None:
    past, run = trial_at(record, "incumbent")
    while past[-1]["event"] == "measured" and past[-1]["purpose"] == "candidate":
        past = past[:-1]
    found = next(p for p in follow(past, []).phases(None) if p.lane == run["lane"])
    assert (found.name, found.requested) == ("confirmation, look 1", 10)


def test_an_ablation_counts_what_is_measured(record: list[dict[str, Any]]) -> None:
    past, run = trial_at(record, "ablation")
    journal = jobs(run["seed"], run["lane"], run["trial"], run["purpose"])
    found = next(p for p in follow(past, journal).phases(None) if p.lane == run["lane"])
    assert (found.name, found.requested, found.measured) == ("ablation", None, 1)


def test_the_close_counts_its_runs_and_then_the_models_of_the_seal(record: list[dict[str, Any]]) -> None:
    closing = [entry for entry in record if entry.get("lane") == "seal"]
    measured = [entry for entry in closing if entry["event"] == "measured"]
    past = record[: record.index(closing[0])]
    (phase,) = follow(past, jobs(measured[0]["seed"], "seal", 0, "design-0")).phases(None)
    assert phase == Phase("seal", 0, "close", len(measured), 1, 0, 2 * SECONDS)
    journal = [started(about("seal", None, "seal", 0, ""))]
    (phase,) = follow([*past, *measured], journal).phases(1012.0)
    assert phase == Phase("seal", 0, "sealed", len(measured), 0, 0, 12.0)
    assert under_way_text([phase]).startswith(f"close: the sealed split is opened for {len(measured)} model")
    assert follow(record, journal).phases(None) == []


def test_at_no_entry_of_a_record_are_more_runs_under_way_than_were_asked_for(record: list[dict[str, Any]]) -> None:
    followed = UnderWay()
    names = set()
    for entry in record:
        followed.told(entry)
        for phase in followed.phases(None):
            names.add(phase.name)
            assert phase.measured == 0
    assert names == {"", "calibration", "screen", "confirmation, look 1", "close", "sealed"}


def test_a_board_that_is_told_of_an_earlier_execution_goes_on_counting(record: list[dict[str, Any]]) -> None:
    board = Board()
    killed = started(about("train", 2), 0.0)
    for entry in (record[0], *jobs(1), killed, {"event": "begin"}):
        board.told(entry)
    again = JobState(about("verdict", 2), State.REUSED, seconds=50.0)
    running = JobState(about("train", 3), State.RUNNING, started=900.0)
    for job in (again, running):
        board.changed(job)
    (phase,) = board.under_way.phases(1000.0)
    assert (phase.measured, phase.device_seconds) == (2, 2 * SECONDS + 100.0)


def test_lanes_whose_names_hold_slashes_are_told_apart(tmp_path: Path, record: list[dict[str, Any]]) -> None:
    first = {**record[0], "settings": {**record[0]["settings"], "arms": ["llm(a/b)", "random"]}}
    calibrated = next(entry for entry in record if entry["event"] == "calibrated")
    proposed = {"event": "proposed", "lane": "llm(a/b)/1", "trial": 2}
    journal = jobs(7, "llm(a/b)/1", 2, "screen")
    (phase,) = follow([first, calibrated, proposed], journal).phases(None)
    assert (phase.lane, phase.trial, phase.measured) == ("llm(a/b)/1", 2, 1)
