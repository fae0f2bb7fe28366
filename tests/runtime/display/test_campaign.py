"""A campaign as text and as JSON, and while it runs: what its record says, and nothing that steers a terminal."""

from __future__ import annotations

import copy
import io
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from mlipilot.compiler.render.style import PLAIN
from mlipilot.runtime.display.campaign import accepted_text, arms_text, left_text, trials_text
from mlipilot.runtime.display.campaign_board import Board
from mlipilot.runtime.display.campaign_document import document
from mlipilot.runtime.display.campaign_watchers import PlainCampaignWatcher, TerminalCampaignWatcher, entry_line
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.pilot.outcome.reading import read_result
from mlipilot.runtime.pilot.outcome.result import Result
from mlipilot.runtime.pilot.outcome.wording import Activity
from mlipilot.runtime.record.about import About

Record = list[dict[str, Any]]
ARMS = ["tpe/1", "random/1"]
ABOUT = About("tpe/1/1/screen/train/fit/seed-7", "k", "train", "fit", 7, lane="tpe/1", trial=1, purpose="screen")


def result_of(record: Record) -> Result:
    result = read_result(record)
    assert isinstance(result, Result)
    return result


def until(record: Record, event: str, lane: str | None = None) -> Record:
    """The record up to the first such entry, which is the last of it."""
    place = next(n for n, e in enumerate(record) if e["event"] == event and lane in (None, e.get("lane")))
    return record[: place + 1]


def trials(record: Record, lane: str) -> Record:
    return [entry for entry in record if entry["event"] == "trial" and entry["lane"] == lane]


def test_each_arm_is_a_line_with_what_it_tried_accepted_and_ended_with(record: Record) -> None:
    _, *rows = arms_text(result_of(record), PLAIN).splitlines()
    assert [row.split("  ")[0] for row in rows] == ARMS
    (first, second) = rows
    assert "3 of 3  none" in first
    assert "nothing accepted" in first
    assert "3 of 3  1 (#3)" in second
    assert "sealed, accepted" in second


def test_before_the_calibration_nothing_is_known_of_an_arm(record: Record) -> None:
    text = arms_text(result_of(until(record, "measured")), PLAIN)
    assert text.count("unknown yet") == 2
    assert text.count("0 of 3") == 2
    assert trials_text(result_of(until(record, "measured")), PLAIN).count("no trial yet") == 2


def test_each_trial_is_told_with_its_state_and_reason(record: Record) -> None:
    text = trials_text(result_of(record), PLAIN)
    decided = [entry for lane in ARMS for entry in trials(record, lane)]
    assert len(decided) == 6
    lines = text.splitlines()
    shown = [tuple(line.split()[:2]) for line in lines if line.startswith("    ") and line.split()[0].isdigit()]
    assert shown == [(str(entry["trial"]), entry["state"]) for entry in decided]
    for entry in decided:
        assert entry["reason"] in text


def test_earlier_trials_are_counted_where_there_are_many(record: Record) -> None:
    text = trials_text(result_of(record), PLAIN, most=1)
    assert text.count("… 2 earlier ones; `--json` has all") == 2


def test_what_is_left_and_what_was_run_add_up(record: Record) -> None:
    spent, left, runs = left_text(result_of(record)).splitlines()
    seconds = sum(entry["device_seconds"] for entry in record if entry["event"] in ("measured", "sealed"))
    minutes, rest = divmod(round(seconds), 60)
    assert spent == f"spent: device time {minutes}:{rest:02}"
    minutes, rest = divmod(2400 - round(seconds), 60)
    assert left == f"left: device time {minutes}:{rest:02} of 40:00; 0 of 3 trials in each arm"
    measured = Counter(entry["event"] for entry in record)
    count = measured["measured"] + measured["sealed"]
    assert runs == f"runs: {count} requested, {count} measured, 0 failed"


def test_what_was_accepted_is_its_edits(record: Record) -> None:
    (accepted,) = [entry for entry in record if entry["event"] == "accepted"]
    first, *edits = accepted_text(result_of(record)).splitlines()
    assert first == f"{accepted['lane']} accepted, in trial {accepted['trial']}:"
    assert [line.split()[0] for line in edits] == [change[0] for change in accepted["changes"]]
    assert [line.rpartition(" → ")[2] for line in edits] == [change[1] for change in accepted["changes"]]
    assert accepted_text(result_of(until(record, "calibrated"))) == "no arm has accepted a design so far"


