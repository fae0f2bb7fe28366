"""Whole experiments in small, run through the command line, and sessions on a scripted engine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from execution_project import TINY, Project

from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.engine.engines import ENGINES
from mlipilot.runtime.execution import attempts, dispatch
from mlipilot.runtime.execution.session import Session, open_session
from mlipilot.runtime.record import Workspace

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "engine"))

from scripted import ScriptedEngine
from toy_sessions import Actor


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


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """The tiny experiment, for an engine that the schema does not know."""
    spec = tmp_path_factory.mktemp("spec") / "tiny.mlp"
    spec.write_text(TINY)
    compiled, _ = compile_file(spec)
    assert compiled is not None
    return compiled._replace(plan=replace(compiled.plan, engine={**compiled.plan.engine, "kind": "toy"}))


@pytest.fixture
def small(whole: Compiled) -> Compiled:
    """Its data set alone."""
    return whole._replace(plan=replace(whole.plan, jobs=whole.plan.jobs[:1]))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """The engine of the tag `toy`."""
    engine = ScriptedEngine()
    monkeypatch.setitem(ENGINES, "toy", lambda setting: engine)
    monkeypatch.setattr(dispatch, "TICK_SECONDS", 0.0)
    monkeypatch.setattr(dispatch, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(attempts, "RECONCILE_SECONDS", 0.0)
    return engine


@pytest.fixture
def session(small: Compiled, workspace: Workspace, engine: ScriptedEngine) -> Iterator[Session]:
    with ExitStack() as stack:
        session = open_session(small, workspace, Actor(), stack)
        assert isinstance(session, Session)
        yield session
