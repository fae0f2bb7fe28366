"""What is set aside of the budget before a job runs, and what returns when it ended."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import pytest
from scripted import SECONDS, ScriptedEngine
from toy_sessions import Actor, acting, entries

from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.plan import Compiled, Job
from mlipilot.runtime.execution.outcome import State
from mlipilot.runtime.execution.reservation import Reservations
from mlipilot.runtime.execution.session import Session, open_session
from mlipilot.runtime.record import Workspace

ESTIMATED, FACTOR = 20.0, 3.0


def made(whole: Compiled) -> tuple[Job, Job, Job]:
    """Its data set, its training, and another one."""
    (data,) = with_role(whole.plan.jobs, Role.DATA)
    (training,) = with_role(whole.plan.jobs, Role.TRAINING)
    return data, training, replace(training, id="train/other", params={**training.params, "seed": 99})


def compiled_for(whole: Compiled, budget: float | None) -> Compiled:
    """The data set and both trainings, each estimated alike."""
    jobs = made(whole)
    plan = replace(whole.plan, jobs=jobs, budget={} if budget is None else {"device_time": budget})
    estimate = {**whole.estimate, "seconds": {job.id: ESTIMATED for job in jobs}, "factor": FACTOR}
    return whole._replace(plan=plan, estimate=estimate)


def session_with(whole: Compiled, workspace: Workspace, budget: float | None, stack: ExitStack) -> Session:
    session = open_session(compiled_for(whole, budget), workspace, Actor(), stack)
    assert isinstance(session, Session)
    return session


@pytest.mark.parametrize(
    ("budget", "reserved"),
    [
        (None, [60.0, 60.0, 60.0]),
        (1000.0, [60.0, 60.0, 60.0]),
        (100.0, [60.0, 60.0, 60.0]),
        (40.0, [40.0, 40.0 - SECONDS, 40.0 - 2 * SECONDS]),
    ],
)
def test_a_job_gets_its_estimate_with_the_margin_and_no_more_than_is_left(
    whole: Compiled, workspace: Workspace, engine: ScriptedEngine, budget: float | None, reserved: list[float]
) -> None:
    engine.capacity = 1
    with ExitStack() as stack:
        session = session_with(whole, workspace, budget, stack)
        outcome = acting(session, lambda tick: None)
        assert [job.state for job in outcome.jobs] == [State.DONE] * 3
        assert [entry["reserved_seconds"] for entry in entries(session, "started")] == reserved
        assert [entry["overdrawn_seconds"] for entry in entries(session, "ended")] == [0.0] * 3


@pytest.mark.parametrize(("budget", "together"), [(None, 2), (127.0, 2), (126.0, 1)])
def test_jobs_run_side_by_side_as_far_as_the_budget_has_room_for_them(
    whole: Compiled, workspace: Workspace, engine: ScriptedEngine, budget: float | None, together: int
) -> None:
    """Seven seconds are spent on the data, and each training may take sixty."""
    most = 0

    def act(tick: int) -> None:
        nonlocal most
        most = max(most, len(engine.running))
        engine.script = "wait"
        if tick > 5:
            for attempt in list(engine.running):
                engine.end(attempt, "publish")

    with ExitStack() as stack:
        session = session_with(whole, workspace, budget, stack)
        outcome = acting(session, act)
    assert [job.state for job in outcome.jobs] == [State.DONE] * 3
    assert most == together


def test_jobs_that_are_estimated_to_take_no_time_do_not_wait_for_each_other(
    whole: Compiled, workspace: Workspace, engine: ScriptedEngine
) -> None:
    engine.script = "wait"
    found = compiled_for(whole, None)
    jobs = tuple(replace(made(whole)[0], id=f"data-{n}", params={"n": n}) for n in range(2))
    nothing = found._replace(
        plan=replace(found.plan, jobs=jobs),
        estimate={**found.estimate, "seconds": dict.fromkeys(("data-0", "data-1"), 0.0)},
    )

    most = 0

    def act(tick: int) -> None:
        nonlocal most
        most = max(most, len(engine.running))
        session.stop()

    with ExitStack() as stack:
        session = open_session(nothing, workspace, Actor(), stack)
        assert isinstance(session, Session)
        acting(session, act)
        assert most == 2
        assert [entry["reserved_seconds"] for entry in entries(session, "started")] == [1.0, 1.0]


def test_what_a_job_took_beyond_what_was_set_aside_is_entered(
    whole: Compiled, workspace: Workspace, engine: ScriptedEngine
) -> None:
    with ExitStack() as stack:
        found = compiled_for(whole, None)
        little = found._replace(estimate={**found.estimate, "seconds": {job.id: 1.0 for job in found.plan.jobs}})
        session = open_session(little, workspace, Actor(), stack)
        assert isinstance(session, Session)
        acting(session, lambda tick: None)
        assert [entry["overdrawn_seconds"] for entry in entries(session, "ended")] == [SECONDS - FACTOR] * 3


def test_of_a_job_that_no_estimate_is_of_the_largest_of_its_kind_is_taken(whole: Compiled) -> None:
    data, training, other = made(whole)
    reservations = Reservations(
        compiled_for(whole, None)._replace(
            estimate={"seconds": {training.id: 5.0, other.id: 9.0, data.id: None}, "factor": 2.0}
        )
    )
    assert reservations.seconds(training) == 10.0
    assert reservations.seconds(replace(training, id="train/trial-7")) == 18.0
    assert reservations.seconds(data) is None
    assert reservations.request(training)["bytes"] is None
