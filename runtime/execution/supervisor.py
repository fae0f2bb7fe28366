"""The supervisor: has a plan's jobs run, within its budget, and says how that ended."""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack

from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.packages import DYNAMICS, installed
from mlipilot.compiler.plan import Compiled, Plan, job_keys, write_plan
from mlipilot.runtime.durable import write_bytes
from mlipilot.runtime.engine.local import BackendMissing, LocalEngine
from mlipilot.runtime.execution.dispatch import Crew, Dispatch, Silent, Watcher, settle_killed
from mlipilot.runtime.execution.outcome import JobState, Outcome
from mlipilot.runtime.execution.signals import stop_on_signals
from mlipilot.runtime.hardware import fingerprint
from mlipilot.runtime.judgement.verdict import load_verdict
from mlipilot.runtime.record import Journal, Run, Workspace
from mlipilot.runtime.record.heartbeat import Heartbeat
from mlipilot.runtime.record.liveness import Life
from mlipilot.spec.diagnostics import Diagnostic


class _Supervisor:
    def __init__(self, compiled: Compiled, workspace: Workspace, run: Run, watcher: Watcher) -> None:
        self.compiled, self.plan = compiled, compiled.plan
        self.workspace, self.run, self.watcher = workspace, run, watcher
        self.hardware = fingerprint(str(self.plan.engine["device"]))
        self.keys = {job: key for job, key in job_keys(self.plan, self.hardware).items() if key is not None}
        crew = crew_of(self.plan)
        self.notes = crew.notes()
        self.dispatch = Dispatch(compiled, workspace, crew, watcher)
        self.began = time.monotonic()
        self.spent_before = 0.0

    def supervise(self) -> Outcome:
        dispatch = self.dispatch
        for job in self.plan.jobs:
            dispatch.add(job, self.keys[job.id])
        states = list(dispatch.states.values())
        if not all(state.state.has_result for state in states):
            self._open_journal(states)
            self.watcher.begin(states, self.notes)
            try:
                with stop_on_signals(self._ask_to_stop), LocalEngine(self.run.folder / "engine.log") as engine:
                    dispatch.engine = engine
                    self._loop()
            except BackendMissing as missing:
                dispatch.diagnostics.append(backend_missing(missing))
            finally:
                self.watcher.end()
            self._close_journal(states)
        judges = {job.id for job in with_role(self.plan.jobs, Role.VERDICT)}
        judged = (dispatch.entry(s).result for s in states if s.id in judges and s.state.has_result)
        verdict = next(map(load_verdict, judged), None)
        return Outcome(states, verdict, dispatch.stopping, dispatch.diagnostics, time.monotonic() - self.began)

    def _open_journal(self, states: list[JobState]) -> None:
        write_bytes(self.run.plan, write_plan(self.compiled, self.run.folder).encode())
        journal = self.dispatch.journal = Journal(self.run.journal)
        self.spent_before = settle_killed(journal, self.workspace)
        journal.append(
            "begin",
            plan=self.plan.hash,
            spec=self.plan.spec_hash,
            scorecard=self.plan.scorecard_hash,
            packages=dict(self.plan.packages),
            hardware=self.hardware,
            keys=self.keys,
            reused=[state.id for state in states if state.state.has_result],
        )

    def _close_journal(self, states: list[JobState]) -> None:
        self.dispatch.journal.append(
            "end",
            states={state.id: state.state.value for state in states},
            interrupted=self.dispatch.stopping,
            wall_seconds=time.monotonic() - self.began,
        )
        self.dispatch.journal.close()

    def _loop(self) -> None:
        dispatch = self.dispatch
        while True:
            if not dispatch.stopping and (dispatch.engine.gone or self._over_budget()):
                self._ask_to_stop()
            dispatch.paused = self.run.is_paused
            dispatch.step()
            if dispatch.is_idle:
                break
        dispatch.close()

    def _ask_to_stop(self) -> None:
        self.dispatch.stopping = True

    def _over_budget(self) -> bool:
        used = {
            "device_time": self.spent_before + self.dispatch.spent + self.dispatch.running_seconds(),
            "wall": time.monotonic() - self.began,
        }
        for name, seconds in used.items():
            limit = self.plan.budget.get(name)
            if limit is not None and seconds > limit:
                self.dispatch.diagnostics.append(budget_spent(name, limit, seconds))
                return True
        return False


def crew_of(plan: Plan) -> Crew:
    """The crew that a plan's engine asks for."""
    return Crew(int(plan.engine["workers"]), max(job.threads for job in plan.jobs))


def budget_spent(name: str, limit: float, used: float) -> Diagnostic:
    """Said where a limit of the budget ends an execution."""
    return Diagnostic(
        "MLP0805",
        f"the budget of {limit:g} s of `{name}` is spent ({used:.0f} s)",
        help=f"raise `{name}` in the `budget` block and execute again: finished work is kept",
    )


def backend_missing(missing: BackendMissing) -> Diagnostic:
    """Said where the packages that jobs need are not installed."""
    return Diagnostic(
        "MLP0801",
        f"jobs need a package that is not installed: {missing}",
        help='install the backend: `pip install "mlipilot[all]"`',
    )


def execute(compiled: Compiled, workspace: Workspace, watcher: Watcher | None = None) -> Outcome:
    """Run what a plan still lacks.

    Finished jobs are reused, interrupted ones resumed. A plan that another process executes, or that was compiled
    with other package versions, is refused with a diagnostic.
    """
    with ExitStack() as stack:
        run = lease(compiled, workspace, stack)
        if isinstance(run, Diagnostic):
            return Outcome([], diagnostics=[run])
        return _Supervisor(compiled, workspace, run, watcher or Silent()).supervise()


def lease(compiled: Compiled, workspace: Workspace, stack: ExitStack) -> Run | Diagnostic:
    """The run of a plan, held by this process alone until `stack` is left; or why it may not be executed now."""
    plan = compiled.plan
    now = installed(DYNAMICS)
    drifted = [
        f"{name} {plan.packages.get(name)} → {now[name]}" for name in now if now[name] != plan.packages.get(name)
    ]
    if drifted:
        headline = f"packages changed since the plan was compiled: {', '.join(drifted)}"
        return Diagnostic("MLP0703", headline, help="compile the spec again")
    run = workspace.run(compiled.spec, plan.hash)
    if not run.lease.acquire():
        return _held(run)
    stack.callback(run.lease.release)
    # Without the lease this process has nothing to write any more: it stops as a user would have it stop.
    stack.enter_context(Heartbeat(run.lease.renew, lambda loss: os.kill(os.getpid(), signal.SIGTERM)))
    return run


def _held(run: Run) -> Diagnostic:
    """Said where another process may be executing a run."""
    holder = run.holder() or {}
    who = f"process {holder.get('pid')} on {holder.get('host')}"
    if run.lease.life() is Life.SUSPECT:
        return Diagnostic(
            "MLP0802",
            f"`{run.name}` may still be executed by {who}, which gives no sign of life",
            help="end it with `mlipilot cancel`, and execute again: finished work is kept",
        )
    return Diagnostic(
        "MLP0802",
        f"`{run.name}` is being executed by {who}",
        help="watch it with `mlipilot status`, or end it with `mlipilot cancel`",
    )
