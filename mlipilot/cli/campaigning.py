"""`execute`, `status` and `report` of a spec with a pilot."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from mlipilot.cli.proof import refuse_to_overwrite, show
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.render.style import style_for
from mlipilot.runtime.display.campaign import arms_text, left_text, trials_text
from mlipilot.runtime.display.campaign_document import document
from mlipilot.runtime.display.plain import PlainWatcher
from mlipilot.runtime.display.words import duration
from mlipilot.runtime.pilot.campaign.execution import execute_campaign
from mlipilot.runtime.pilot.campaign.folder import REPORT, read_folder
from mlipilot.runtime.pilot.campaign.wording import headline
from mlipilot.runtime.record import Workspace
from mlipilot.spec.diagnostics import Diagnostic


def run_campaign(compiled: Compiled, workspace: Workspace, *, gate: bool, as_json: bool) -> int:
    """Run a campaign, and say what came of it."""
    ended = execute_campaign(compiled, workspace, PlainWatcher())
    show(ended.diagnostics)
    print(ended)
    if ended.interrupted and not ended.diagnostics:
        return 130
    return 0 if ended.is_closed else 1


def campaign_status(folder: Path, *, as_json: bool) -> int:
    """Show where a campaign stands: the arms, every trial with its reason, and the budget that is left."""
    found = read_folder(folder)
    if isinstance(found, Diagnostic):
        show([found])
        return 1
    result = found.result
    if as_json:
        running = [{"job": job.job, "started": job.started, "attempt": job.attempt} for job in found.running]
        shown = {**document(result, found.activity), "run": folder.name, "jobs": running}
        print(json.dumps(shown, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False))
        return 0
    style = style_for(sys.stdout)
    print(style.paint(headline(result, found.activity), "strong"))
    parts = [arms_text(result, style)]
    parts += [trials_text(result, style)] if result.stage != "calibrating" else []
    now = time.time()
    jobs = [f"  ▶ {job.job}  {duration(max(0.0, now - job.started))}" for job in found.running]
    parts += ["\n".join(["running:", *jobs])] if jobs else []
    parts += [left_text(result)]
    print("\n" + "\n\n".join(parts))
    return 0


def campaign_report(folder: Path, output: Path | None) -> int:
    """Write a campaign's report from its folder alone."""
    found = read_folder(folder)
    if isinstance(found, Diagnostic):
        show([found])
        return 1
    path = output or folder / REPORT
    taken = refuse_to_overwrite(path, ".html", "report")
    if taken is not None:
        show([taken])
        return 2
    # Drawing needs two seconds of imports.
    from mlipilot.runtime.report.campaign import write_campaign_report

    try:
        write_campaign_report(found, path)
    except OSError as error:
        show([Diagnostic("MLP0704", f"`{path}` cannot be written: {error.strerror}", help="choose another with `-o`")])
        return 1
    print(path)
    return 0
