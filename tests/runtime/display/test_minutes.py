"""Without a terminal, a line at least every minute: of every kind of job, and of a campaign."""

from __future__ import annotations

from typing import Any

import pytest

from mlipilot.compiler.operations import OPERATIONS
from mlipilot.runtime.display.campaign_watchers import PlainCampaignWatcher
from mlipilot.runtime.display.minutes import Minutes
from mlipilot.runtime.display.plain import PlainWatcher
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.record.about import About

TOLD: dict[str, dict[str, Any]] = {
    "train": {"phase": "train", "done": 12, "total": 84, "unit": "epoch", "loss": 0.03, "force_rmse": 0.0452},
    "dynamics": {"phase": "dynamics", "done": 500, "total": 1000, "unit": "step", "note": "14 of 16 alive"},
}
"""What jobs of some kinds say of themselves; the others say nothing."""


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def running(kind: str, clock: Clock, name: str = "") -> JobState:
    about = About(name or f"{kind}/a", "key", kind)
    return JobState(about, State.RUNNING, started=clock.now, progress=TOLD.get(kind, {}))


def passes(watcher: Any, clock: Clock, seconds: float, step: float = 0.25) -> None:
    """Time goes by, tick after tick."""
    until = clock.now + seconds
    while clock.now < until:
        clock.now += step
        watcher.tick()


@pytest.mark.parametrize("kind", OPERATIONS)
def test_each_kind_of_job_has_a_line_a_minute(kind: str, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    watcher = PlainWatcher(Minutes(clock))
    watcher.changed(running(kind, clock))
    passes(watcher, clock, 15 * 60 + 1)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"start    {kind}/a"
    assert len(lines) == 16
    assert lines[1].startswith(f"running  {kind}/a  1:00")
    assert lines[15].startswith(f"running  {kind}/a  15:00")


def test_the_line_says_epoch_loss_and_what_is_left(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    watcher = PlainWatcher(Minutes(clock))
    watcher.changed(running("train", clock))
    passes(watcher, clock, 60)
    (_, line) = capsys.readouterr().err.splitlines()
    assert line == "running  train/a  1:00  epoch 12/84  loss 0.03  45.2 meV/Å  about 6:00 left"


def test_a_job_that_ended_is_silent_and_a_short_one_has_no_line(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher = PlainWatcher(Minutes(clock))
    job = running("train", clock)
    watcher.changed(job)
    passes(watcher, clock, 59)
    job.state, job.seconds = State.DONE, 59.0
    watcher.changed(job)
    passes(watcher, clock, 600, step=10)
    assert [line.split()[0] for line in capsys.readouterr().err.splitlines()] == ["start", "done"]


def test_jobs_side_by_side_have_a_line_each(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    watcher = PlainWatcher(Minutes(clock))
    watcher.changed(running("train", clock, "train/a"))
    passes(watcher, clock, 30)
    watcher.changed(running("train", clock, "train/b"))
    passes(watcher, clock, 60)
    lines = [line.split()[1] for line in capsys.readouterr().err.splitlines() if line.startswith("running")]
    assert lines == ["train/a", "train/b"]


def test_a_campaign_says_something_every_minute(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    watcher = PlainCampaignWatcher(clock)
    watcher.begin([], [])
    for number in range(20):  # jobs of 20 seconds, one after the other, and no trial that is decided
        job = running("train", clock, f"train/fit/seed-{number}")
        watcher.changed(job)
        passes(watcher, clock, 20)
        job.state, job.seconds = State.DONE, 20.0
        watcher.changed(job)
    lines = capsys.readouterr().err.splitlines()
    assert 6 <= len(lines) <= 7
    assert all(line.startswith("running  calibrating") and "epoch 12/84" in line for line in lines)


def test_of_many_jobs_of_a_campaign_a_few_are_named(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    watcher = PlainCampaignWatcher(clock)
    watcher.begin([], [])
    for number in range(5):
        watcher.changed(running("verdict", clock, f"verdict/{number}"))
    passes(watcher, clock, 61)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("verdict/0; verdict/1; verdict/2; 2 more jobs")
