"""Where a run or a campaign stands, read from its record alone."""

from __future__ import annotations

from mlipilot.runtime.execution.finding import Found
from mlipilot.runtime.execution.standing import Standing, standing
from mlipilot.runtime.pilot.outcome.folder import CampaignFolder, is_campaign, read_folder
from mlipilot.runtime.record import lost_record
from mlipilot.spec.diagnostics import Diagnostic


def status_of(found: Found) -> Standing | CampaignFolder | Diagnostic:
    """What a run's record says of its jobs, or a campaign's of its trials; or why that cannot be told."""
    if is_campaign(found.run.folder):
        return read_folder(found.run.folder)
    read = standing(found.workspace, found.run)
    if isinstance(read, Standing) and read.compiled.plan.campaign is not None:
        return lost_record(found.run.folder)
    return read
