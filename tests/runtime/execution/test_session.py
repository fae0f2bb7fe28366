"""A session on an engine of a test's own: what it runs on, what is counted, and who may execute a run."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from execution_project import TINY

from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.engine.protocol import Began, Cause
from mlipilot.runtime.execution import session as sessions
from mlipilot.runtime.execution.outcome import State
from mlipilot.runtime.execution.session import LeaseLost, Session, open_session
from mlipilot.runtime.execution.settlement import device_seconds, settle
from mlipilot.runtime.execution.standing import Standing, standing
from mlipilot.runtime.execution.supervisor import execute, supervise
from mlipilot.runtime.execution.watcher import Silent
from mlipilot.runtime.foundation.atomic_files import write_json
from mlipilot.runtime.record import Entry, Journal, Workspace, read_journal
from mlipilot.runtime.record.lease import Lease
from mlipilot.runtime.record.liveness import STOP_SECONDS
from mlipilot.spec.diagnostics import Diagnostic

sys.path.append(str(Path(__file__).parents[1] / "engine"))

from scripted import SECONDS, ScriptedEngine
from toy_sessions import OTHER, Actor, acting, entries

# -- a device that is not here --


@pytest.fixture
def cuda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compiled:
    """The tiny experiment on a GPU, on a machine without one."""
    monkeypatch.setattr("mlipilot.compiler.plan.cuda_is_absent", lambda: True)
    spec = tmp_path / "tiny.mlp"
    spec.write_text(TINY.replace("threads = 1 }", "threads = 1, device = cuda }"))
    compiled, _ = compile_file(spec)
    assert compiled is not None
    return compiled


def test_a_device_that_is_not_here_is_said_before_the_first_job(cuda: Compiled, workspace: Workspace) -> None:
    outcome = execute(cuda, workspace)
    assert [d.code for d in outcome.diagnostics] == ["MLP0817"]
    assert outcome.jobs == []
    with ExitStack() as stack:
        assert workspace.run(cuda.spec, cuda.plan.hash).lease.acquire(), "the run is free again"
        stack.callback(workspace.run(cuda.spec, cuda.plan.hash).lease.release)


def test_an_engine_elsewhere_is_not_asked_for_its_device(
    cuda: Compiled, workspace: Workspace, engine: ScriptedEngine
) -> None:
    plan = replace(cuda.plan, engine={**cuda.plan.engine, "kind": "toy"}, jobs=cuda.plan.jobs[:1])
    assert [job.state for job in execute(cuda._replace(plan=plan), workspace).jobs] == [State.DONE]


def test_jobs_without_a_model_need_no_device(cuda: Compiled, workspace: Workspace) -> None:
    plan = replace(cuda.plan, jobs=cuda.plan.jobs[:1])
    assert [job.state for job in execute(cuda._replace(plan=plan), workspace).jobs] == [State.DONE]


# -- engines by name --


def test_a_plan_runs_on_the_engine_that_its_tag_names(
    whole: Compiled, workspace: Workspace, engine: ScriptedEngine
) -> None:
    watcher = Actor()
    outcome = execute(whole, workspace, watcher)

    assert [job.state for job in outcome.jobs] == [State.DONE] * 8
    assert len(engine.submitted) == 8
    assert watcher.notes == ["this engine is scripted"]
    assert {job.seconds for job in outcome.jobs} == {SECONDS}
    assert [job.state for job in execute(whole, workspace).jobs] == [State.REUSED] * 8
    assert len(engine.submitted) == 8


def test_a_run_that_finds_all_its_results_is_recorded_once_and_found(
    small: Compiled, workspace: Workspace, engine: ScriptedEngine
) -> None:
    assert execute(small, workspace).is_complete
    renamed = small._replace(plan=replace(small.plan, question="the same under another name?"))
    run = workspace.run(renamed.spec, renamed.plan.hash)
    for _ in range(2):
        outcome = execute(renamed, workspace)
        assert (outcome.ran, outcome.interrupted, [job.state for job in outcome.jobs]) == (0, False, [State.REUSED])
        assert [entry["event"] for entry in read_journal(run.journal).entries] == ["begin", "end"]
    assert run in workspace.runs()
    read = standing(workspace, run)
    assert isinstance(read, Standing)
    assert [job.state for job in read.jobs] == [State.REUSED]


def test_a_plan_for_an_engine_of_another_version_is_refused(whole: Compiled, workspace: Workspace) -> None:
    outcome = execute(whole, workspace)

    assert [diagnostic.code for diagnostic in outcome.diagnostics] == ["MLP0703"]
    assert "`toy`" in outcome.diagnostics[0].headline


def test_where_nothing_runs_nothing_heavy_is_imported() -> None:
    program = (
        "import sys, mlipilot.runtime.execution, mlipilot.runtime.pilot.campaign.execution; "
        "sys.exit(bool({'torch', 'mace', 'ase', 'polars'} & set(sys.modules)))"
    )
    program = f"import mlipilot.compiler.compile; {program}"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# -- what is counted --


def test_device_time_is_what_the_record_of_an_attempt_says(session: Session, engine: ScriptedEngine) -> None:
    engine.script = "fail"
    outcome = supervise(session)

    assert (outcome.jobs[0].state, outcome.jobs[0].code) == (State.FAILED, "MLP0810")
    assert [entry["device_seconds"] for entry in entries(session, "ended")] == [SECONDS]
    assert session.dispatch.spent == SECONDS


def test_what_a_job_took_that_lived_on_unseen_is_entered_once_its_record_is_there(
    session: Session, engine: ScriptedEngine
) -> None:
    engine.script, engine.cause = "die", Cause.NODE

    def act(tick: int) -> None:
        if len(engine.submitted) == 2:
            engine.script = "publish"
            first = engine.submitted[0]
            write_json(Entry(first.folder).file("exit", 1), {"class": "stopped", "seconds": 90.0})

    outcome = acting(session, act)
    assert [job.state for job in outcome.jobs] == [State.DONE]
    recorded = [entry["recorded"] for entry in entries(session, "ended")]
    assert recorded[0] is False
    assert recorded[-1] is True
    (correction,) = entries(session, "corrected")
    (key,) = {entry["key"] for entry in entries(session, "ended")}
    assert (correction["of"], correction["attempt"]) == (key, 1)
    assert entries(session, "ended")[0]["device_seconds"] + correction["device_seconds"] == pytest.approx(90.0)
    read = standing(session.workspace, session.run)
    assert isinstance(read, Standing)
    told = sum(entry["device_seconds"] for entry in entries(session, "ended"))
    assert read.device_seconds == pytest.approx(told + correction["device_seconds"])
    assert settle(Journal(session.run.journal), session.workspace, engine.reconcile).device_seconds == pytest.approx(
        read.device_seconds
    )
    assert len(entries(session, "corrected")) == 1


def test_an_attempt_without_a_record_counts_to_its_last_sign_of_life(tmp_path: Path) -> None:
    entry = Entry(tmp_path)
    assert device_seconds(entry, 1, 1000.0) == 0.0

    write_json(entry.file("hb", 1), {"time": 1010.0})
    assert device_seconds(entry, 1, 1000.0) == 10.0
    entry.file("progress", 1).write_text('{"time": 1012.5}\n{"time": 10')
    assert device_seconds(entry, 1, 1000.0) == 12.5
    write_json(entry.file("hb", 1), {"time": 700.0})
    entry.file("progress", 1).unlink()
    assert device_seconds(entry, 1, 1000.0) == 0.0


def test_an_attempt_that_runs_counts_from_its_begin_until_now(session: Session, engine: ScriptedEngine) -> None:
    engine.script = "wait"
    seconds = []

    def act(tick: int) -> None:
        state = next(iter(session.dispatch.states.values()))
        state.started -= 100.0
        seconds.append(session.dispatch.running_seconds())
        session.stop()

    acting(session, act)
    assert seconds[0] == pytest.approx(100.0, abs=5)


def test_an_attempt_that_waits_counts_nothing(session: Session, engine: ScriptedEngine) -> None:
    engine.script, engine.begins = "wait", False
    seconds = []

    def act(tick: int) -> None:
        seconds.append(session.dispatch.running_seconds())
        if tick == 2:
            engine.untold.append(Began(engine.submitted[0], 107.0))
        elif tick == 4:
            session.stop()

    outcome = acting(session, act)
    assert seconds[:2] == [0.0, 0.0]
    assert seconds[3] == pytest.approx(107.0, abs=5)
    assert outcome.jobs[0].state is State.STOPPED


def test_an_attempt_that_never_began_took_no_device_time(session: Session, engine: ScriptedEngine) -> None:
    engine.script, engine.begins = "die", False
    assert acting(session, lambda tick: None).jobs[0].seconds == 0.0
    assert [entry["device_seconds"] for entry in entries(session, "ended")] == [0.0]


def test_a_spent_budget_stops_a_session(session: Session, engine: ScriptedEngine) -> None:
    engine.script = "wait"
    session.plan = replace(session.plan, budget={"device_time": 50.0})

    def act(tick: int) -> None:
        next(iter(session.dispatch.states.values())).started -= 100.0

    outcome = acting(session, act)
    assert [diagnostic.code for diagnostic in outcome.diagnostics] == ["MLP0805"]
    assert (outcome.jobs[0].state, outcome.interrupted) == (State.STOPPED, True)
    assert entries(session, "end")[0]["interrupted"] is True


def test_device_time_can_be_left_out_of_the_limits(session: Session) -> None:
    session.plan = replace(session.plan, budget={"device_time": 1.0, "wall": 1e6})
    session.dispatch.spent = 2.0

    session.tick(limits_device_time=False)
    assert not session.is_stopping
    session.tick()
    assert session.is_stopping


def test_a_paused_session_starts_nothing(session: Session, engine: ScriptedEngine) -> None:
    session.run.pause(on=True)

    def act(tick: int) -> None:
        assert engine.submitted == [] or not session.run.is_paused
        if tick == 5:
            session.run.pause(on=False)

    assert acting(session, act).is_complete


def test_a_session_that_is_stopped_cancels_what_runs(session: Session, engine: ScriptedEngine) -> None:
    engine.script = "wait"
    outcome = acting(session, lambda tick: session.stop())

    assert engine.cancelled == engine.submitted
    assert (outcome.jobs[0].state, outcome.interrupted) == (State.STOPPED, True)
    assert [entry["state"] for entry in entries(session, "ended")] == ["stopped"]


def test_an_engine_that_ends_with_a_fault_ends_the_session_with_it(session: Session, engine: ScriptedEngine) -> None:
    engine.script = "wait"
    fault = Diagnostic("MLP0801", "jobs need a package that is not installed: mace")

    def act(tick: int) -> None:
        engine.has_ended, engine.fault = True, fault

    outcome = acting(session, act)
    assert outcome.diagnostics == [fault]
    assert (outcome.jobs[0].state, outcome.interrupted) == (State.STOPPED, False)
    assert entries(session, "end")[0]["interrupted"] is False


# -- the lease --


@pytest.mark.parametrize("is_here", [True, False])
def test_a_session_that_was_taken_over_stops_and_writes_nothing(
    session: Session, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, is_here: bool
) -> None:
    """Jobs of this machine end with it; those of other machines are followed by who took it over."""
    monkeypatch.setattr(sessions, "runs_here", lambda plan: is_here)
    engine.script = "wait"
    written: list[bytes] = []

    def act(tick: int) -> None:
        if tick == 3:
            session.run.lease.path.unlink()
            assert Lease(session.run.folder, OTHER).acquire()
            written.append(session.run.journal.read_bytes())
            session.heartbeat.beat()

    outcome = acting(session, act)
    assert outcome.jobs == []
    assert [diagnostic.code for diagnostic in outcome.diagnostics] == ["MLP0802"]
    assert "taken over" in outcome.diagnostics[0].headline
    assert engine.cancelled == (engine.submitted if is_here else [])
    assert session.run.journal.read_bytes() == written[0]
    assert session.run.holder() == OTHER
    with pytest.raises(LeaseLost):
        session.demand_lease()


@pytest.mark.parametrize("is_here", [True, False])
def test_a_signal_stops_jobs_of_this_machine_and_leaves_those_of_others(
    session: Session, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, is_here: bool
) -> None:
    monkeypatch.setattr(sessions, "runs_here", lambda plan: is_here)
    engine.script = "wait"
    outcome = acting(session, lambda tick: session.interrupt() if tick == 3 else None)
    assert outcome.interrupted
    assert outcome.detached == (not is_here)
    assert [job.state for job in outcome.jobs] == [State.STOPPED]
    assert engine.cancelled == (engine.submitted if is_here else [])
    assert len(entries(session, "ended")) == int(is_here)  # the end of one that continues is not known


def test_a_run_that_is_cancelled_from_elsewhere_is_stopped(session: Session, engine: ScriptedEngine) -> None:
    engine.script = "wait"
    outcome = acting(session, lambda tick: session.run.cancel(on=True) if tick == 3 else None)
    assert outcome.interrupted
    assert not outcome.detached
    assert engine.cancelled == engine.submitted


def test_a_session_that_cannot_give_a_sign_of_life_stops_by_itself(
    session: Session, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.script = "wait"
    now = [0.0]

    def act(tick: int) -> None:
        if tick == 3:

            def cannot() -> bool:
                raise OSError("stale file handle")

            monkeypatch.setattr(session.heartbeat, "_renew", cannot)
            monkeypatch.setattr(session.heartbeat, "_clock", lambda: now[0])
            monkeypatch.setattr(session.heartbeat, "_last", 0.0)
        elif tick == 6:
            assert not session.is_stopping
            now[0] = STOP_SECONDS + 1

    outcome = acting(session, act)
    assert outcome.jobs == []
    assert [diagnostic.code for diagnostic in outcome.diagnostics] == ["MLP0802"]
    assert f"{STOP_SECONDS:.0f} s" in outcome.diagnostics[0].headline
    assert entries(session, "end") == []


def test_a_run_whose_session_is_silent_here_is_refused_by_name(
    session: Session, small: Compiled, workspace: Workspace
) -> None:
    os.utime(session.run.lease.path, (0, 0))
    with ExitStack() as stack:
        refused = open_session(small, workspace, Silent(), stack)

    assert isinstance(refused, Diagnostic)
    assert (refused.code, "may still be executed" in refused.headline) == ("MLP0802", True)


def test_a_run_of_a_host_that_is_silent_is_taken_over(
    small: Compiled, workspace: Workspace, engine: ScriptedEngine
) -> None:
    run = workspace.run(small.spec, small.plan.hash)
    assert Lease(run.folder, OTHER).acquire()
    assert [diagnostic.code for diagnostic in execute(small, workspace).diagnostics] == ["MLP0802"]

    os.utime(run.lease.path, (0, 0))
    assert execute(small, workspace).is_complete
    assert not Lease(run.folder, OTHER).renew()
