"""What is run again, how often, and what is not: by what ended an attempt."""

from __future__ import annotations

import pytest
from scripted import ScriptedEngine
from toy_sessions import acting, entries

from mlipilot.runtime.engine.protocol import Cause
from mlipilot.runtime.execution.outcome import State
from mlipilot.runtime.execution.retries import MOST, MOST_FROM_ITS_BEGINNING, REMEDIES
from mlipilot.runtime.execution.session import Session


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.CANCELLED], ids=str)
def test_an_attempt_is_made_again_as_often_as_its_cause_allows(
    session: Session, engine: ScriptedEngine, cause: Cause
) -> None:
    engine.script, engine.cause = "die", cause
    outcome = acting(session, lambda tick: None)
    (job,) = outcome.jobs
    most = MOST_FROM_ITS_BEGINNING if cause is Cause.TIME else MOST[cause]  # a data set is made from its beginning
    assert len(engine.submitted) == 1 + most
    assert (job.state, job.code) == (State.FAILED, "MLP0803")
    assert job.help == REMEDIES.get(cause, f"see `mlipilot logs {job.id}`")
    assert [entry["state"] for entry in entries(session, "ended")] == ["stopped"] * most + ["failed"]


def test_a_job_whose_time_was_up_gets_twice_the_time(session: Session, engine: ScriptedEngine) -> None:
    engine.script, engine.cause = "die", Cause.TIME
    acting(session, lambda tick: None)
    reserved = [entry["reserved_seconds"] for entry in entries(session, "started")]
    assert reserved == [reserved[0] * factor for factor in (1, 2, 4, 8)]


def test_what_somebody_cancelled_is_not_run_again_until_it_is_asked_for(
    session: Session, engine: ScriptedEngine
) -> None:
    engine.script, engine.cause = "die", Cause.CANCELLED
    (job,) = acting(session, lambda tick: None).jobs
    assert len(engine.submitted) == 1
    assert job.state is State.STOPPED
    assert "somebody else cancelled it" in job.message


def test_a_job_that_saved_its_work_goes_on_after_a_preemption(session: Session, engine: ScriptedEngine) -> None:
    engine.script, engine.cause = "wait", Cause.PREEMPTED

    def act(tick: int) -> None:
        engine.script = "publish"
        for attempt in list(engine.running):
            engine.preempt(attempt)

    (job,) = acting(session, act).jobs
    assert job.state is State.DONE
    assert [entry["message"] for entry in entries(session, "ended")] == ["its node was needed for others", ""]


def test_every_cause_has_a_number_of_times() -> None:
    assert MOST.keys() == set(Cause)
