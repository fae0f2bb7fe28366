"""What an execution looks like: a line for each change in a log, a table of the jobs on a terminal."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from mlipilot.runtime.display import PlainWatcher, TerminalWatcher
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.record.about import About


def job(name: str, state: State, **others: object) -> JobState:
    return JobState(About(name, "k", name.partition("/")[0]), state, **others)  # type: ignore[arg-type]


JOBS = {
    "dataset/cu": job("dataset/cu", State.REUSED),
    "train/fit": job("train/fit", State.DONE, seconds=245.0, progress={"result": "a model"}),
    "evaluate/fit": job("evaluate/fit", State.FAILED, message="[the loss] is nan"),
    "dynamics/hot": job("dynamics/hot", State.STOPPED, seconds=3.0),
    "speed/fit": job("speed/fit", State.SKIPPED, message="`evaluate/fit` failed"),
    "verdict/s": job("verdict/s", State.PENDING),
}


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (job("train/fit", State.RUNNING), "start    train/fit"),
        (JOBS["dataset/cu"], "reused   dataset/cu  0.0 s"),
        (JOBS["train/fit"], "done     train/fit  4:05  a model"),
        (JOBS["evaluate/fit"], "failed   evaluate/fit: [the loss] is nan"),
        (JOBS["dynamics/hot"], "stopped  dynamics/hot  3.0 s"),
        (JOBS["speed/fit"], "skipped  speed/fit: `evaluate/fit` failed"),
    ],
    ids=lambda value: value.state.value if isinstance(value, JobState) else "",
)
def test_without_a_terminal_each_change_is_a_line_on_standard_error(
    state: JobState, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher = PlainWatcher()
    watcher.begin([state], ["2 workers instead of 4"])
    watcher.changed(state)
    watcher.tick()
    watcher.end()
    assert capsys.readouterr() == ("", f"note: 2 workers instead of 4\n{line}\n")


@pytest.fixture
def drawn() -> Callable[..., list[str]]:
    """The lines that a watcher of these jobs leaves, on a console so wide."""

    def draw(jobs: list[JobState], notes: list[str], width: int = 100) -> list[str]:
        stream = io.StringIO()
        watcher = TerminalWatcher()
        watcher.console = Console(file=stream, width=width)
        watcher.begin(jobs, notes)
        for state in jobs:
            watcher.changed(state)
        watcher.tick()
        watcher.end()
        return [line.rstrip() for line in stream.getvalue().splitlines()]

    return draw


def test_on_a_terminal_each_job_is_a_line_with_its_mark(drawn: Callable[..., list[str]]) -> None:
    note, *lines = drawn(list(JOBS.values()), ["2 workers [of 4] in [red]"])
    assert note == "note: 2 workers [of 4] in [red]"
    assert [line.split() for line in lines[:6]] == [
        ["=", "dataset/cu", "reused"],
        ["✓", "train/fit", "a", "model", "4:05"],
        ["✗", "evaluate/fit", "[the", "loss]", "is", "nan"],
        ["■", "dynamics/hot", "3.0", "s"],
        ["-", "speed/fit", "`evaluate/fit`", "failed"],
        ["·", "verdict/s"],
    ]
    assert len(lines) == 7  # and how long it took


def test_a_job_that_runs_shows_what_it_does_and_how_long_it_has(
    drawn: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 5000.0)
    progress = {"phase": "forces", "done": 10, "total": 40, "unit": "epoch", "force_rmse": 0.0173}
    first, _ = drawn([job("train/fit", State.RUNNING, started=4900.0, progress=progress)], [])
    assert first.startswith("▶  train/fit")
    assert first.endswith("forces  epoch 10/40  17.3 meV/Å  1:40  5:00 left")


def test_on_a_narrow_terminal_the_detail_is_cut_and_marks_names_and_times_are_whole(
    drawn: Callable[..., list[str]],
) -> None:
    long = "it went " + "far " * 40
    jobs = [
        job("dynamics/hot/seed-1", State.FAILED, message=long),
        job("train/fit", State.DONE, seconds=245.0, progress={"result": long}),
    ]
    failed, done, _ = drawn(jobs, [], width=50)
    assert failed.startswith("✗  dynamics/hot/seed-1    it went far")
    assert done.startswith("✓  train/fit              it went far")
    assert "…" in failed
    assert done.endswith("…  4:05")
    assert max(len(failed), len(done)) <= 50


def test_a_watcher_that_never_began_ends_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    TerminalWatcher().end()
    assert capsys.readouterr() == ("", "")
