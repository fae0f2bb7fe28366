"""The examples of the page and of the package are run as they stand."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import mlipilot

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples and with the options that the page shows."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    options = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert options is not None
    (tmp_path / "mace.yaml").write_text(options.group(1))
    monkeypatch.setenv("MLIPILOT_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_examples_of_the_page_give_what_they_say(there: Path) -> None:
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert found.attempted > 15
    assert not found.failed


def test_the_example_of_the_package_gives_what_it_says(there: Path) -> None:
    found = doctest.testmod(mlipilot)
    assert found.attempted == 3
    assert not found.failed


def test_an_example_that_gives_something_else_is_found(there: Path) -> None:
    wrong = there / "wrong.md"
    wrong.write_text(">>> import mlipilot\n>>> mlipilot.load('examples/copper/copper.mlp').check()\n['a fault']\n")
    assert doctest.testfile(str(wrong), module_relative=False, report=False, verbose=False).failed == 1
