"""Whether the time of a job says what such jobs take."""

import pytest

from mlipilot.runtime.execution.outcome import JobState, State, was_whole
from mlipilot.runtime.record.about import About


@pytest.mark.parametrize(
    ("state", "attempt", "progress", "whole"),
    [
        (State.DONE, 1, {"result": "20 labels"}, True),
        (State.DONE, 1, {"result": "20 labels", "known": 3}, False),
        (State.DONE, 2, {"result": "20 labels"}, False),
        (State.STOPPED, 1, {}, False),
        (State.REUSED, 0, {}, False),
    ],
)
def test_a_job_that_found_work_done_says_nothing_of_its_time(
    state: State, attempt: int, progress: dict[str, object], whole: bool
) -> None:
    assert was_whole(JobState(About("a/b", "k", "label"), state, attempt, progress=progress)) is whole
