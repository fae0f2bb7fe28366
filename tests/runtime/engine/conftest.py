"""The folder of an attempt, and the Slurm of the tests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parent / "slurm"))

from minislurm import PACKAGES, MiniSlurm, lacking


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """That of a job's key, which does not exist yet."""
    return tmp_path / "key"


@pytest.fixture(scope="session")
def _installed() -> None:
    if absent := lacking():
        pytest.skip(f"Slurm is not installed ({', '.join(absent)}): install {PACKAGES}")


@pytest.fixture(scope="session")
def cluster(_installed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniSlurm]:
    """One that no test breaks."""
    with MiniSlurm(tmp_path_factory.mktemp("slurm"), ("n1", "n2"), cpus=8) as found:
        yield found


@pytest.fixture
def clusters(_installed: None, tmp_path: Path) -> Iterator[Callable[..., MiniSlurm]]:
    """Makes clusters that a test may break: what a crashed controller kept is not used again."""
    with ExitStack() as stack:
        yield lambda *nodes, **options: stack.enter_context(MiniSlurm(tmp_path / "slurm", nodes or ("n1",), **options))
