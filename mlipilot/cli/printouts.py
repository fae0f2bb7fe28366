"""`logs`: what a job printed, or which jobs printed something."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from mlipilot.cli.inspection import found_run, job_line
from mlipilot.cli.proof import show
from mlipilot.runtime.display.words import MARKS
from mlipilot.runtime.execution.logs import MOST_NAMED, find_job, log_of, logged_jobs
from mlipilot.runtime.execution.outcome import JobState
from mlipilot.runtime.execution.standing import Standing, standing
from mlipilot.runtime.record import Store, workspace_of
from mlipilot.runtime.record.liveness import Life
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count


def logs(job: str | None, which: str | None, attempt: int | None, *, follow: bool) -> int:
    """Print the log of a job; without one, or where a run is named in its place, which jobs have a log."""
    if job is not None and which is None and _is_run(job):
        job, which = None, job
    found = found_run(which)
    read = found if isinstance(found, Diagnostic) else standing(found.workspace, found.run)
    if isinstance(found, Diagnostic) or isinstance(read, Diagnostic):
        show([fault for fault in (found, read) if isinstance(fault, Diagnostic)][:1])
        return 2
    store = found.workspace.store
    if job is None:
        return _list(store, read)
    state = find_job(read, job)
    if isinstance(state, Diagnostic):
        show([state])
        return 2
    return _print(store, state, attempt, follow=follow)


def _is_run(name: str) -> bool:
    """Whether a word names a spec or a run, which no job's id looks like."""
    if name.endswith(".mlp") or (Path(name) / "journal.jsonl").is_file():
        return True
    return any(run.name == name for run in workspace_of(Path("spec.mlp")).runs())


def _list(store: Store, read: Standing) -> int:
    logged = logged_jobs(store, read)
    if isinstance(logged, Diagnostic):
        show([logged])
        return 2
    shown = logged[:MOST_NAMED]
    width = max(len(state.id) for state in shown)
    print(f"{count(len(logged), 'job')} of `{read.run.name}` with a log; `mlipilot logs JOB` prints one:")
    for state in shown:
        print(f"  {MARKS[state.state]} {state.id.ljust(width)}  {job_line(state)}".rstrip())
    if len(logged) > len(shown):
        print(f"  … {count(len(logged) - len(shown), 'earlier one')}")
    return 0


def _print(store: Store, state: JobState, attempt: int | None, *, follow: bool) -> int:
    number = attempt if attempt is not None else state.attempt
    path = log_of(store, state, number)
    if isinstance(path, Diagnostic):
        show([path])
        return 2
    with path.open(encoding="utf-8", errors="replace") as stream:
        while True:
            text = stream.read()
            sys.stdout.write(text)
            sys.stdout.flush()
            if not follow or store.entry(state.key).life(number) is Life.GONE:
                break
            time.sleep(0.3)
        sys.stdout.write(stream.read())
    return 0
