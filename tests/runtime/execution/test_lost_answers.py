"""Answers that are lost, late or unknown, and what an earlier session left: nothing counts or runs twice."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.engine.engines import ENGINES
from mlipilot.runtime.engine.protocol import Attempt, Cause, Presence
from mlipilot.runtime.execution import attempts
from mlipilot.runtime.execution.outcome import State
from mlipilot.runtime.execution.retries import MOST
from mlipilot.runtime.execution.session import Session
from mlipilot.runtime.execution.settlement import settle
from mlipilot.runtime.execution.supervisor import execute
from mlipilot.runtime.foundation.atomic_files import create_json, write_json
from mlipilot.runtime.record import Entry, Journal, Workspace
from mlipilot.runtime.record.about import About

sys.path.append(str(Path(__file__).parents[1] / "engine"))

from scripted import SECONDS, ScriptedEngine, Unreliable
from toy_sessions import OTHER, acting, entries


def test_an_attempt_that_vanished_runs_again_and_fails_in_the_end(session: Session, engine: ScriptedEngine) -> None:
    engine.script = "wait"
    outcome = acting(session, lambda tick: engine.running.clear())

    losses = MOST[Cause.SILENT]
    assert len(engine.submitted) == 1 + losses
    assert (outcome.jobs[0].state, outcome.jobs[0].code) == (State.FAILED, "MLP0803")
    assert [entry["state"] for entry in entries(session, "ended")] == ["stopped"] * losses + ["failed"]


def test_an_end_that_was_not_told_is_what_the_record_says(
    small: Compiled, workspace: Workspace, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    unreliable = Unreliable(engine)
    unreliable.times = 0
    monkeypatch.setitem(ENGINES, "toy", lambda setting: unreliable)

    assert execute(small, workspace).is_complete
    assert len(engine.submitted) == 1


def newer(attempt: Attempt) -> Entry:
    """Another session's attempt, on another host, that replaces one."""
    entry = Entry(attempt.folder)
    create_json(entry.file("intent", attempt.number + 1), OTHER)
    write_json(entry.owner_file, {**OTHER, "attempt": attempt.number + 1})
    return entry


def test_the_late_end_of_a_superseded_attempt_changes_nothing(session: Session, engine: ScriptedEngine) -> None:
    engine.script = "wait"

    def act(tick: int) -> None:
        if tick == 1:
            newer(engine.submitted[0])
            engine.end(engine.submitted[0], "die")
        elif tick == 5:
            assert next(iter(session.dispatch.states.values())).state is State.PENDING
            engine.end(Attempt(engine.submitted[0].folder, 2), "publish")

    outcome = acting(session, act)
    assert outcome.jobs[0].state is State.REUSED
    assert len(engine.submitted) == 1
    ended = entries(session, "ended")
    assert [(entry["attempt"], entry["state"]) for entry in ended] == [(1, "stopped")]


# -- what an earlier session left --


def left_open(session: Session, *, begun: bool = True) -> Entry:
    """An attempt that an earlier session on another host began, as its journal and the store show it."""
    job = session.plan.jobs[0]
    key = session.keys[job.id]
    entry = session.workspace.store.entry(key)
    entry.folder.mkdir(parents=True)
    create_json(entry.file("intent", 1), OTHER)
    write_json(entry.owner_file, {**OTHER, "attempt": 1})
    write_json(entry.file("hb", 1), {"time": 0.0})
    journal = Journal(session.run.journal)
    journal.append("started", **About.of(job, key).document(), attempt=1)
    journal.close()
    return entry


def silent(entry: Entry) -> None:
    for path in (entry.file("hb", 1), entry.file("intent", 1)):
        os.utime(path, (0, 0))


def test_an_attempt_that_may_be_under_way_stays_open(session: Session) -> None:
    entry = left_open(session)
    journal = Journal(session.run.journal)

    for presence in (Presence.THERE, Presence.UNKNOWN):
        found = settle(journal, session.workspace, lambda attempt, presence=presence: presence)  # type: ignore[misc]
        assert found.device_seconds == 0.0
        assert {key: left.number for key, left in found.open.items()} == {entry.folder.name: 1}
    assert entries(session, "ended") == []

    assert settle(journal, session.workspace, lambda attempt: Presence.NOT_THERE).open == {}
    assert [entry["message"] for entry in entries(session, "ended")] == ["its supervisor was killed"]


def test_an_end_that_a_journal_has_twice_counts_once(session: Session) -> None:
    left_open(session)
    journal = Journal(session.run.journal)
    about = About.of(session.plan.jobs[0], session.keys[session.plan.jobs[0].id]).document()
    for _ in range(2):
        journal.append("ended", **about, attempt=1, device_seconds=5.0)
    journal.close()

    found = settle(Journal(session.run.journal), session.workspace, lambda attempt: Presence.UNKNOWN)
    assert found == (5.0, {})


def test_what_an_earlier_session_began_is_waited_for_and_not_run_twice(
    session: Session, engine: ScriptedEngine
) -> None:
    entry = left_open(session)

    def act(tick: int) -> None:
        state = next(iter(session.dispatch.states.values()))
        if tick < 5:
            assert (state.state, state.attempt) == (State.RUNNING, 1)
        elif tick == 5:
            engine.end(Attempt(entry.folder, 1), "publish")

    outcome = acting(session, act)
    assert outcome.jobs[0].state is State.DONE
    assert engine.submitted == []
    assert [ended["device_seconds"] for ended in entries(session, "ended")] == [SECONDS]


def test_what_an_earlier_session_began_runs_again_once_it_gives_no_sign(
    session: Session, engine: ScriptedEngine
) -> None:
    entry = left_open(session)
    outcome = acting(session, lambda tick: silent(entry) if tick == 3 else None)

    assert outcome.jobs[0].state is State.DONE
    assert [attempt.number for attempt in engine.submitted] == [2]
    assert [(ended["attempt"], ended["state"]) for ended in entries(session, "ended")] == [(1, "stopped"), (2, "done")]


def test_an_attempt_that_nobody_can_tell_of_outlives_a_session_that_is_stopped(
    session: Session, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = left_open(session)
    monkeypatch.setattr(attempts, "PATIENCE_SECONDS", -1.0)
    monkeypatch.setattr(engine, "reconcile", lambda attempt: Presence.UNKNOWN)
    outcome = acting(session, lambda tick: session.stop() if tick == 3 else None)

    assert (outcome.jobs[0].state, outcome.jobs[0].seconds) == (State.STOPPED, 0.0)
    assert entries(session, "ended") == []
    assert entry.exit(1) is None
