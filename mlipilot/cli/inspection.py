"""`status`, `cancel`, `report`: looking at a run from any shell, without touching it."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from mlipilot.cli.proof import refuse_to_overwrite, show
from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.render.style import style_for
from mlipilot.runtime.display.scorecard import scorecard_text
from mlipilot.runtime.display.words import MARKS, detail, duration, produced
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.execution.standing import Standing, standing
from mlipilot.runtime.foundation.processes import is_here
from mlipilot.runtime.record import Run, Workspace, altered, lost_record, workspace_of
from mlipilot.runtime.record.liveness import Life, life
from mlipilot.runtime.reporting.run import report_run, run_verdict
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.diagnostics.refusal import unwritten

_CANCEL_SECONDS = 40.0


def find_run(which: str | None) -> tuple[Workspace, Run] | Diagnostic:
    """The run that was meant: of a spec its present plan's, else its last; by name or folder; or this folder's last."""
    if which is not None and (Run(Path(which)).is_begun or Run(Path(which)).plan.exists()):
        return Workspace(Path(which).absolute().parent.parent), Run(Path(which))
    if which is not None and which.endswith(".mlp"):
        return _run_of_spec(Path(which))
    workspace = workspace_of(Path("spec.mlp"))
    runs = workspace.runs()
    if which is not None:
        runs = [run for run in runs if run.name == which or run.name.startswith(which)]
    if runs:
        return workspace, runs[0]
    what = f"no run `{which}` here" if which else "no run in this folder"
    return Diagnostic("MLP0808", f"there is {what}", help="name the spec, such as `path/to/spec.mlp`")


def _run_of_spec(spec: Path) -> tuple[Workspace, Run] | Diagnostic:
    if not spec.is_file():
        what = "is a folder" if spec.is_dir() else "does not exist"
        return Diagnostic("MLP0001", f"`{spec}` {what}", help="check the path and the working directory")
    workspace = workspace_of(spec)
    compiled, _ = compile_file(spec)
    if compiled is not None:
        run = workspace.run(spec, compiled.plan.hash)
        if run.is_begun:
            return workspace, run
    prefix = workspace.run(spec, "").name
    earlier = [run for run in workspace.runs() if run.name.startswith(prefix)]
    if earlier:
        print(f"note: `{spec}` has changed since it was executed last; this is that run", file=sys.stderr)
        return workspace, earlier[0]
    return Diagnostic("MLP0808", f"`{spec}` was never executed", help=f"run it: `mlipilot execute {spec}`")


def standing_of(found: tuple[Workspace, Run] | Diagnostic) -> tuple[Workspace, Standing] | Diagnostic:
    if isinstance(found, Diagnostic):
        return found
    read = standing(*found)
    return read if isinstance(read, Diagnostic) else (found[0], read)


def status(which: str | None, *, as_json: bool) -> int:
    """Show where each job stands; of a campaign, where its trials do."""
    run = find_run(which)
    if not isinstance(run, Diagnostic) and run[1].campaign.is_file():
        from mlipilot.cli.campaigning import campaign_status

        return campaign_status(run[1].folder, as_json=as_json)
    found = standing_of(run)
    if isinstance(found, Diagnostic):
        show([found])
        return 2
    workspace, read = found
    if read.compiled.plan.campaign is not None:
        show([lost_record(read.run.folder)])
        return 1
    if as_json:
        print(json.dumps(_document(read), indent=1, sort_keys=True, ensure_ascii=False))
        return 0
    holder = f"executed by process {read.holder['pid']}" if read.holder else "not running"
    print(f"{read.run.name}: {read.compiled.plan.name} ({holder})")
    width = max(len(job.id) for job in read.jobs)
    for job in read.jobs:
        print(f"  {MARKS[job.state]} {job.id.ljust(width)}  {job_line(job)}".rstrip())
    spent = f"device time {duration(read.device_seconds)}"
    budget = read.compiled.plan.budget.get("device_time")
    print(spent + (f" of {duration(budget)}" if budget is not None else ""))
    if read.broken is not None:
        show([altered(read.run.journal, read.broken)])
        return 1
    verdict = run_verdict(workspace, read)
    if verdict is not None:
        print(scorecard_text(verdict, style_for(sys.stdout)))
    return 0


def job_line(job: JobState) -> str:
    """A job in a line: its state, how long it took, what it produced or why not."""
    words = [job.state.value]
    if job.state is State.RUNNING:
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
    found = find_run(which)
    if isinstance(found, Diagnostic):
        show([found])
        return 2
    run = found[1]
    holder = run.holder()
    if holder is None:
        print(f"{run.name} is not running")
        return 0
    if not is_here(holder):
        show([Diagnostic("MLP0802", f"`{run.name}` runs on {holder['host']}", help="cancel it there")])
        return 1
    os.kill(holder["pid"], signal.SIGTERM)
    deadline = time.monotonic() + _CANCEL_SECONDS
    while life(holder, ()) is not Life.GONE:
        if time.monotonic() > deadline:
            show([Diagnostic("MLP0802", f"process {holder['pid']} has not ended", help=f"`kill -9 {holder['pid']}`")])
            return 1
        time.sleep(0.1)
    print(f"{run.name} stopped; finished results are kept, and executing it again goes on from here")
    return 0


def report(which: str | None, output: Path | None) -> int:
    """Write a run's report, or a campaign's."""
    run = find_run(which)
    if not isinstance(run, Diagnostic) and run[1].campaign.is_file():
        from mlipilot.cli.campaigning import campaign_report

        return campaign_report(run[1].folder, output)
    found = standing_of(run)
    if isinstance(found, Diagnostic):
        show([found])
        return 2
    workspace, read = found
    if read.compiled.plan.campaign is not None:
        show([lost_record(read.run.folder)])
        return 1
    path = output or read.run.report
    taken = refuse_to_overwrite(path, ".html", "report")
    if taken is not None:
        show([taken])
        return 2
    try:
        report_run(workspace, read, path)
    except OSError as error:
        show([unwritten(error, path, help="choose another with `-o`")])
        return 1
    print(path)
    return 0
