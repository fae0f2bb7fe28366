"""The folder of an attempt."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """That of a job's key, which does not exist yet."""
    return tmp_path / "key"
