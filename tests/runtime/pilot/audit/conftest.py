"""Campaigns in the simulated laboratory of the campaign's own tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[1] / "campaign")]
