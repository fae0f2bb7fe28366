"""Jobs as a script has them, and the record of a campaign in the simulated laboratory."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path += [str(Path(__file__).parents[1] / "pilot" / "campaign")]

from simulated import Campaign, spec_text

from mlipilot.runtime.record import read_journal


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The entries of a campaign of two arms, one of which accepts a design in its third and last trial."""
    text = spec_text("proposer = tpe, controls = [random], confirm_seeds = 2", "trials <= 3, device_time <= 40 min")
    campaign = Campaign(tmp_path_factory.mktemp("shown"), text)
    assert campaign.run()
    return list(read_journal(campaign.path).entries)
