"""`execute` of a spec with a pilot: the campaign, watched, and how it ended."""

from __future__ import annotations

from mlipilot.cli.proof import show
from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.display.plain import PlainWatcher
from mlipilot.runtime.pilot.campaign.execution import execute_campaign
from mlipilot.runtime.record import Workspace


def run_campaign(compiled: Compiled, workspace: Workspace, *, gate: bool, as_json: bool) -> int:
    """Run a campaign, and say what came of it."""
    ended = execute_campaign(compiled, workspace, PlainWatcher())
    show(ended.diagnostics)
    print(ended)
    if ended.interrupted and not ended.diagnostics:
        return 130
    return 0 if ended.is_closed else 1
