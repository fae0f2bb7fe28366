"""`execute`: from a spec or plan to a verdict and a report."""

from __future__ import annotations

import sys
from pathlib import Path

from mlipilot.cli.proof import sentence, show
from mlipilot.runtime.loading import load


def execute(given: Path | None, *, gate: bool, as_json: bool, engine: str | None = None) -> int:
    """Run a plan, judge it, report it."""
    compiled, diagnostics = load(given, engine)
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
