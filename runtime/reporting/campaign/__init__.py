"""The report of a campaign: one HTML file made from its folder alone. Start reading at `page.py`."""

from mlipilot.runtime.reporting.campaign.page import render_campaign, write_campaign_report

__all__ = ["render_campaign", "write_campaign_report"]
