"""Whole experiments in small, run through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from execution_project import TINY, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "tiny.mlp").write_text(TINY)
    return Project(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tiny experiment, executed once; tests may look at it but not change it."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "tiny.mlp").write_text(TINY)
    project = Project(folder)
    done = project.run("execute", "tiny.mlp")
    (folder / "stdout.txt").write_text(done.stdout)
    (folder / "stderr.txt").write_text(done.stderr)
    return project
