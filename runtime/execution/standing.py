"""Where each job of a run stands now, read from the record alone: for `status`, `logs` and the report."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from mlipilot.compiler.plan import Compiled, runs_here
from mlipilot.compiler.plan_file import read_plan
from mlipilot.runtime.engine.protocol import Attempt
from mlipilot.runtime.execution.outcome import JobState, State, in_states
from mlipilot.runtime.execution.progress import last_line
from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.record import Run, Workspace, read_journal
from mlipilot.runtime.record.about import About, about_jobs
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import long_time
from mlipilot.spec.one_line import in_a_line

if TYPE_CHECKING:
    import polars

_OLD_SECONDS = 60.0
"""What the queue showed longer ago is said with its age."""


@dataclass
class Standing:
    """A run as its record shows it."""

    run: Run
    compiled: Compiled
    jobs: list[JobState]
    journal: list[dict[str, Any]]
    broken: int | None
    """First journal entry that does not match its hash."""
    holder: dict[str, Any] | None
    """The process that executes it now."""
    hardware: dict[str, Any]
    device_seconds: float
    wall_seconds: float

    @property
    def is_running(self) -> bool:
        """Whether a process executes it now."""
        return self.holder is not None

    @property
    def table(self) -> polars.DataFrame:
        """A row for each job: `job`, `state`, `seconds` of its last `attempt`, `code` and `message` of a failure."""
        import polars

        text = polars.String
        schema = {"job": text, "state": text, "seconds": polars.Float64, "attempt": polars.Int64}
        rows = [(j.id, j.state.value, j.seconds, j.attempt, j.code or None, j.message or None) for j in self.jobs]
        return polars.DataFrame(rows, schema={**schema, "code": text, "message": text}, orient="row")

    def __repr__(self) -> str:
        running = "running" if self.is_running else "not running"
        return in_a_line("Standing", f"{self.run.name}", f"({running}):", in_states(self.jobs))


class Queue(NamedTuple):
    """What the queue of a cluster showed of a run's jobs, and when."""

    seconds_ago: float
    jobs: Mapping[str, Mapping[str, str]]
    """By the token of the attempt."""

    @classmethod
    def of(cls, run: Run) -> Queue:
        """As it was kept last."""
        kept = read_json(run.queue) or {}
        return cls(max(0.0, time.time() - float(kept.get("time", 0.0))), kept.get("jobs", {}))

    def words(self, token: str) -> str:
        """Where a job is, and how long ago that was so; empty of one that it did not show."""
        job = self.jobs.get(token)
        if job is None:
            return ""
        where = f"on {job['node']}" if job["node"] else f"waits {job['why']}" if job["state"] == "PENDING" else ""
        said = ", ".join(word for word in (f"job {job['id']}", job["state"].lower(), where) if word)
        old = f" ({long_time(self.seconds_ago)} ago)" if self.seconds_ago > _OLD_SECONDS else ""
        return f"{said}{old}"


def standing(workspace: Workspace, run: Run) -> Standing | Diagnostic:
    """Read a run's plan, journal and results."""
    try:
        text = run.plan.read_text(encoding="utf-8")
    except OSError as error:
        return Diagnostic("MLP0808", f"run `{run.name}` has no plan: {error.strerror}", help="execute the spec again")
    compiled = read_plan(text, run.plan, help_="execute the spec again: finished work is kept")
    if isinstance(compiled, Diagnostic):
        return compiled
    read = read_journal(run.journal)
    begun = [entry for entry in read.entries if entry["event"] == "begin"]
    keys: dict[str, str] = begun[-1]["keys"] if begun else {}
    # By key: ids are no part of a plan, so an earlier session of the run may have had others.
    last: dict[str, Mapping[str, Any]] = {}
    for about, entry in about_jobs(read.entries):
        # What ran here and was found finished by a later session ran here all the same.
        is_done = last.get(about.key, {}).get("state") == State.DONE.value
        last[about.key] = last[about.key] if is_done and entry["event"] == "reused" else entry
    holder = run.holder()
    queue = Queue.of(run) if not runs_here(compiled.plan) else None
    jobs = [
        _job(workspace, About.of(job, key := keys.get(job.id, "")), last.get(key), holder, queue)
        for job in compiled.plan.jobs
    ]
    spans = _spans(read.entries)
    return Standing(
        run,
        compiled,
        jobs,
        read.entries,
        read.broken,
        holder,
        begun[-1]["hardware"] if begun else {},
        sum(float(entry["device_seconds"]) for entry in read.entries if entry["event"] in ("ended", "corrected")),
        spans + (time.time() - begun[-1]["time"] if holder is not None and begun else 0.0),
    )


def _spans(entries: list[dict[str, Any]]) -> float:
    """Seconds of all executions that ended."""
    return sum(float(entry["wall_seconds"]) for entry in entries if entry["event"] == "end")


def _job(
    workspace: Workspace,
    about: About,
    last: Mapping[str, Any] | None,
    holder: dict[str, Any] | None,
    queue: Queue | None,
) -> JobState:
    state = JobState(about)
    if not about.key:
        return state
    entry = workspace.store.entry(about.key)
    attempts = entry.attempts()
    state.attempt = attempts[-1] if attempts else 0
    record = entry.exit(state.attempt) if attempts else None
    state.seconds = float(record["seconds"]) if record is not None else 0.0
    if state.attempt:
        state.progress = last_line(entry.file("progress", state.attempt), 0)[0] or {}
    event = last["event"] if last is not None else ""
    if entry.is_done():
        ran_here = event == "ended" and last is not None and last["state"] == "done"
        state.state = State.DONE if ran_here else State.REUSED
    elif event == "started" and last is not None and record is None and (holder is not None or queue is not None):
        ago = entry.begun_seconds_ago(state.attempt)
        state.state, state.is_waiting = State.RUNNING, ago is None
        state.started = float(last["time"]) if ago is None else time.time() - ago
        if queue is not None:
            state.message = queue.words(Attempt(entry.folder, state.attempt).token)
    elif event == "ended" and last is not None and holder is None:
        state.state = State(last["state"])
        state.code, state.message = last["code"], last["message"]
        state.help = (record or {}).get("help", "")
    elif event == "skipped" and last is not None and holder is None:
        state.state, state.code, state.message = State.SKIPPED, "MLP0804", f"needs `{last['because']}`"
    elif event == "started" and queue is not None:
        state.state, state.message = State.STOPPED, "it ended; `execute` takes in how"
    elif event == "started":
        state.state, state.message = State.STOPPED, "its supervisor ended; `execute` resumes it"
    return state
