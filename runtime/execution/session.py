"""A session: one process executes one run. It owns the lease, the journal, the signals, the budget and the engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from typing import Any

from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.packages import installed
from mlipilot.compiler.plan import Compiled, Job, Plan, job_keys, lacks_device, runs_here
from mlipilot.compiler.plan_file import write_plan
from mlipilot.compiler.room import room
from mlipilot.runtime.engine.engines import ENGINES
from mlipilot.runtime.engine.protocol import ENCODINGS, MODELS, Setting
from mlipilot.runtime.execution.dispatch import Dispatch
from mlipilot.runtime.execution.outcome import JobState, was_whole
from mlipilot.runtime.execution.preflight import asked
from mlipilot.runtime.execution.settlement import correct, settle
from mlipilot.runtime.execution.signals import stop_on_signals
from mlipilot.runtime.execution.watcher import Watcher
from mlipilot.runtime.foundation.atomic_files import write_bytes
from mlipilot.runtime.foundation.nodes import hardware_of
from mlipilot.runtime.record import Journal, Run, Workspace, read_journal
from mlipilot.runtime.record.experience import machine_of, remember
from mlipilot.runtime.record.heartbeat import Heartbeat, Loss
from mlipilot.runtime.record.liveness import STOP_SECONDS, Life
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.diagnostics.refusal import refusal

PAUSED = "paused: nothing is started until `mlipilot pause --off`"
WIND_DOWN_SECONDS = 30.0
"""Jobs that are asked to stop have this long before they are ended."""


def _registered(plan: Plan) -> dict[str, Any]:
    """What benchmarks of encodings claim, written down before anything of them is run; nothing where there are none."""
    compared = with_role(plan.jobs, Role.COMPARISON)
    found = [{name: job.params[name] for name in ("block", "hash", "claims")} for job in compared]
    return {"benchmarks": found} if found else {}


def _needs(plan: Plan) -> str:
    """What the jobs of a plan work with."""
    return ENCODINGS if len(with_role(plan.jobs, Role.BENCHMARK, Role.COMPARISON)) == len(plan.jobs) else MODELS


class LeaseLost(Exception):
    """This process does not execute the run any more, and may write nothing."""


class Session:
    """One process's execution of a run, from its lease to its end."""

    def __init__(
        self,
        compiled: Compiled,
        workspace: Workspace,
        run: Run,
        watcher: Watcher,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.compiled, self.plan = compiled, compiled.plan
        self.workspace, self.run, self.watcher = workspace, run, watcher
        self.loss: Loss | None = None
        """Why this process no longer executes the run."""
        self.is_refused = False
        """Whether a place of the run cannot be written."""
        self._clock = clock
        self._began = clock()
        self._spent_before = 0.0
        self._lease = run.lease
        self.heartbeat = Heartbeat(self._lease.renew, self._lose)
        threads = max(job.threads for job in self.plan.jobs)
        self.engine = ENGINES[self.plan.engine["kind"]](
            Setting(self.plan.engine, threads, run.folder, _needs(self.plan))
        )
        self.dispatch = Dispatch(compiled, workspace, self.engine, self.enter, watcher)
        self.dispatch.refuse = self.refuse
        self.journal: Journal

    @cached_property
    def hardware(self) -> dict[str, str | int]:
        """The machine, as measurements of speed name it."""
        return hardware_of(self.plan.engine)

    @cached_property
    def keys(self) -> dict[str, str]:
        """Keys of the plan's jobs."""
        return {job: key for job, key in job_keys(self.plan, self.hardware).items() if key is not None}

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What is to be said at the end."""
        return self.dispatch.diagnostics

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return self._clock() - self._began

    # -- the end --

    @property
    def is_stopping(self) -> bool:
        """Whether nothing new is started, and what runs is asked to stop."""
        return self.dispatch.stopping

    @property
    def is_interrupted(self) -> bool:
        """Whether it was asked to stop before all was done."""
        return self.is_stopping and self.engine.fault is None and not self.is_refused

    def stop(self) -> None:
        """Start nothing new, and ask what runs to stop."""
        self.dispatch.stopping = True

    def interrupt(self) -> None:
        """At a signal: jobs of this machine are asked to stop, those of other machines continue without it."""
        self.dispatch.detached = not runs_here(self.plan)
        self.stop()

    def tick(self, *, limits_device_time: bool = True) -> None:
        """Look whether to pause, and whether to stop: the lease is lost, the engine has ended, the budget is spent."""
        self.dispatch.paused = self.run.is_paused
        if not self.heartbeat.holds() or self.is_stopping:
            return
        if self.run.is_cancelled:
            self.stop()
            return
        spent = self._overspent(limits_device_time)
        if spent is not None:
            self.diagnostics.append(spent)
        if spent is not None or self.engine.has_ended:
            self.stop()

    @property
    def allowance(self) -> float | None:
        """Device seconds that the budget leaves to this session; None where it has no such limit."""
        limit = self.plan.budget.get("device_time")
        return None if limit is None else limit - self._spent_before

    def _overspent(self, limits_device_time: bool) -> Diagnostic | None:
        device_time = self._spent_before + self.dispatch.spent + self.dispatch.running_seconds()
        used = {"device_time": device_time} if limits_device_time else {}
        for name, seconds in {**used, "wall": self.seconds}.items():
            limit = self.plan.budget.get(name)
            if limit is not None and seconds > limit:
                return Diagnostic(
                    "MLP0805",
                    f"the budget of {limit:g} s of `{name}` is spent ({seconds:.0f} s)",
                    help=f"raise `{name}` in the `budget` block and execute again: finished work is kept",
                )
        return None

    def refuse(self, error: OSError) -> None:
        """Stop since a place cannot be written, which is said once: what was finished is kept."""
        if not self.is_refused:
            self.is_refused = True
            self.diagnostics.append(self.refusal(error))
        self.stop()

    def refusal(self, error: OSError) -> Diagnostic:
        """What the system refuses, and the room that is needed for what is left."""
        return refusal(error, self.run.folder, room(self.plan, self.left) or None)

    @property
    def left(self) -> list[Job]:
        """Jobs of the plan that have no result yet."""
        store = self.workspace.store
        return [job for job in self.plan.jobs if not store.entry(self.keys[job.id]).is_done()]

    def _wind_down(self) -> None:
        """Wait until what runs has stopped; the engine ends what has not by then."""
        until = self._clock() + WIND_DOWN_SECONDS
        while not self.dispatch.is_idle and self._clock() < until:
            with suppress(OSError):
                self.dispatch.step()

    # -- the lease --

    def _lose(self, loss: Loss) -> None:
        self.loss = loss
        self.diagnostics.append(_lost(self.run, loss))
        self.interrupt()  # jobs on other machines are followed by who has the lease now

    def demand_lease(self) -> None:
        """Raise `LeaseLost` where this process may write nothing of the run any more."""
        if not self.heartbeat.holds():
            raise LeaseLost

    # -- the journal --

    def enter(self, event: str, **data: Any) -> Mapping[str, Any] | None:
        """Write an entry of the journal of jobs; nothing where another process may write there now, or nobody can."""
        if not self.heartbeat.holds():
            return None
        try:
            return self.journal.append(event, **data)
        except OSError as error:
            self.refuse(error)
            return None

    def open(self, reused: Sequence[str] = ()) -> Mapping[str, Any] | None:
        """Begin the journal of jobs, with what earlier sessions left settled; returns the first entry of this one."""
        self.run.cancel(on=False)
        write_bytes(self.run.plan, write_plan(self.compiled, self.run.folder).encode())
        self.journal = Journal(self.run.journal)
        self._spent_before, self.dispatch.inherited = settle(self.journal, self.workspace, self.engine.reconcile)
        return self.enter(
            "begin",
            plan=self.plan.hash,
            spec=self.plan.spec_hash,
            scorecard=self.plan.scorecard_hash,
            packages=dict(self.plan.packages),
            hardware=self.hardware,
            keys=self.keys,
            reused=list(reused),
            **_registered(self.plan),
        )

    def _remember(self) -> None:
        """Keep what jobs took that did all of their work."""
        states = self.dispatch.states.values()
        whole = {s.id: s.seconds for s in states if was_whole(s)}
        machine = machine_of(self.plan, self.hardware)
        remember(self.workspace.root, self.compiled, self.run.name, machine, whole)

    @contextmanager
    def running(self, states: Sequence[JobState] = (), notes: Sequence[str] = ()) -> Iterator[None]:
        """Watched, with the engine and until a signal asks for a stop; afterwards the journal of jobs is closed."""
        held = [PAUSED] if self.run.is_paused else []
        self.watcher.begin(list(states), [*notes, *self.engine.notes, *held])
        try:
            with stop_on_signals(self.interrupt), self.engine:
                try:
                    yield
                except OSError as error:
                    self.refuse(error)
                    self._wind_down()
        finally:
            self.watcher.end()
            self._remember()
            if self.engine.fault is not None:
                self.diagnostics.append(self.engine.fault)
            self._close(states)

    def write_down(self, states: Sequence[JobState]) -> None:
        """Begin and end the journal of a run whose jobs all have results already: else no verb would find it."""
        self.open([state.id for state in states])
        self._close(states)

    def _close(self, states: Sequence[JobState]) -> None:
        if self.heartbeat.holds() and not runs_here(self.plan):  # here, what ended without a record is dead
            with suppress(OSError):  # the next session enters it
                correct(self.journal, self.workspace, read_journal(self.run.journal).entries)
        self.enter(
            "end",
            states={state.id: state.state.value for state in states},
            interrupted=self.is_interrupted,
            wall_seconds=self.seconds,
        )
        self.journal.close()


def open_session(compiled: Compiled, workspace: Workspace, watcher: Watcher, stack: ExitStack) -> Session | Diagnostic:
    """A session of a plan's run, which no other process executes until `stack` is left; or why it cannot begin now."""
    plan = compiled.plan
    now = installed(tuple(plan.packages))
    drifted = [
        f"{name} {plan.packages.get(name)} → {now[name]}" for name in now if now[name] != plan.packages.get(name)
    ]
    if drifted:
        headline = f"packages changed since the plan was compiled: {', '.join(drifted)}"
        return Diagnostic("MLP0703", headline, help="compile the spec again")
    if plan.engine["kind"] not in ENGINES:
        headline = f"the plan asks for an engine that this version does not have: `{plan.engine['kind']}`"
        return Diagnostic("MLP0703", headline, help="compile the spec again")
    run = workspace.run(compiled.spec, plan.hash)
    if not run.lease.acquire():
        return _held(run)
    stack.callback(run.lease.release)
    session = Session(compiled, workspace, run, watcher)
    absent = _absent_device(session)
    if absent is not None:
        return absent
    refused = _refused_by_engine(session)
    if refused is not None:
        return refused
    stack.enter_context(session.heartbeat)
    return session


def _refused_by_engine(session: Session) -> Diagnostic | None:
    """Said before the first job where the engine would not take what is left; what it does not say is noted."""
    if runs_here(session.plan) or not (left := session.left):
        return None
    found = asked(session.compiled, jobs=left)
    errors = [diagnostic for diagnostic in found if diagnostic.is_error]
    session.diagnostics.extend(diagnostic for diagnostic in found if not diagnostic.is_error)
    if not errors:
        return None
    return replace(errors[0], notes=tuple(diagnostic.headline for diagnostic in errors[1:]))


def _absent_device(session: Session) -> Diagnostic | None:
    """Said before the first job where what is left needs a device that is not here."""
    if not lacks_device(session.plan):
        return None
    waiting = [job for job in session.left if job.backend]
    if not waiting:
        return None
    device = session.plan.engine["device"]
    return Diagnostic(
        "MLP0817",
        f"`{waiting[0].id}` needs `{device}`, and this machine has no such device",
        help="execute the spec on a machine with a GPU, or set `device = cpu` in the `engine` block",
    )


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


def _lost(run: Run, loss: Loss) -> Diagnostic:
    """Said where a session stopped by itself."""
    if loss is Loss.FENCED:
        return Diagnostic(
            "MLP0802",
            f"`{run.name}` was taken over by another process, or its lease was removed; this execution has stopped",
            help="`mlipilot status` shows whether it is being executed",
        )
    return Diagnostic(
        "MLP0802",
        f"`{run.folder}` could not be written for {STOP_SECONDS:.0f} s; this execution has stopped",
        help="when the folder can be written again, execute again: finished work is kept",
    )
