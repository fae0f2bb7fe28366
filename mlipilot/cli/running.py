"""`execute` and `resume`: from a spec, a plan or a run to a verdict and a report."""

from __future__ import annotations

import sys
from pathlib import Path

from mlipilot.cli.proof import sentence, show
from mlipilot.runtime.loading import Loaded, load
from mlipilot.spec.diagnostics import Diagnostic


def execute(given: Path | None, *, gate: bool, as_json: bool, engine: str | None = None) -> int:
    """Run a plan, judge it, report it."""
    return _run(load(given, engine), gate=gate, as_json=as_json)


def resume(which: str | None, *, gate: bool, as_json: bool) -> int:
    """Run what a run's own plan still lacks."""
    from mlipilot.cli.inspection import found_run

    found = found_run(which)
    if isinstance(found, Diagnostic):
        show([found])
        return 2
    return _run(load(found.run.plan), gate=gate, as_json=as_json)


def _run(loaded: Loaded, *, gate: bool, as_json: bool) -> int:
    compiled, diagnostics = loaded
    show(diagnostics)
    if compiled is None:
        return 2
    if not as_json:
        print(sentence(compiled), flush=True)
    from mlipilot.runtime.display.plain import PlainWatcher
    from mlipilot.runtime.execution import execute as run_plan
    from mlipilot.runtime.record import workspace_of

    workspace = workspace_of(compiled.spec)
    if compiled.plan.campaign is not None:
        from mlipilot.cli.campaigning import run_campaign

        return run_campaign(compiled, workspace, gate=gate, as_json=as_json)
    if sys.stderr.isatty() and not as_json:
        from mlipilot.runtime.display.terminal import TerminalWatcher

        outcome = run_plan(compiled, workspace, TerminalWatcher())
    else:
        outcome = run_plan(compiled, workspace, PlainWatcher())
    show(outcome.diagnostics)
    if not outcome.jobs:
        return 2 if any(d.code == "MLP0703" for d in outcome.diagnostics) else 1
    from mlipilot.cli.closing import close

    return close(compiled, workspace, outcome, gate=gate, as_json=as_json)