def test_the_document_is_json_and_has_every_trial_and_seed(record: Record) -> None:
    found = json.loads(json.dumps(document(result_of(record), Activity(False)), allow_nan=False))
    assert (found["stage"], found["running"], found["reconciled"]) == ("closed", False, True)
    assert [lane["lane"] for lane in found["lanes"]] == ARMS
    for lane in found["lanes"]:
        assert [(t["trial"], t["state"]) for t in lane["trials"]] == [
            (e["trial"], e["state"]) for e in trials(record, lane["lane"])
        ]
        # In the unit of the rule, meV/Å.
        assert [t["objective"] for t in lane["trials"]] == [
            None if e["objective"] is None else pytest.approx(1000 * e["objective"])
            for e in trials(record, lane["lane"])
        ]
    assert found["lanes"][0]["final"] is None
    assert found["lanes"][1]["final"]["verdict"] == "accepted"
    assert sum(run["requested"] for run in found["runs"]) == sum(run["measured"] for run in found["runs"]) > 20


def test_a_board_follows_its_lanes_entry_by_entry(record: Record) -> None:
    board = Board()
    stages = []
    for entry in record:
        board.told(entry)
        stages.append(board.stage)
    assert list(dict.fromkeys(stages)) == ["calibrating", "searching", "closing", "closed"]
    random = board.places["random/1"]
    assert (random.decided, random.accepted, random.changes) == (3, [3], "")
    assert random.ended == "its 3 trials are used"
    accepted = trials(record, "random/1")[-1]
    assert random.best == accepted["objective"]
    spent = sum(e["device_seconds"] for e in record if e["event"] == "measured" and e["lane"] == "random/1")
    assert random.spent == pytest.approx(spent)
    assert (board.places["tpe/1"].accepted, board.places["tpe/1"].best, board.decided) == ([], None, 6)


def test_a_board_shows_the_trial_under_way_and_what_is_measured_of_it(record: Record) -> None:
    board = Board()
    proposed = until(record, "proposed", "tpe/1")
    for entry in proposed:
        board.told(entry)
    place = board.places["tpe/1"]
    changes = ", ".join(f"{c['path']} → {c['value']}" for c in proposed[-1]["proposal"]["changes"])
    assert (place.trial, place.changes, place.phase) == (1, changes, "")
    board.changed(JobState(ABOUT, State.RUNNING, started=10.0))
    assert place.phase == "screening"
    assert board.places["random/1"].phase == ""


def test_what_is_maximised_is_shown_as_it_was_measured(record: Record) -> None:
    first = copy.deepcopy(record[0])
    first["rules"] = [{**rule, "verb": "maximize"} if rule["verb"] == "minimize" else rule for rule in first["rules"]]
    plain, turned = Board(), Board()
    plain.told(record[0])
    turned.told(first)
    assert (plain.value(-1.5), turned.value(-1.5)) == (-1.5, 1.5)
    assert plain.value(None) is None


def test_without_a_terminal_only_what_is_new_and_what_fails_is_told(
    record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    before = until(record, "trial")
    watcher = PlainCampaignWatcher()
    for entry in before:
        watcher.told(entry)
    assert capsys.readouterr() == ("", "")
    watcher.begin([], ["one worker"])
    for entry in record[len(before) :]:
        watcher.told(entry)
    watcher.changed(JobState(About("a/b", "k", "train"), State.DONE))
    watcher.changed(JobState(About("a/c", "k", "train"), State.FAILED, message="no\x1b[2J memory"))
    watcher.changed(JobState(About("human", "", "edit"), message="not of the space"))
    out, err = capsys.readouterr()
    assert out == ""
    told = [line for entry in record[len(before) :] if (line := entry_line(watcher.board, entry)) is not None]
    assert len(told) > 10
    assert err.splitlines() == [
        "note: one worker",
        "goes on after 1 trial",
        *told,
        "failed a/c: no␛[2J memory",
        "not of the space",
    ]


def test_on_a_terminal_lanes_and_jobs_are_drawn_and_decisions_stand_above(record: Record) -> None:
    stream = io.StringIO()
    watcher = TerminalCampaignWatcher()
    watcher.console = Console(file=stream, width=160)
    proposed = until(record, "proposed", "tpe/1")
    for entry in proposed:
        watcher.told(entry)
    watcher.begin([], [])
    decided = until(record, "trial")[-1]
    for entry in until(record, "trial")[len(proposed) :]:
        watcher.told(entry)
    watcher.changed(JobState(replace(ABOUT, job="random/1/1/screen/train/fit/seed-7", lane="random/1"), State.RUNNING))
    watcher.changed(JobState(About("dataset/gone", "k", "dataset"), State.RUNNING))
    watcher.changed(JobState(About("dataset/gone", "k", "dataset"), State.DONE))
    watcher.end()
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    assert lines[0] == entry_line(watcher.board, decided)
    assert [line.split()[0] for line in lines if line.split()[:1] in ([arm] for arm in ARMS)] == ARMS
    (running,) = [line for line in lines if line.startswith("▶")]
    assert running.split()[1] == "random/1/1/screen/train/fit/seed-7"
    assert lines[-1].startswith("searching, ")
    assert lines[-1].endswith(" of 40:00")
