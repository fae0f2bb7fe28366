"""Dispatch: claims jobs, starts them when their inputs are there, and writes down what became of them.

Jobs may be added while others run. Nothing here decides whether there is time left, or what comes next.
"""

from __future__ import annotations

import errno
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mlipilot.compiler.operations import OPERATIONS
from mlipilot.compiler.plan import Compiled, Job
from mlipilot.runtime.engine.protocol import Attempt, Began, Cause, Ended, Engine, Presence, Waits
from mlipilot.runtime.execution.attempts import LeftOpen, Lost, OpenAttempts
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.execution.progress import last_line
from mlipilot.runtime.execution.reservation import Reservations
from mlipilot.runtime.execution.retries import MOST, MOST_FROM_ITS_BEGINNING, REMEDIES, WORDS
from mlipilot.runtime.execution.settlement import Open, device_seconds
from mlipilot.runtime.execution.watcher import Watcher
from mlipilot.runtime.foundation.refused import trial
from mlipilot.runtime.operations import MODULES
from mlipilot.runtime.record import Entry, Workspace
from mlipilot.runtime.record.about import About
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.diagnostics.refusal import refusal

TICK_SECONDS = 0.1
LOOK_SECONDS = 2.0
"""After which a job looks again whether the attempt of another session, which it waits for, is still under way."""


LEFT = "it continues without this process"
_UNTOLD = "nobody can tell whether it stopped; the next `execute` asks again"


