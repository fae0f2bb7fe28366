"""`status`, `cancel`, `report`: looking at a run from any shell, without touching it."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from mlipilot.cli.proof import show
from mlipilot.compiler.render.style import style_for
from mlipilot.compiler.spec_files import refuse_to_overwrite
from mlipilot.runtime.display.benchmark import benchmark_text
from mlipilot.runtime.display.scorecard import scorecard_text
from mlipilot.runtime.display.words import MARKS, detail, duration, produced
from mlipilot.runtime.execution.cancelling import cancel as cancel_run
from mlipilot.runtime.execution.finding import Found, find_run
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.execution.standing import Standing
from mlipilot.runtime.pilot.outcome.folder import CampaignFolder
from mlipilot.runtime.pilot.outcome.status import status_of
from mlipilot.runtime.record import altered
from mlipilot.runtime.reporting.run import report_of, run_benchmarks, run_verdict
from mlipilot.spec.diagnostics import Diagnostic

WATCH_SECONDS = 2.0
"""Between two looks of `status --watch`."""
_DAMAGED = ("MLP0807", "MLP0910")
"""Codes of records that are altered or lost."""


def found_run(which: str | None) -> Found | Diagnostic:
    """The run that was meant; a note of it is printed."""
    found = find_run(which)
    if isinstance(found, Found) and found.note:
        print(f"note: {found.note}", file=sys.stderr)
    return found


def status(which: str | None, *, as_json: bool, watch: bool = False) -> int:
    """Show where each job stands; of a campaign, where its trials do. With `watch`, again until the run ends."""
    found = found_run(which)
    code = _status(found, as_json=as_json)
    while watch and isinstance(found, Found) and _is_under_way(found):
        with suppress(KeyboardInterrupt):
            time.sleep(WATCH_SECONDS)
            print("\033[H\033[2J" if sys.stdout.isatty() and not as_json else "", flush=True)
            code = _status(found, as_json=as_json)
            continue
        break
    return code


def _is_under_way(found: Found) -> bool:
    """Whether a process executes a run, or jobs of it run without one."""
    if found.run.holder() is not None:
        return True
    read = status_of(found)
    return isinstance(read, Standing) and any(job.state is State.RUNNING for job in read.jobs)


def _status(found: Found | Diagnostic, *, as_json: bool) -> int:
    read = found if isinstance(found, Diagnostic) else status_of(found)
    if isinstance(found, Diagnostic) or isinstance(read, Diagnostic):
        return refused(read)
    if isinstance(read, CampaignFolder):
        from mlipilot.cli.campaigning import campaign_status

        return campaign_status(read, as_json=as_json)
    if as_json:
        print(json.dumps(_document(read), indent=1, sort_keys=True, ensure_ascii=False))
        return 0
    held = ", paused until `mlipilot pause --off`" if read.run.is_paused else ""
    print(f"{read.run.name}: {read.compiled.plan.name} ({_followed(read)}{held})")
    width = max(len(job.id) for job in read.jobs)
    for job in read.jobs:
        print(f"  {MARKS[job.state]} {job.id.ljust(width)}  {job_line(job)}".rstrip())
    spent = f"device time {duration(read.device_seconds)}"
    budget = read.compiled.plan.budget.get("device_time")
    print(spent + (f" of {duration(budget)}" if budget is not None else ""))
    if read.broken is not None:
        show([altered(read.run.journal, read.broken)])
        return 1
    verdict = run_verdict(found.workspace, read)
    if verdict is not None:
        print(scorecard_text(verdict, style_for(sys.stdout)))
    for benchmark in run_benchmarks(found.workspace, read):
        print(benchmark_text(benchmark, style_for(sys.stdout)))
    return 0


def _followed(read: Standing) -> str:
    """Who executes a run."""
    if read.holder is not None:
        return f"executed by process {read.holder['pid']}"
    if any(job.state is State.RUNNING for job in read.jobs):
        return "nobody follows its jobs now: `mlipilot execute` does"
    return "not running"


def refused(fault: object) -> int:
    """Say why nothing can be shown: 1 where a record is damaged, 2 where there is no run, or no plan of one."""
    assert isinstance(fault, Diagnostic)
    show([fault])
    return 1 if fault.code in _DAMAGED else 2


def job_line(job: JobState) -> str:
    """A job in a line: its state, how long it took, what it produced or why not."""
    words = [job.state.value]
    if job.state is State.RUNNING and job.is_waiting:
        words = ["waiting", duration(time.time() - job.started)]
    elif job.state is State.RUNNING:
        words += [duration(time.time() - job.started), detail(job)]
    elif job.state.has_result:
        words += [duration(job.seconds), produced(job)]
    if job.message:
        words.append(f"{job.code}: {job.message}" if job.code else job.message)
    return "  ".join(word for word in words if word)


def _document(read: Standing) -> dict[str, Any]:
    return {
        "run": read.run.name,
        "plan": read.compiled.plan.hash,
        "holder": read.holder,
        "device_seconds": read.device_seconds,
        "wall_seconds": read.wall_seconds,
        "journal_sound": read.broken is None,
        "jobs": [{**job.as_dict(), "progress": job.progress} for job in read.jobs],
    }


def cancel(which: str | None) -> int:
    """Stop a run and wait until it is gone."""
    found = found_run(which)
    if isinstance(found, Diagnostic):
        show([found])
        return 2
    stopped = cancel_run(found.run, found.workspace)
    if isinstance(stopped, Diagnostic):
        show([stopped])
        return 1
    kept = "finished results are kept, and executing it again goes on from here"
    print(f"{found.run.name} stopped; {kept}" if stopped else f"{found.run.name} is not running")
    return 0


def report(which: str | None, output: Path | None) -> int:
    """Write a run's report, or a campaign's."""
    found = found_run(which)
    read = found if isinstance(found, Diagnostic) else status_of(found)
    if isinstance(found, Diagnostic) or isinstance(read, Diagnostic):
        return refused(read)
    path = output or found.run.report
    taken = refuse_to_overwrite(path, ".html", "report")
    fault = taken or report_of(found.workspace, read, path)
    if fault is not None:
        show([fault])
        return 2 if taken else 1
    print(path)
    return 0
