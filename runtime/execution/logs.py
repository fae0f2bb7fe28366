"""Which jobs of a run printed something, those of a campaign's trials too, and where it stands."""

from __future__ import annotations

from pathlib import Path

from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.execution.standing import Standing
from mlipilot.runtime.record import Store
from mlipilot.runtime.record.about import about_jobs
from mlipilot.spec.diagnostics import Diagnostic

MOST_NAMED = 20
_FIRST = (State.FAILED, State.RUNNING, State.STOPPED)
"""What somebody who asks for logs is most likely after."""


def logged_jobs(store: Store, read: Standing) -> list[JobState] | Diagnostic:
    """Those that left a log: what failed or runs first, of the rest the latest."""
    jobs = _in_order(_all_jobs(read))
    logged = [state for state in jobs if store.entry(state.key).log(state.attempt).exists()]
    if logged:
        return logged
    return Diagnostic("MLP0808", f"no job of `{read.run.name}` has a log", help="none was started so far")


def find_job(read: Standing, job: str) -> JobState | Diagnostic:
    """The job of an id, or of a part of it that no other job has."""
    jobs = _all_jobs(read)
    matches = [state for state in jobs if state.id == job] or [state for state in jobs if job in state.id]
    if len(matches) == 1:
        return matches[0]
    some = _in_order(matches or jobs)
    more = len(some) - MOST_NAMED
    names = ", ".join(f"`{state.id}`" for state in some[:MOST_NAMED]) + (f" or {more:,} more" if more > 0 else "")
    what = f"`{job}` is part of several jobs" if matches else f"no job is named `{job}`"
    return Diagnostic("MLP0808", what, help=f"name one of {names}")


def log_of(store: Store, state: JobState, attempt: int) -> Path | Diagnostic:
    """The file that an attempt of a job printed to."""
    entry = store.entry(state.key)
    path = entry.log(attempt)
    if path.exists():
        return path
    tried = ", ".join(str(n) for n in entry.attempts()) or "none"
    return Diagnostic("MLP0808", f"`{state.id}` has no attempt {attempt}", help=f"attempts: {tried}")


def _in_order(jobs: list[JobState]) -> list[JobState]:
    """Failed, running and stopped ones first; of each kind the latest first."""
    latest = list(reversed(jobs))
    return sorted(latest, key=lambda job: _FIRST.index(job.state) if job.state in _FIRST else len(_FIRST))


def _all_jobs(read: Standing) -> list[JobState]:
    """Those of the plan, and those that a campaign ran besides, as they stood last."""
    planned = {state.id for state in read.jobs}
    found: dict[str, JobState] = {}
    for about, entry in about_jobs(read.journal):
        if entry["event"] not in ("started", "ended") or about.job in planned:
            continue
        state = JobState(about, attempt=entry["attempt"])
        if entry["event"] == "started":
            state.state = State.STOPPED if read.holder is None else State.RUNNING
            state.started = float(entry["time"])
        else:
            state.state, state.seconds = State(entry["state"]), float(entry["device_seconds"])
            state.code, state.message = str(entry["code"] or ""), str(entry["message"] or "")
        found[state.id] = state
    return [*read.jobs, *found.values()]
