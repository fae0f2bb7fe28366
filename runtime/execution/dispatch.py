"""Dispatch: claims jobs, starts them when their inputs are there, and writes down what became of them.

Jobs may be added while others run. Nothing here decides whether there is time left, or what comes next.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from mlipilot.compiler.plan import Compiled, Job
from mlipilot.runtime.durable import read_json
from mlipilot.runtime.engine.local import Ended, LocalEngine
from mlipilot.runtime.engine.worker import STOPPED
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.execution.progress import last_line
from mlipilot.runtime.hardware import cores
from mlipilot.runtime.operations import MODULES
from mlipilot.runtime.record import Entry, Journal, Workspace
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count

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


class Silent:
    """Nobody looks on."""

    def begin(self, jobs: list[JobState], notes: list[str]) -> None:
        """Nothing."""

    def changed(self, job: JobState) -> None:
        """Nothing."""

    def tick(self) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class Crew:
    """How many jobs may run at once here, and with how many threads each."""

    def __init__(self, workers: int, threads: int) -> None:
        self._wanted = workers, threads
        self.threads = min(threads, cores())
        self.workers = max(1, min(workers, cores() // self.threads))

    def notes(self) -> list[str]:
        """What was adapted to this machine."""
        if (self.workers, self.threads) == self._wanted:
            return []
        crew = f"{count(self.workers, 'job')} at a time with {count(self.threads, 'thread')} each"
        return [f"{count(cores(), 'core')} here: {crew}, instead of {self._wanted[0]} with {self._wanted[1]}"]


class Dispatch:
    """Jobs and where they stand. `journal` and `engine` are given once something has to run."""

    journal: Journal
    engine: LocalEngine

    def __init__(
        self,
        compiled: Compiled,
        workspace: Workspace,
        crew: Crew,
        watcher: Watcher,
        rank: Callable[[JobState], float] = lambda state: 0.0,
    ) -> None:
        self.states: dict[str, JobState] = {}
        self.jobs: dict[str, Job] = {}
        self.spent = 0.0
        """Device seconds of the attempts that ended here."""
        self.diagnostics: list[Diagnostic] = []
        self.stopping = False
        self.paused = False
        """Whether nothing new is started; what runs goes on."""
        self._compiled, self._workspace, self._crew, self._watcher = compiled, workspace, crew, watcher
        self._rank = rank
        self._open: dict[str, JobState] = {}
        self._read_until: dict[str, int] = {}

    def add(self, job: Job, key: str) -> JobState:
        """Take in a job; what is in the store already is reused."""
        state = JobState(job.id, job.kind, key)
        self.states[job.id], self.jobs[job.id] = state, job
        self._look(state)
        if not state.state.has_result:
            self._open[job.id] = state
        return state

    def again(self, job_id: str) -> None:
        """Have a job that ended without a result run once more, and those wait again that were skipped for it."""
        for state in self.states.values():
            if state.id == job_id or (state.state is State.SKIPPED and self._needs(state.id, job_id)):
                state.state, state.code, state.message, state.help = State.PENDING, "", "", ""
                self._open[state.id] = state

    def _needs(self, job_id: str, other: str) -> bool:
        sources = {source.job for source in self.jobs[job_id].inputs.values()}
        return other in sources or any(self._needs(source, other) for source in sources)

    def forget(self, job_id: str) -> None:
        """Let go of a job that nobody asks for any more."""
        if job_id not in self._open:
            self.states.pop(job_id, None)
            self.jobs.pop(job_id, None)

    def entry(self, state: JobState) -> Entry:
        """The folder of a job."""
        return self._workspace.store.entry(state.key)

    def running_seconds(self) -> float:
        """Device seconds of the attempts that run now."""
        now = time.time()
        return sum(now - state.started for state in self._open.values() if state.state is State.RUNNING)

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs and nothing could."""
        return not self.engine.running and (self.stopping or next(self._ready(), None) is None)

    def step(self) -> None:
        """Start what can be started, and take in what ended, waiting a moment for the first."""
        if self.stopping:
            for ended in self.engine.stop():
                self._finish(ended)
        else:
            self._start_ready()
        if not self.is_idle:
            self._poll(TICK_SECONDS)
        self._watcher.tick()

    def _poll(self, seconds: float) -> None:
        for event in self.engine.poll(seconds):
            if isinstance(event, Ended):
                self._finish(event)
            else:
                self.states[event.job].started = time.time()
                self.states[event.job].progress = {}
        for state in self._open.values():
            if state.state is State.RUNNING:
                self._read_progress(state)

    def close(self) -> None:
        """Say of what still waits why it cannot run."""
        for state in list(self._open.values()):
            if state.state is State.RUNNING:
                self._finish(Ended(state.id, STOPPED, 0.0, 0))
        self.skip()

    def skip(self) -> None:
        """Give up what waits for a job that failed."""
        before = -1
        while before != len(self._open):
            before = len(self._open)
            for state in list(self._open.values()):
                if state.state is State.PENDING:
                    self._skip(state)

    def _look(self, state: JobState) -> None:
        entry = self.entry(state)
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

    def _ready(self) -> Iterator[JobState]:
        for state in self._open.values():
            if state.state is not State.PENDING:
                continue
            needs = {source.job for source in self.jobs[state.id].inputs.values()}
            if all(self.states[job].state.has_result for job in needs):
                yield state

    def _start_ready(self) -> None:
        for state in sorted(self._ready(), key=self._rank):
            if self.paused or len(self.engine.running) >= self._crew.workers:
                return
            entry = self.entry(state)
            if entry.is_done():
                # Another run of this workspace published it meanwhile.
                state.state = State.REUSED
                self._open.pop(state.id, None)
                self.journal.append("reused", job=state.id, key=state.key)
                self._watcher.changed(state)
                continue
            attempt = entry.claim()
            if attempt is None:
                continue
            entry.sweep()
            state.state, state.attempt, state.started = State.RUNNING, attempt, time.time()
            self.journal.append("started", job=state.id, key=state.key, attempt=attempt)
            if not self.engine.ready:
                state.progress = {"note": "loading torch and mace, once"}
            self.engine.start(self._request(self.jobs[state.id], entry, attempt))
            self._watcher.changed(state)

    def _request(self, job: Job, entry: Entry, attempt: int) -> dict[str, Any]:
        inputs = {
            role: str(self.entry(self.states[source.job]).result / source.file) for role, source in job.inputs.items()
        }
        return {
            "id": job.id,
            "module": MODULES[job.kind],
            "folder": str(entry.folder.absolute()),
            "attempt": attempt,
            "log": str(entry.log(attempt).absolute()),
            "params": _with_paths(job.params, self._compiled),
            "inputs": inputs,
            "threads": min(job.threads, self._crew.threads),
            "device": job.device,
        }

    def _finish(self, ended: Ended) -> None:
        state = self.states[ended.job]
        entry = self.entry(state)
        record = entry.exit(state.attempt)
        state.seconds = time.time() - state.started
        self.spent += state.seconds
        self._open.pop(state.id, None)
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
        self._watcher.changed(state)

    def _skip(self, state: JobState) -> None:
        needs = {source.job for source in self.jobs[state.id].inputs.values()}
        bad = next((job for job in needs if self.states[job].state in (State.FAILED, State.SKIPPED)), None)
        if bad is None:
            return
        self._open.pop(state.id, None)
        state.state, state.code = State.SKIPPED, "MLP0804"
        state.message = f"needs `{bad}`, which {'failed' if self.states[bad].state is State.FAILED else 'was skipped'}"
        self.journal.append("skipped", job=state.id, key=state.key, because=bad)
        self._watcher.changed(state)

    def _read_progress(self, state: JobState) -> None:
        path = self.entry(state).file("progress", state.attempt)
        line, self._read_until[state.id] = last_line(path, self._read_until.get(state.id, 0))
        if line is not None:
            state.progress = line


def settle_killed(journal: Journal, workspace: Workspace) -> float:
    """Close attempts whose supervisor was killed: their device time counts up to the last sign of life.

    Returns the device seconds of all attempts that ended.
    """
    begun: dict[tuple[str, int], dict[str, Any]] = {}
    seconds = 0.0
    for entry in journal.entries:
        if entry["event"] == "started":
            begun[entry["job"], entry["attempt"]] = entry
        elif entry["event"] == "ended":
            begun.pop((entry["job"], entry["attempt"]), None)
            seconds += float(entry.get("device_seconds", 0.0))
    for (job, attempt), started in begun.items():
        folder = workspace.store.entry(started["key"])
        beat = read_json(folder.file("hb", attempt)) or {}
        progress = last_line(folder.file("progress", attempt), 0)[0] or {}
        last = max(float(beat.get("time", 0.0)), float(progress.get("time", 0.0)), float(started["time"]))
        seconds += last - float(started["time"])
        journal.append(
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
    return seconds


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
