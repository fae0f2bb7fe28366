"""The page on benchmarks of encodings: its blocks are consistent, and commands that run nothing print what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mlipilot.cli import main
from mlipilot.compiler.compile import check_file

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "encodings" / "own_table.mlp"
TEXT = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
SPECS = [fence for fence in FENCES if not fence.startswith("$")]
CHECKS = re.findall(r"^\$ mlipilot check (\S+)\n(.*?)(?=^\$|\Z)", "".join(FENCES), re.MULTILINE | re.DOTALL)
UNDECIDABLE = """\
edition "2026"

encoding maps {
    data      = [wine]
    encodings = [angle]
    controls  = [same_head(raw)]
    require better(angle, raw) because "angles see curves"
}
"""


def words(line: str) -> str:
    """A line without its comment and the widths of its blanks."""
    return " ".join(line.partition("#")[0].split())


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the page speaks of."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "tempering.csv").symlink_to(EXAMPLE.parent / "tempering.csv")
    (tmp_path / "claims.mlp").write_text(UNDECIDABLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("number", range(len(SPECS)))
def test_its_specs_are_consistent(number: int, there: Path) -> None:
    path = there / "spec.mlp"
    path.write_text(f'edition "2026"\n\n{SPECS[number]}', encoding="utf-8")
    assert check_file(path).diagnostics == []


def test_it_begins_with_the_example() -> None:
    lines = {words(line) for line in EXAMPLE.read_text(encoding="utf-8").splitlines()}
    assert {words(line) for line in SPECS[0].splitlines()} <= lines


@pytest.mark.parametrize(("path", "printed"), CHECKS, ids=[path for path, _ in CHECKS])
def test_checks_print_what_it_says(path: str, printed: str, there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", path])
    said = capsys.readouterr()
    assert said.out + said.err == printed


def test_it_shows_specs_and_checks() -> None:
    assert len(SPECS) == 2
    assert [path for path, _ in CHECKS] == ["examples/encodings/own_table.mlp", "claims.mlp"]
