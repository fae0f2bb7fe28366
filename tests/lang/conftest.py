"""Lets the tests of this folder import the helpers beside them; large data sets are on no machine that runs them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def no_large_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has some still sees what those are told who have none."""
    monkeypatch.setenv("MLIPILOT_DATASETS", "/nowhere")
