"""Lets the tests of this folder import the helpers beside them, and keeps the user's cache out of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlipilot.compiler.backends.mace.table import option_table

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    option_table.cache_clear()
    yield
    option_table.cache_clear()
