"""Campaigns in a simulated laboratory; the language models of some are the scripted endpoint of their own tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
