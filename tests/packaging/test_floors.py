"""Imports run down the floors of `floors.ini` and never in a circle, those inside functions and for types alone too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = Path(__file__).parent / "floors.ini"
ROOMS = ("spec", "compiler", "runtime")
LATE = "def late() -> None:\n    import mlipilot.{}\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with its rooms as folders instead of links, which the linter does not follow."""
    folder = tmp_path_factory.mktemp("house")
    left_out = shutil.ignore_patterns("__pycache__", *ROOMS)
    shutil.copytree(ROOT / "mlipilot", folder / "mlipilot", ignore=left_out)
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / "mlipilot" / room, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def lint(house: Path) -> Callable[[], subprocess.CompletedProcess[str]]:
    """Hold the package against the floors."""
    script = Path(sys.executable).parent / "lint-imports"
    environment = {**os.environ, "PYTHONPATH": str(house), "COLUMNS": "200"}

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(script), "--no-cache", str(FLOORS)]
        return subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)

    return run


def test_no_import_runs_up_and_none_in_a_circle(lint: Callable[[], subprocess.CompletedProcess[str]]) -> None:
    done = lint()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        (
            "runtime/foundation/device.py",
            LATE.format("runtime.operations"),
        ),
        ("compiler/plan.py", "if TYPE_CHECKING:\n    from mlipilot.compiler.estimate import estimate\n"),
        ("spec/units.py", "from mlipilot.compiler import plan\n"),
        ("spec/syntax/tree.py", LATE.format("spec.syntax.parser")),
    ],
    ids=["in a function", "for types", "another room", "a circle"],
)
def test_an_import_that_does_is_found(
    module: str, line: str, house: Path, lint: Callable[[], subprocess.CompletedProcess[str]]
) -> None:
    path = house / "mlipilot" / module
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\nfrom typing import TYPE_CHECKING\n{line}", encoding="utf-8")
    try:
        assert lint().returncode == 1
    finally:
        path.write_text(before, encoding="utf-8")