class Dispatch:
    """Jobs and where they stand. `enter` writes an entry of the journal; the engine is entered once something runs."""

    def __init__(
        self,
        compiled: Compiled,
        workspace: Workspace,
        engine: Engine,
        enter: Callable[..., object],
        watcher: Watcher,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.states: dict[str, JobState] = {}
        self.jobs: dict[str, Job] = {}
        self.spent = 0.0
        """Device seconds of the attempts that ended here."""
        self.allowance: float | None = None
        """Device seconds that attempts may take here; None: as many as they do."""
        self.diagnostics: list[Diagnostic] = []
        self.stopping = False
        self.detached = False
        """Whether what runs is left to run without this process."""
        self.paused = False
        """Whether nothing new is started; what runs continues."""
        self.rank: Callable[[JobState], float] = lambda state: 0.0
        """Of what is ready, that of the lowest rank is started first."""
        self.refuse: Callable[[OSError], object] = self._stop_for
        """Told of a place that cannot be written, which stops all; no job is charged with it."""
        self.inherited: dict[str, Open] = {}
        """Attempts of an earlier session that may be under way, by key."""
        self.reservations = Reservations(compiled)
        self._compiled, self._workspace, self._engine, self._watcher = compiled, workspace, engine, watcher
        self._enter, self._clock = enter, clock
        self._open: dict[str, JobState] = {}
        self._attempts = OpenAttempts(engine, clock)
        self._running: dict[Attempt, JobState] = {}
        self._adopted: set[Attempt] = set()
        self._ends: Counter[tuple[str, Cause]] = Counter()
        self._asked_at: dict[str, float] = {}
        self._read_until: dict[str, int] = {}
        self._reserved: dict[Attempt, float] = {}
        """Device seconds that are set aside for open attempts."""

    def add(self, job: Job, about: About) -> JobState:
        """Take in a job, and what the journal says of it; what is in the store already is reused."""
        state = JobState(about)
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
        return sum(now - state.started for state in self._running.values() if not state.is_waiting)

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs and nothing could."""
        return not self._running and (self.stopping or next(self._ready(), None) is None)

    def step(self) -> None:
        """Start what can be started, or have all stop, and take in what ended, waiting a moment for the first."""
        if self.detached:
            for attempt in list(self._running):
                self._leave_open(attempt, LEFT)
        elif self.stopping:
            self._attempts.cancel()
        else:
            self._adopt_inherited()
            self._start_ready()
        if not self.is_idle:
            self._poll(TICK_SECONDS)
        self._watcher.tick()

    def _poll(self, seconds: float) -> None:
        for event in self._attempts.poll(seconds):
            match event:
                case Began(attempt, seconds_ago):
                    state = self._running[attempt]
                    state.started, state.is_waiting = time.time() - seconds_ago, False
                    state.progress = {}
                case Waits(attempt, why):
                    self._running[attempt].progress = {"note": f"waits {why}"}
                case LeftOpen(attempt):
                    self._leave_open(attempt)
                case _:
                    self._finish(event)
        for state in self._running.values():
            self._read_progress(state)

    def _stop_for(self, error: OSError) -> None:
        self.diagnostics.append(refusal(error))
        self.stopping = True

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

    def _adopt_inherited(self) -> None:
        if not self.inherited:
            return
        for state in list(self._ready()):
            found = self.inherited.pop(state.key, None)
            if found is not None:
                attempt = self._attempt(state, found.number)
                ago = self.entry(state).begun_seconds_ago(found.number)
                state.state, state.attempt, state.is_waiting = State.RUNNING, found.number, ago is None
                state.started = found.started if ago is None else time.time() - ago
                self._running[attempt] = state
                self._reserved[attempt] = self.reservations.seconds(self.jobs[state.id]) or 0.0
                self._adopted.add(attempt)
                self._attempts.adopt(attempt)
                self._watcher.changed(state)

    def _start_ready(self) -> None:
        for state in sorted(self._ready(), key=self.rank):
            if self.paused or len(self._running) >= self._engine.capacity:
                return
            entry = self.entry(state)
            if entry.is_done():
                # Another run of this workspace published it meanwhile.
                state.state = State.REUSED
                self._open.pop(state.id, None)
                self._enter("reused", **state.about.document())
                self._watcher.changed(state)
                continue
            reserved = self._share(state)
            if reserved is not None and reserved <= 0.0 and self._running:
                return  # what others leave of theirs may be enough
            number = self._claim(state, entry)
            if number is None:
                continue
            entry.sweep()
            state.state, state.attempt, state.started = State.RUNNING, number, time.time()
            state.is_waiting = True
            self._enter("started", **state.about.document(), attempt=number, reserved_seconds=reserved)
            if self.stopping:  # it could not be written down, so nobody would know what it spends
                state.state = State.PENDING
                return
            state.progress = {"note": self._engine.preparing} if self._engine.preparing else {}
            attempt = self._attempt(state, number)
            self._running[attempt] = state
            if reserved is not None:
                self._reserved[attempt] = reserved
            self._attempts.submit(attempt, self._request(self.jobs[state.id], entry, number, reserved))
            self._watcher.changed(state)

    def _share(self, state: JobState) -> float | None:
        """Device seconds to be set aside for a job: what it is estimated to take with its margin, more after each end
        at its limit, and no more than is left; 0 where others have to end first, None where nobody knows."""
        wanted = self.reservations.seconds(self.jobs[state.id])
        if wanted is None:
            return None
        wanted = max(wanted, 1.0)  # 0 is said of one that has to wait
        wanted *= 2.0 ** self._ends[self.entry(state).folder.name, Cause.TIME]
        if self.allowance is None:
            return wanted
        left = self.allowance - self.spent - sum(self._reserved.values())
        return wanted if wanted <= left else 0.0 if self._running else max(left, 1.0)

    def _claim(self, state: JobState, entry: Entry) -> int | None:
        """Own a new attempt; None while another session's may be under way."""
        last, now = entry.last_attempt, self._clock()
        if last > state.attempt:
            if now < self._asked_at.get(state.id, now - LOOK_SECONDS) + LOOK_SECONDS:
                return None
            self._asked_at[state.id] = now
            if self._engine.reconcile(self._attempt(state, last)) is not Presence.NOT_THERE:
                return None
        return entry.claim(ended=state.attempt)

    def _attempt(self, state: JobState, number: int) -> Attempt:
        return Attempt(self.entry(state).folder.absolute(), number)

    def _request(self, job: Job, entry: Entry, attempt: int, reserved: float | None) -> dict[str, Any]:
        inputs = {
            role: str(self.entry(self.states[source.job]).result / source.file) for role, source in job.inputs.items()
        }
        return {
            "module": MODULES[job.kind],
            "folder": str(entry.folder.absolute()),
            "shelf": str(self._workspace.shelf.absolute()),
            "attempt": attempt,
            "log": str(entry.log(attempt).absolute()),
            "params": _with_paths(job.params, self._compiled),
            "inputs": inputs,
            **self.reservations.request(job, reserved),
            "threads": min(job.threads, self._engine.threads),
        }

    def _finish(self, end: Ended | Lost) -> None:
        state = self._running.pop(end.attempt)
        entry = self.entry(state)
        record = entry.exit(state.attempt)
        has_begun = record is not None or not state.is_waiting
        state.seconds = device_seconds(entry, state.attempt, state.started) if has_begun else 0.0
        state.is_waiting = False
        self.spent += state.seconds
        reserved = self._reserved.pop(end.attempt, None)
        ended = end if isinstance(end, Ended) else Ended(end.attempt, reason=_LOST, cause=Cause.SILENT)
        why_again = self._why_again(ended, entry, record, resumes=OPERATIONS[state.kind].resumes)
        if entry.is_done():
            state.state = State.DONE
        elif why_again:
            state.state, state.message = State.STOPPED, why_again
        elif ended.is_stopped or (self.stopping and record is None):
            state.state = State.STOPPED
        elif ended.cause is Cause.CANCELLED:
            state.state, state.message = State.STOPPED, "somebody else cancelled it; `execute` begins it again"
        elif ended.is_refused or (record or {}).get("class") == "refused":
            state.state = State.STOPPED
            self.refuse(_refused(entry, record))
        else:
            state.state = State.FAILED
            state.code = (record or {}).get("code", "MLP0803")
            state.message = (record or {}).get("message") or ended.reason
            state.help = (record or {}).get("help") or REMEDIES.get(ended.cause, f"see `mlipilot logs {state.id}`")
        self._enter(
            "ended",
            **state.about.document(),
            attempt=state.attempt,
            state=state.state.value,
            code=state.code,
            message=state.message,
            device_seconds=state.seconds,
            recorded=record is not None,
            overdrawn_seconds=None if reserved is None else max(0.0, state.seconds - reserved),
            cpu_seconds=ended.cpu_seconds,
            peak_bytes=ended.peak_bytes,
        )
        self._read_progress(state)
        self._watcher.changed(state)
        if state.state is State.STOPPED and why_again and not self.stopping:
            state.state, state.message = State.PENDING, ""
        else:
            self._open.pop(state.id, None)

    def _why_again(self, ended: Ended, entry: Entry, record: Mapping[str, Any] | None, *, resumes: bool) -> str:
        """Why a job whose attempt ended without a result runs once more; empty where it does not."""
        attempt, cause = ended.attempt, ended.cause
        if entry.last_attempt > attempt.number:
            return "a newer attempt replaced it"
        if self.stopping or (record is not None and record.get("class") != "stopped"):
            return ""
        if attempt in self._adopted and cause in (Cause.OWN, Cause.SILENT):
            return "its supervisor was killed"
        self._ends[entry.folder.name, cause] += 1
        most = MOST[cause]
        if cause is Cause.TIME and not resumes:
            most = min(most, MOST_FROM_ITS_BEGINNING)
        return WORDS.get(cause, ended.reason) if self._ends[entry.folder.name, cause] <= most else ""

    def _leave_open(self, attempt: Attempt, message: str = _UNTOLD) -> None:
        """It may be under way: its end stays out of the journal, and the next session asks again."""
        state = self._running.pop(attempt)
        self._open.pop(state.id, None)
        state.state, state.message = State.STOPPED, message
        self._watcher.changed(state)

    def _skip(self, state: JobState) -> None:
        needs = {source.job for source in self.jobs[state.id].inputs.values()}
        bad = next((job for job in needs if self.states[job].state in (State.FAILED, State.SKIPPED)), None)
        if bad is None:
            return
        self._open.pop(state.id, None)
        state.state, state.code = State.SKIPPED, "MLP0804"
        state.message = f"needs `{bad}`, which {'failed' if self.states[bad].state is State.FAILED else 'was skipped'}"
        self._enter("skipped", **state.about.document(), because=bad)
        self._watcher.changed(state)

    def _read_progress(self, state: JobState) -> None:
        path = self.entry(state).file("progress", state.attempt)
        line, self._read_until[state.id] = last_line(path, self._read_until.get(state.id, 0))
        if line is not None:
            state.progress = line


def _refused(entry: Entry, record: Mapping[str, Any] | None) -> OSError:
    """What the system refused an attempt; without a record of it, what it refuses now."""
    if record is not None:
        return OSError(record["errno"], os.strerror(record["errno"]), record["path"])
    return trial(entry.folder) or OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(entry.folder))


_LOST = "it is not there any more, and left no record"


def _with_paths(params: Mapping[str, Any], compiled: Compiled) -> dict[str, Any]:
    """Parameters of a job, with the paths of data files put back: a key depends on their content alone."""

    def restore(value: Any) -> Any:
        if isinstance(value, list):
            return [restore(item) for item in value]
        if isinstance(value, Mapping) and set(value) == {"name", "sha256"}:
            path = compiled.spec.parent / compiled.files.get(str(value["sha256"]), str(value["name"]))
            return {"path": str(path.absolute()), **value}
        if isinstance(value, Mapping):
            return {name: restore(inner) for name, inner in value.items()}
        return value

    return {name: restore(value) for name, value in params.items()}
