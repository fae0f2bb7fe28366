"""What the compile path imports: nothing heavy. Which room may use which is in `tests/packaging/test_floors.py`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from copper import EXAMPLE, ROOT

HEAVY = "torch mace ase pyscf polars rich scipy matplotlib mlipilot.runtime"
HEAVY += "".join(f" mlipilot.compiler.{name}" for name in ("check.campaign", "lower.campaign", "campaign_cost"))
"""Nor what only a spec with a pilot needs."""
CHECK = f"""
import sys
{{}}
found = sorted(name for name in {HEAVY.split()} if name in sys.modules)
assert not found, found
"""


@pytest.mark.parametrize(
    "program",
    [
        "import mlipilot.compiler.compile, mlipilot.compiler.plan, mlipilot.compiler.render",
        f"from mlipilot.cli import main; assert main(['check', {str(EXAMPLE)!r}]) == 0",
        "from mlipilot.cli import main; assert main(['check', 'tests/lang/eight.mlp']) == 2",
        f"import pathlib, mlipilot.compiler.compile as c; c.compile_file(pathlib.Path({str(EXAMPLE)!r}))",
    ],
    ids=["import", "check", "check with faults", "compile"],
)
def test_the_compile_path_imports_nothing_heavy(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK.format(program)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


BENCHMARK = "numpy polars scipy sklearn torch"
"""What a check of encodings does without, where no table is named."""


@pytest.mark.parametrize(
    ("spec", "absent"),
    [
        (EXAMPLE, "mlipilot.compiler.encodings mlipilot.compiler.check.encoding"),
        (ROOT / "tests" / "spec" / "whole.mlp", BENCHMARK),
        (ROOT / "examples" / "encodings" / "tabular.mlp", BENCHMARK),
    ],
    ids=["without a benchmark", "with a benchmark", "with a benchmark that claims"],
)
def test_a_check_imports_what_its_blocks_need(spec: Path, absent: str) -> None:
    program = (
        f"import sys; from mlipilot.cli import main; assert main(['check', {str(spec)!r}]) == 0;"
        f"found = set({absent.split()!r}) & set(sys.modules); assert not found, found"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_module_says_what_it_is() -> None:
    for room in ("spec", "compiler"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not text or ast.get_docstring(ast.parse(text)), path
            assert len(text.splitlines()) <= 400, path
