"""The supervisor: claims jobs, starts them when their inputs are there, and writes down what became of them."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any, Protocol

from mlipilot.compiler.packages import DYNAMICS, installed
from mlipilot.compiler.plan import Compiled, Job, job_keys, write_plan
from mlipilot.runtime.durable import read_json, write_bytes
from mlipilot.runtime.engine.local import BackendMissing, Ended, LocalEngine
from mlipilot.runtime.engine.worker import STOPPED
from mlipilot.runtime.execution.outcome import JobState, Outcome, State
from mlipilot.runtime.execution.progress import last_line
from mlipilot.runtime.execution.signals import stop_on_signals
from mlipilot.runtime.hardware import cores, fingerprint
from mlipilot.runtime.record import Entry, Journal, Run, Workspace
from mlipilot.spec.diagnostics import Diagnostic

TICK_SECONDS = 0.1


class Watcher(Protocol):
    """Someone who looks on: the terminal, or nobody."""

    def begin(self, jobs: list[JobState], notes: list[str]) -> None:
        """The jobs, before any is started."""

    def changed(self, job: JobState) -> None:
        """A job's state changed."""

    def tick(self) -> None:
        """Time passed; progress may have."""

    def end(self) -> None:
        """Nothing more will happen."""


class _Supervisor:
    def __init__(self, compiled: Compiled, workspace: Workspace, run: Run, watcher: Watcher) -> None:
        self.compiled, self.plan = compiled, compiled.plan
        self.workspace, self.run, self.watcher = workspace, run, watcher
        self.hardware = fingerprint(str(self.plan.engine["device"]))
        self.keys = {job: key for job, key in job_keys(self.plan, self.hardware).items() if key is not None}
        self.jobs = {job.id: job for job in self.plan.jobs}
        self.states = {job.id: JobState(job.id, job.kind, self.keys[job.id]) for job in self.plan.jobs}
        self.threads = min(max(job.threads for job in self.plan.jobs), cores())
        self.workers = max(1, min(int(self.plan.engine["workers"]), cores() // self.threads))
        self.began = time.monotonic()
        self.stopping = False
        self.spent_before = 0.0
        self.spent = 0.0
        self.diagnostics: list[Diagnostic] = []
        self.journal: Journal
        self._read_until: dict[str, int] = {}

    # -- the whole --

    def supervise(self) -> Outcome:
        for state in self.states.values():
            self._look(state)
        todo = [state for state in self.states.values() if not state.state.has_result]
        if todo:
            self._open_journal()
            self.watcher.begin(list(self.states.values()), self._notes())
            try:
                with stop_on_signals(self._ask_to_stop), LocalEngine(self.run.folder / "engine.log") as engine:
                    self._loop(engine)
            except BackendMissing as missing:
                self.diagnostics.append(
                    Diagnostic(
                        "MLP0801",
                        f"jobs need a package that is not installed: {missing}",
                        help='install the backend: `pip install "mlipilot[all]"`',
                    )
                )
            finally:
                self.watcher.end()
            self._close_journal()
        verdict = next((self._result(s, "verdict.json") for s in self.states.values() if s.kind == "verdict"), None)
        return Outcome(
            list(self.states.values()), verdict, self.stopping, self.diagnostics, time.monotonic() - self.began
        )

    def _result(self, state: JobState, file: str) -> dict[str, Any] | None:
        return read_json(self._entry(state).result / file) if state.state.has_result else None

    def _entry(self, state: JobState) -> Entry:
        return self.workspace.store.entry(state.key)

    def _look(self, state: JobState) -> None:
        entry = self._entry(state)
        if entry.is_done():
            state.state = State.REUSED
            attempts = entry.attempts()
            record = entry.exit(attempts[-1]) if attempts else None
            state.attempt = attempts[-1] if attempts else 0
            state.seconds = float(record["seconds"]) if record else 0.0
        elif entry.result.exists():
            aside = entry.set_aside()
            self.diagnostics.append(
                Diagnostic(
                    "MLP0806",
                    f"the result of `{state.id}` is damaged; it runs again",
                    help=f"what was there is kept in `{aside}`",
                )
            )

    def _notes(self) -> list[str]:
        notes = []
        wanted = int(self.plan.engine["workers"]), int(self.plan.engine["threads"])
        if (self.workers, self.threads) != wanted:
            notes.append(
                f"{cores()} core{'s' if cores() > 1 else ''} here: {self.workers} job(s) at a time with {self.threads} "
                f"thread(s) each, instead of {wanted[0]} with {wanted[1]}"
            )
        return notes

    # -- the journal --

    def _open_journal(self) -> None:
        write_bytes(self.run.plan, write_plan(self.compiled, self.run.folder).encode())
        self.journal = Journal(self.run.journal)
        self._settle_killed()
        self.spent_before = sum(
            float(entry.get("device_seconds", 0.0)) for entry in self.journal.entries if entry["event"] == "ended"
        )
        self.journal.append(
            "begin",
            plan=self.plan.hash,
            spec=self.plan.spec_hash,
            scorecard=self.plan.scorecard_hash,
            packages=dict(self.plan.packages),
            hardware=self.hardware,
            keys=self.keys,
            reused=[state.id for state in self.states.values() if state.state.has_result],
        )

    def _settle_killed(self) -> None:
        """Close attempts whose supervisor was killed: their device time counts up to the last sign of life."""
        begun: dict[tuple[str, int], dict[str, Any]] = {}
        for entry in self.journal.entries:
            if entry["event"] == "started":
                begun[entry["job"], entry["attempt"]] = entry
            elif entry["event"] == "ended":
                begun.pop((entry["job"], entry["attempt"]), None)
        for (job, attempt), started in begun.items():
            folder = self.workspace.store.entry(started["key"])
            beat = read_json(folder.file("hb", attempt)) or {}
            progress = last_line(folder.file("progress", attempt), 0)[0] or {}
            last = max(float(beat.get("time", 0.0)), float(progress.get("time", 0.0)), float(started["time"]))
            self.journal.append(
                "ended",
                job=job,
                key=started["key"],
                attempt=attempt,
                state=State.STOPPED.value,
                code="",
                message="its supervisor was killed",
                device_seconds=last - float(started["time"]),
                cpu_seconds=None,
                peak_bytes=None,
            )

    def _close_journal(self) -> None:
        self.journal.append(
            "end",
            states={state.id: state.state.value for state in self.states.values()},
            interrupted=self.stopping,
            wall_seconds=time.monotonic() - self.began,
        )
        self.journal.close()

    # -- the loop --

    def _loop(self, engine: LocalEngine) -> None:
        while True:
            if not self.stopping and (engine.gone or self._over_budget()):
                self._ask_to_stop()
            if self.stopping:
                for ended in engine.stop():
                    self._finish(ended)
            else:
                self._start_ready(engine)
            if not engine.running and (self.stopping or not self._anything_ready()):
                break
            for event in engine.poll(TICK_SECONDS):
                if isinstance(event, Ended):
                    self._finish(event)
                else:
                    self.states[event.job].started = time.time()
                    self.states[event.job].progress = {}
            self._read_progress()
            self.watcher.tick()
        for state in self.states.values():
            if state.state is State.RUNNING:
                self._finish(Ended(state.id, STOPPED, 0.0, 0))
            elif state.state is State.PENDING:
                self._skip(state)

    def _ask_to_stop(self) -> None:
        self.stopping = True

    def _over_budget(self) -> bool:
        budget = self.plan.budget
        running = sum(time.time() - state.started for state in self.states.values() if state.state is State.RUNNING)
        for name, used in (
            ("device_time", self.spent_before + self.spent + running),
            ("wall", time.monotonic() - self.began),
        ):
            limit = budget.get(name)
            if limit is not None and used > limit:
                self.diagnostics.append(
                    Diagnostic(
                        "MLP0805",
                        f"the budget of {limit:g} s of `{name}` is spent ({used:.0f} s)",
                        help=f"raise `{name}` in the `budget` block and execute again: finished work is kept",
                    )
                )
                return True
        return False

    def _ready(self) -> Iterator[JobState]:
        for state in self.states.values():
            if state.state is not State.PENDING:
                continue
            needs = {source.job for source in self.jobs[state.id].inputs.values()}
            if all(self.states[job].state.has_result for job in needs):
                yield state

    def _anything_ready(self) -> bool:
        return next(self._ready(), None) is not None

    def _start_ready(self, engine: LocalEngine) -> None:
        for state in list(self._ready()):
            if len(engine.running) >= self.workers:
                return
            entry = self._entry(state)
            if entry.is_done():
                # Another run of this workspace published it meanwhile.
                state.state = State.REUSED
                self.journal.append("reused", job=state.id, key=state.key)
                self.watcher.changed(state)
                continue
            attempt = entry.claim()
            if attempt is None:
                continue
            entry.sweep()
            state.state, state.attempt, state.started = State.RUNNING, attempt, time.time()
            self.journal.append("started", job=state.id, key=state.key, attempt=attempt)
            if not engine.ready:
                state.progress = {"note": "loading torch and mace, once"}
            engine.start(self._request(self.jobs[state.id], entry, attempt))
            self.watcher.changed(state)

    def _request(self, job: Job, entry: Entry, attempt: int) -> dict[str, Any]:
        inputs = {
            role: str(self._entry(self.states[source.job]).result / source.file) for role, source in job.inputs.items()
        }
        return {
            "id": job.id,
            "kind": job.kind,
            "folder": str(entry.folder.absolute()),
            "attempt": attempt,
            "log": str(entry.log(attempt).absolute()),
            "params": _with_paths(job.params, self.compiled),
            "inputs": inputs,
            "threads": min(job.threads, self.threads),
            "device": job.device,
        }

    def _finish(self, ended: Ended) -> None:
        state = self.states[ended.job]
        entry = self._entry(state)
        record = entry.exit(state.attempt)
        state.seconds = time.time() - state.started
        self.spent += state.seconds
        if entry.is_done():
            state.state = State.DONE
        elif ended.code == STOPPED or (self.stopping and record is None):
            state.state = State.STOPPED
        else:
            state.state = State.FAILED
            state.code = (record or {}).get("code", "MLP0803")
            state.message = (record or {}).get("message") or _death(ended.code)
            state.help = (record or {}).get("help") or f"see `mlipilot logs {state.id}`"
        self.journal.append(
            "ended",
            job=state.id,
            key=state.key,
            attempt=state.attempt,
            state=state.state.value,
            code=state.code,
            message=state.message,
            device_seconds=state.seconds,
            cpu_seconds=ended.cpu_seconds,
            peak_bytes=ended.peak_bytes,
        )
        self._read_progress(state)
        self.watcher.changed(state)

    def _skip(self, state: JobState) -> None:
        needs = {source.job for source in self.jobs[state.id].inputs.values()}
        bad = next((job for job in needs if self.states[job].state in (State.FAILED, State.SKIPPED)), None)
        if bad is None:
            return
        state.state, state.code = State.SKIPPED, "MLP0804"
        state.message = f"needs `{bad}`, which {'failed' if self.states[bad].state is State.FAILED else 'was skipped'}"
        self.journal.append("skipped", job=state.id, key=state.key, because=bad)
        self.watcher.changed(state)

    def _read_progress(self, only: JobState | None = None) -> None:
        for state in [only] if only is not None else self.states.values():
            if only is None and state.state is not State.RUNNING:
                continue
            path = self._entry(state).file("progress", state.attempt)
            line, self._read_until[state.id] = last_line(path, self._read_until.get(state.id, 0))
            if line is not None:
                state.progress = line


def _with_paths(params: Mapping[str, Any], compiled: Compiled) -> dict[str, Any]:
    """Parameters of a job, with the paths of data files put back: a key depends on their content alone."""

    def restore(value: Any) -> Any:
        if isinstance(value, list):
            return [restore(item) for item in value]
        if isinstance(value, Mapping) and set(value) == {"name", "sha256"}:
            path = compiled.spec.parent / compiled.files.get(str(value["sha256"]), str(value["name"]))
            return {"path": str(path.absolute()), **value}
        return value

    return {name: restore(value) for name, value in params.items()}


def _death(code: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        reason = "; the machine may have run out of memory" if -code == signal.SIGKILL else ""
        return f"its process was killed by {name}{reason}"
    return f"its process ended with code {code} and left no record"


class _Silent:
    def begin(self, jobs: list[JobState], notes: list[str]) -> None: ...
    def changed(self, job: JobState) -> None: ...
    def tick(self) -> None: ...
    def end(self) -> None: ...


def execute(compiled: Compiled, workspace: Workspace, watcher: Watcher | None = None) -> Outcome:
    """Run what a plan still lacks.

    Finished jobs are reused, interrupted ones resumed. A plan that another process executes, or that was compiled
    with other package versions, is refused with a diagnostic.
    """
    plan = compiled.plan
    now = installed(DYNAMICS)
    drifted = [
        f"{name} {plan.packages.get(name)} → {now[name]}" for name in now if now[name] != plan.packages.get(name)
    ]
    if drifted:
        return _refused(
            "MLP0703", f"packages changed since the plan was compiled: {', '.join(drifted)}", "compile the spec again"
        )
    run = workspace.run(compiled.spec, plan.hash)
    with ExitStack() as stack:
        if not run.acquire():
            holder = run.holder() or {}
            return _refused(
                "MLP0802",
                f"`{run.name}` is being executed by process {holder.get('pid')} on {holder.get('host')}",
                "watch it with `mlipilot status`, or end it with `mlipilot cancel`",
            )
        stack.callback(run.release)
        return _Supervisor(compiled, workspace, run, watcher or _Silent()).supervise()


def _refused(code: str, headline: str, help: str) -> Outcome:
    return Outcome([], diagnostics=[Diagnostic(code, headline, help=help)])
