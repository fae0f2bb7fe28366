"""An execution from Python: silent unless it is to be watched, and what came of it with its report."""

from __future__ import annotations

from mlipilot.compiler.plan import Compiled
from mlipilot.interface.errors import MlipilotError
from mlipilot.runtime.execution import Outcome
from mlipilot.runtime.execution import execute as run_plan
from mlipilot.runtime.pilot.campaign.execution import Ended, execute_campaign
from mlipilot.runtime.pilot.outcome.folder import accepted_spec, read_folder
from mlipilot.runtime.pilot.outcome.handing_out import hand_out
from mlipilot.runtime.record import workspace_of
from mlipilot.runtime.reporting.run import campaign_report_of, close_run
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.diagnostics.refusal import REFUSED, refusal


def execute(compiled: Compiled, *, progress: bool) -> Outcome | Ended:
    """Run a plan, or its campaign; raises `MlipilotError` where nothing of it could be started."""
    return _campaign(compiled, progress=progress) if compiled.plan.campaign is not None else _run(compiled, progress)


def _run(compiled: Compiled, progress: bool) -> Outcome:
    from mlipilot.runtime.display.plain import PlainWatcher

    workspace = workspace_of(compiled.spec)
    outcome = run_plan(compiled, workspace, PlainWatcher() if progress else None)
    if not outcome.jobs:
        raise MlipilotError(outcome.diagnostics)
    if any(said.code == REFUSED for said in outcome.diagnostics):
        return outcome  # nothing can be written there now
    run = workspace.run(compiled.spec, compiled.plan.hash)
    try:
        outcome.model = close_run(compiled, workspace, outcome)
        outcome.report = run.report
    except OSError as error:
        outcome.diagnostics.append(refusal(error, run.report))
    return outcome


def _campaign(compiled: Compiled, *, progress: bool) -> Ended:
    from mlipilot.runtime.display.campaign_watchers import PlainCampaignWatcher

    workspace = workspace_of(compiled.spec)
    ended = execute_campaign(compiled, workspace, PlainCampaignWatcher() if progress else None)
    if ended.run is None or not ended.run.campaign.is_file():
        raise MlipilotError(ended.diagnostics)
    if has_errors(ended.diagnostics) and not ended.wall_seconds:
        raise MlipilotError(ended.diagnostics)
    found = read_folder(ended.run.folder)
    if isinstance(found, Diagnostic) or any(said.code == REFUSED for said in ended.diagnostics):
        return ended
    if campaign_report_of(found, ended.run.report) is None:
        ended.report = ended.run.report
    ended.model = hand_out(workspace, ended.run, found.result)
    ended.accepted = {lane: accepted_spec(found.folder, lane) for lane in found.accepted}
    return ended
