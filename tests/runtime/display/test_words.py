"""Words for durations, progress and figures."""

from __future__ import annotations

import math
from typing import Any

import pytest

from mlipilot.runtime.display.words import MARKS, detail, duration, produced, remaining, share
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.record.about import About

NOW = 5000.0


def running(started: float = 0.0, **progress: Any) -> JobState:
    return JobState(About("train/fit/seed-1", "k", "train"), State.RUNNING, started=started, progress=progress)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0.0 s"), (12.34, "12.3 s"), (60.0, "1:00"), (245.0, "4:05"), (3599.6, "1:00:00"), (3723.0, "1:02:03")],
)
def test_a_duration_has_seconds_or_minutes_or_hours(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("progress", "part"),
    [({}, None), ({"done": 1}, None), ({"done": 1, "total": 0}, None), ({"done": "1", "total": 4}, None),
     ({"done": 1, "total": 4}, 0.25), ({"done": 9, "total": 4}, 1.0)],
)  # fmt: skip
def test_a_share_is_known_where_a_job_counts(progress: dict[str, Any], part: float | None) -> None:
    assert share(progress) == part


def test_a_detail_has_phase_count_and_figures_in_their_units() -> None:
    state = running(phase="forces", unit="epoch", done=1200, total=3000, loss=0.0125, force_rmse=0.0173, note="slow")
    assert detail(state) == "forces  epoch 1,200/3,000  loss 0.0125  17.3 meV/Å  slow"
    assert detail(running(phase="train")) == ""
    assert detail(running(loss=math.nan, force_rmse="0.1", energy_rmse=0.002)) == "2.00 meV/atom"


def test_time_left_is_said_once_the_pace_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)
    assert remaining(running(NOW - 100, done=1, total=4)) == "5:00"
    assert remaining(running(NOW - 100)) == ""
    assert remaining(running(NOW - 100, done=1, total=100)) == ""
    assert remaining(running(NOW - 1, done=1, total=4)) == ""


def test_what_was_produced_is_what_the_job_said_last() -> None:
    assert produced(running(result="45 frames")) == "45 frames"
    assert produced(running()) == ""


def test_every_state_has_a_mark_of_its_own() -> None:
    assert set(MARKS) == set(State)
    assert len(set(MARKS.values())) == len(MARKS)
