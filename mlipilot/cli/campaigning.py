"""`execute`, `status` and `report` of a spec with a pilot."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from mlipilot.cli.closing import relative, stopped
from mlipilot.cli.proof import show
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.render.style import style_for
from mlipilot.runtime.display.campaign import accepted_text, arms_text, left_text, trials_text, under_way_text
from mlipilot.runtime.display.campaign_document import document
from mlipilot.runtime.display.words import duration
from mlipilot.runtime.pilot.campaign.execution import Ended, execute_campaign
from mlipilot.runtime.pilot.outcome.folder import CampaignFolder, accepted_spec, is_campaign, read_folder
from mlipilot.runtime.pilot.outcome.handing_out import hand_out
from mlipilot.runtime.pilot.outcome.wording import headline
from mlipilot.runtime.record import Run, Workspace
from mlipilot.runtime.reporting.run import campaign_report_of
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.diagnostics.refusal import REFUSED

_BEFORE = ("MLP0903", "MLP0920")
"""Codes of proposers that cannot be asked: nothing was run."""


def run_campaign(compiled: Compiled, workspace: Workspace, *, gate: bool, as_json: bool) -> int:
    """Run a campaign, watched, and say what came of it."""
    from mlipilot.runtime.display.campaign_watchers import PlainCampaignWatcher, TerminalCampaignWatcher

    is_watched = sys.stderr.isatty() and not as_json
    ended = execute_campaign(compiled, workspace, TerminalCampaignWatcher() if is_watched else PlainCampaignWatcher())
    show(ended.diagnostics)
    if any(d.code in _BEFORE for d in ended.diagnostics):
        return 2
    if ended.run is None or not is_campaign(ended.run.folder):
        return 1 if any(d.code.startswith("MLP08") for d in ended.diagnostics) else 2
    if any(d.code == REFUSED for d in ended.diagnostics):
        return 1
    found = read_folder(ended.run.folder)
    if isinstance(found, Diagnostic):
        if not ended.diagnostics:
            show([found])
        return 1
    _report(found, ended.run.report)
    model = hand_out(workspace, ended.run, found.result)
    if as_json:
        shown = _document(found, ended, model)
        print(json.dumps(shown, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False))
    else:
        _print(compiled, found, ended, model)
    if ended.interrupted and not ended.diagnostics:
        return 130
    if not ended.is_closed:
        return 1
    finals = [lane.final for lane in found.result.lanes if lane.final is not None]
    passes = any(final.verdict(found.result.rules) == "accepted" for final in finals)
    return 3 if gate and not passes else 0


def _print(compiled: Compiled, found: CampaignFolder, ended: Ended, model: Path | None) -> None:
    assert ended.run is not None
    result, style = found.result, style_for(sys.stdout)
    print("\n" + style.paint(headline(result, found.activity), "strong"))
    print("\n" + arms_text(result, style))
    print("\n" + accepted_text(result))
    print("\n" + left_text(result, found.under_way))
    if ended.interrupted:
        print(stopped(compiled, detached=ended.detached))
    print(f"\nreport   {relative(ended.run.report)}")
    best = result.best
    if best is not None:
        spec = relative(accepted_spec(found.folder, best.name))
        print(f"spec     {spec}")
        if model is not None:
            print(f"model    {relative(model)}")
        if best.final is not None and best.final.verdict(result.rules) != "rejected":
            print(f"adopt    cp {spec} {compiled.spec}")


def _document(found: CampaignFolder, ended: Ended, model: Path | None) -> dict[str, Any]:
    assert ended.run is not None
    return {
        **document(found.result, found.activity, found.under_way),
        "run": ended.run.name,
        "report": str(ended.run.report.absolute()),
        "model": None if model is None else str(model),
        "accepted": {lane: str(accepted_spec(found.folder, lane).absolute()) for lane in found.accepted},
        "interrupted": ended.interrupted,
        "wall_seconds": ended.wall_seconds,
    }


def campaign_status(found: CampaignFolder, *, as_json: bool) -> int:
    """Show where a campaign stands: the arms, every trial with its reason, and the budget that is left."""
    result = found.result
    if as_json:
        running = [{"job": job.job, "started": job.started, "attempt": job.attempt} for job in found.running]
        shown = {**document(result, found.activity, found.under_way), "run": found.folder.name, "jobs": running}
        print(json.dumps(shown, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False))
        return 0
    style = style_for(sys.stdout)
    print(style.paint(headline(result, found.activity), "strong"))
    parts = [arms_text(result, style)]
    parts += [trials_text(result, style)] if result.stage != "calibrating" else []
    parts += [under_way_text(found.under_way)] if found.under_way else []
    now = time.time()
    jobs = [f"  ▶ {job.job}  {duration(max(0.0, now - job.started))}" for job in found.running]
    parts += ["\n".join(["running:", *jobs])] if jobs else []
    parts += [left_text(result, found.under_way)]
    print("\n" + "\n\n".join(parts))
    return 0


def _report(found: CampaignFolder, path: Path) -> None:
    """Write the report where the record is newer, and say why where it cannot be written."""
    record = Run(found.folder).campaign
    if path.exists() and path.stat().st_mtime >= record.stat().st_mtime:
        return
    fault = campaign_report_of(found, path)
    if fault is not None:
        show([fault])
