"""Stopping a run from another shell; finished results are kept.

Jobs of a machine end with the process that executes them. Jobs of a cluster outlive it: whoever executes the run is
asked by a file to stop them, from any host; where nobody does, they are stopped from here.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from mlipilot.compiler.plan import Plan, runs_here
from mlipilot.compiler.plan_file import read_plan
from mlipilot.runtime.engine.engines import ENGINES
from mlipilot.runtime.engine.protocol import Attempt, Presence, Setting
from mlipilot.runtime.execution.settlement import settle
from mlipilot.runtime.foundation.processes import is_here
from mlipilot.runtime.record import Journal, Run, Workspace
from mlipilot.runtime.record.liveness import Life, life
from mlipilot.spec.diagnostics import Diagnostic

MOST_SECONDS = 40.0
"""That a process may take to end its jobs."""
MOST_SECONDS_ELSEWHERE = 180.0
"""That jobs of a cluster may take to save what they have, and to leave the queue."""


def cancel(run: Run, workspace: Workspace) -> bool | Diagnostic:
    """Stop a run and wait until it is gone: True where it was, False where it was not running; else why not."""
    plan = _plan(run)
    if plan is not None and not runs_here(plan):
        return _cancel_elsewhere(run, workspace, plan)
    holder = run.holder()
    if holder is None:
        return False
    if not is_here(holder):
        return Diagnostic("MLP0802", f"`{run.name}` runs on {holder['host']}", help="cancel it there")
    os.kill(holder["pid"], signal.SIGTERM)
    if not _wait(lambda: life(holder, ()) is Life.GONE, MOST_SECONDS):
        return Diagnostic("MLP0802", f"process {holder['pid']} has not ended", help=f"`kill -9 {holder['pid']}`")
    return True


def _plan(run: Run) -> Plan | None:
    """The plan that a run was executed with; None where it cannot be read any more."""
    try:
        compiled = read_plan(run.plan.read_text(encoding="utf-8"), run.plan)
    except OSError:
        return None
    return None if isinstance(compiled, Diagnostic) else compiled.plan


def _wait(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _cancel_elsewhere(run: Run, workspace: Workspace, plan: Plan) -> bool | Diagnostic:
    holder = run.holder()
    if holder is not None:
        run.cancel(on=True)
        if not _wait(lambda: run.holder() is None, MOST_SECONDS_ELSEWHERE):
            who = f"process {holder['pid']} on {holder['host']}"
            headline = f"{who} was asked to stop `{run.name}`, and has not done so yet"
            return Diagnostic("MLP0802", headline, help="look again with `mlipilot status`")
        return True
    lease = run.lease
    if not run.is_begun or not lease.acquire():
        return False
    try:
        return _end_jobs(run, workspace, plan)
    finally:
        lease.release()


def _end_jobs(run: Run, workspace: Workspace, plan: Plan) -> bool | Diagnostic:
    """End the jobs that nobody follows, and enter their ends."""
    journal = Journal(run.journal)
    threads = max(job.threads for job in plan.jobs)
    with ENGINES[plan.engine["kind"]](Setting(plan.engine, threads, run.folder)) as engine:
        left = settle(journal, workspace, engine.reconcile).open
        attempts = [
            Attempt(workspace.store.entry(key).folder.absolute(), opened.number) for key, opened in left.items()
        ]
        engine.cancel(attempts)

        def are_gone() -> bool:
            engine.poll(0.1)
            return all(engine.reconcile(attempt) is Presence.NOT_THERE for attempt in attempts)

        ended = _wait(are_gone, MOST_SECONDS_ELSEWHERE)
        settle(journal, workspace, engine.reconcile, "it was cancelled")
        notes = engine.notes
    journal.close()
    if not ended:
        why = f": {notes[0]}" if notes else ""
        return Diagnostic("MLP0802", f"jobs of `{run.name}` have not ended yet{why}", help="cancel it again later")
    return bool(attempts)
