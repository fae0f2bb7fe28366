"""Lets the tests of this folder import the helpers beside them, and keeps the user's cache out of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlipilot.compiler.backends.mace.table import option_table

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "backends")]


@pytest.fixture(autouse=True, scope="session")
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        option_table.cache_clear()
        yield
    option_table.cache_clear()
