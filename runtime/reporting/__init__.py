"""From a run's record to its page, and from a campaign's; what sections show is in `mlipilot.runtime.report`."""
