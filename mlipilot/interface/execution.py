"""An execution from Python: silent unless it is to be watched, and what came of it with its report."""

from __future__ import annotations

from mlipilot.compiler.plan import Compiled
from mlipilot.interface.errors import MlipilotError
from mlipilot.runtime.execution import Outcome
from mlipilot.runtime.execution import execute as run_plan
from mlipilot.runtime.pilot.campaign.execution import Ended, execute_campaign
from mlipilot.runtime.record import workspace_of
from mlipilot.runtime.reporting.run import close_run, report_campaign
from mlipilot.spec.diagnostics import has_errors


def execute(compiled: Compiled, *, progress: bool) -> Outcome | Ended:
    """Run a plan, or its campaign; raises `MlipilotError` where nothing of it could be started."""
    return _campaign(compiled, progress=progress) if compiled.plan.campaign is not None else _run(compiled, progress)


def _run(compiled: Compiled, progress: bool) -> Outcome:
    from mlipilot.runtime.display.plain import PlainWatcher

    workspace = workspace_of(compiled.spec)
    outcome = run_plan(compiled, workspace, PlainWatcher() if progress else None)
    if not outcome.jobs:
        raise MlipilotError(outcome.diagnostics)
    outcome.model = close_run(compiled, workspace, outcome)
    outcome.report = workspace.run(compiled.spec, compiled.plan.hash).report
    return outcome


def _campaign(compiled: Compiled, *, progress: bool) -> Ended:
    from mlipilot.runtime.display.campaign_watchers import PlainCampaignWatcher

    ended = execute_campaign(compiled, workspace_of(compiled.spec), PlainCampaignWatcher() if progress else None)
    if ended.run is None or not ended.run.campaign.is_file():
        raise MlipilotError(ended.diagnostics)
    if has_errors(ended.diagnostics) and not ended.wall_seconds:
        raise MlipilotError(ended.diagnostics)
    if report_campaign(ended.run) is None:
        ended.report = ended.run.report
    return ended
