"""Fixtures of all tests: the real data, where it is at hand."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# Files run side by side, one on each core; more threads than that would only wait for each other.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# Helpers that several test modules share are modules beside their conftest.
for folder in ("runtime/execution", "runtime/encodings/benchmark", "compiler/data", "golden"):
    sys.path.append(str(Path(__file__).parent / folder))

# The same examples in every run; MLIPILOT_EXPLORE=1 looks for new ones.
settings.register_profile("fixed", derandomize=True, deadline=None)
if not os.environ.get("MLIPILOT_EXPLORE"):
    settings.load_profile("fixed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the files with slow tests begin first: the last to begin is then done soon, and no core waits for it."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real inputs; tests that need it are skipped by name where it is absent."""
    folder = os.environ.get("MLIPILOT_TEST_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("needs real data: set MLIPILOT_TEST_DATA to its folder")
    return Path(folder)
