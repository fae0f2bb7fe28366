"""`logs`: what a job printed, or which jobs printed something."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from mlipilot.cli.inspection import find_run, job_line, standing_of
from mlipilot.cli.proof import show
from mlipilot.runtime.display.words import MARKS
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.execution.standing import Standing
from mlipilot.runtime.record import Workspace, workspace_of
from mlipilot.runtime.record.liveness import Life
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count

_MOST_NAMED = 20
_FIRST = (State.FAILED, State.RUNNING, State.STOPPED)
"""What somebody who asks for logs is most likely after."""


def logs(job: str | None, which: str | None, attempt: int | None, *, follow: bool) -> int:
    """Print the log of a job; without one, or where a run is named in its place, which jobs have a log."""
    if job is not None and which is None and _is_run(job):
        job, which = None, job
    found = standing_of(find_run(which))
    if isinstance(found, Diagnostic):
        show([found])
        return 2
    workspace, read = found
    jobs = [*read.jobs, *_of_trials(read)]
    if job is None:
        return _list(workspace, read, jobs)
    matches = [state for state in jobs if state.id == job] or [state for state in jobs if job in state.id]
    if len(matches) != 1:
        some = _in_order(matches or jobs)
        more = len(some) - _MOST_NAMED
        names = ", ".join(f"`{state.id}`" for state in some[:_MOST_NAMED]) + (f" or {more:,} more" if more > 0 else "")
        what = f"`{job}` is part of several jobs" if matches else f"no job is named `{job}`"
        show([Diagnostic("MLP0808", what, help=f"name one of {names}")])
        return 2
    return _print(workspace, matches[0], attempt, follow=follow)


def _is_run(name: str) -> bool:
    """Whether a word names a spec or a run, which no job's id looks like."""
    if name.endswith(".mlp") or (Path(name) / "journal.jsonl").is_file():
        return True
    return any(run.name == name for run in workspace_of(Path("spec.mlp")).runs())


def _list(workspace: Workspace, read: Standing, jobs: list[JobState]) -> int:
    """Those that left a log, what failed or runs first, of the rest the latest."""
    logged = [state for state in _in_order(jobs) if workspace.store.entry(state.key).log(state.attempt).exists()]
    if not logged:
        show([Diagnostic("MLP0808", f"no job of `{read.run.name}` has a log", help="none was started so far")])
        return 2
    shown = logged[:_MOST_NAMED]
    width = max(len(state.id) for state in shown)
    print(f"{count(len(logged), 'job')} of `{read.run.name}` with a log; `mlipilot logs JOB` prints one:")
    for state in shown:
        print(f"  {MARKS[state.state]} {state.id.ljust(width)}  {job_line(state)}".rstrip())
    if len(logged) > len(shown):
        print(f"  … {count(len(logged) - len(shown), 'earlier one')}")
    return 0


def _in_order(jobs: list[JobState]) -> list[JobState]:
    """Failed, running and stopped ones first; of each kind the latest first."""
    latest = list(reversed(jobs))
    return sorted(latest, key=lambda job: _FIRST.index(job.state) if job.state in _FIRST else len(_FIRST))


def _print(workspace: Workspace, state: JobState, attempt: int | None, *, follow: bool) -> int:
    entry = workspace.store.entry(state.key)
    number = attempt if attempt is not None else state.attempt
    path = entry.log(number)
    if not path.exists():
        tried = ", ".join(str(n) for n in entry.attempts()) or "none"
        show([Diagnostic("MLP0808", f"`{state.id}` has no attempt {number}", help=f"attempts: {tried}")])
        return 2
    with path.open(encoding="utf-8", errors="replace") as stream:
        while True:
            text = stream.read()
            sys.stdout.write(text)
            sys.stdout.flush()
            if not follow or entry.life(number) is Life.GONE:
                break
            time.sleep(0.3)
        sys.stdout.write(stream.read())
    return 0


def _of_trials(read: Standing) -> list[JobState]:
    """Jobs that a campaign ran besides those of its plan, as they stood last."""
    planned = {state.id for state in read.jobs}
    found: dict[str, JobState] = {}
    for entry in read.journal:
        if entry["event"] not in ("started", "ended") or entry["job"] in planned:
            continue
        state = JobState(entry["job"], "", entry["key"], attempt=entry["attempt"])
        if entry["event"] == "started":
            state.state = State.STOPPED if read.holder is None else State.RUNNING
            state.started = float(entry["time"])
        else:
            state.state, state.seconds = State(entry["state"]), float(entry["device_seconds"])
            state.code, state.message = str(entry["code"] or ""), str(entry["message"] or "")
        found[state.id] = state
    return list(found.values())
