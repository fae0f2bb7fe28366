"""Fixtures of the report's tests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from markupsafe import Markup

from mlipilot.runtime.judgement.verdict import read_verdict
from mlipilot.runtime.report import ReportInput, dynamics, learning, parity, speed
from mlipilot.runtime.report.benchmark import accuracy, geometry, levels, overhead, ranks, shares

sys.path.append(str(Path(__file__).parent))  # the modules beside this one that the tests share

from benchmark_page import page_of
from copper_run import CopperRun, copper_verdict
from made_benchmark import Drawn
from report_page import Page, read_page


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> ReportInput:
    """The accepted copper run; its files must not be changed."""
    run = CopperRun(tmp_path_factory.mktemp("finished"))
    return run.complete(verdict=read_verdict(copper_verdict()))


@pytest.fixture(scope="session")
def finished_page(finished: ReportInput, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The accepted copper run's page."""
    return read_page(finished, tmp_path_factory.mktemp("page"))


@pytest.fixture
def copper(tmp_path: Path) -> CopperRun:
    """A run whose files the test writes."""
    return CopperRun(tmp_path / "run")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> CopperRun:
    """A run with one stage and short simulations, to copy from."""
    run = CopperRun(tmp_path_factory.mktemp("small"), stages=("forces",))
    run.train(1)
    run.evaluate(1)
    run.simulate("warm", "nve", 1, replicas=1, steps=40, temperature=300.0)
    run.simulate("hot", "nvt", 1, replicas=2, steps=40, temperature=1200.0)
    run.time(1)
    return run


@pytest.fixture
def damaged(small: CopperRun, tmp_path: Path) -> CopperRun:
    """A copy of the small run whose files a test may damage."""
    shutil.copytree(small.folder, tmp_path / "copy")
    return small.moved(tmp_path / "copy")


@pytest.fixture
def blank_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are prepared but not drawn, for tests that ask what is said around them."""
    for module in (dynamics, learning, parity, speed):
        monkeypatch.setattr(module, "draw", lambda *_: Markup('<svg class="plot"></svg>'))


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are prepared but not drawn, for tests that ask what is said around them."""
    for module in (accuracy, geometry, levels, overhead, ranks, shares):
        monkeypatch.setattr(module, "draw", lambda *_: Markup('<svg class="plot"></svg>'))


@pytest.fixture
def shown(tmp_path: Path, undrawn: None) -> Callable[..., Page]:
    """The page of some outcomes, without figures."""
    return lambda *outcomes: page_of(tmp_path, *outcomes)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The page of a whole outcome, its figures drawn."""
    return page_of(tmp_path_factory.mktemp("benchmark"), Drawn(sets=("wine", "soap(cu, r_cut = 4.5 Å)")).outcome())
