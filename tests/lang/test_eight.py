"""Eight different mistakes in one file are eight diagnostics, each at its place, found in one run of the command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from literate import line_of

from mlipilot.compiler.compile import check_file
from mlipilot.spec.diagnostics import Applicability

EIGHT = Path(__file__).parent / "eight.mlp"
FOUND = [
    (4, "MLP0207", "cu", "Cu"),
    (5, "MLP0204", "3.59", None),
    (6, "MLP0102", "[", None),
    (7, "MLP0202", "Kelvin", "K"),
    (9, "MLP0406", "==", "="),
    (15, "MLP0403", "chanels", "channels"),
    (19, "MLP0301", "potentail", "potential"),
    (29, "MLP0505", "95 %", None),
]
_SURE = ("Cu", "=")
"""Fixes that keep the meaning; a word that is like another is a guess."""


def test_eight_mistakes_are_eight_diagnostics_with_places_and_fixes() -> None:
    seen = []
    for diagnostic in check_file(EIGHT).diagnostics:
        assert diagnostic.source is not None
        assert diagnostic.primary is not None
        fix = diagnostic.fix
        sure = Applicability.SAFE if fix is not None and fix.edits[0].text in _SURE else Applicability.UNSAFE
        assert fix is None or fix.applicability is sure
        mark = diagnostic.source.slice(diagnostic.primary.span)
        seen.append((line_of(diagnostic), diagnostic.code, mark, fix.edits[0].text if fix else None))
    assert seen == FOUND


def test_the_command_finds_them_in_one_run_and_exits_with_2() -> None:
    command = [sys.executable, "-m", "mlipilot", "check", str(EIGHT), "--output-format", "concise"]
    root = EIGHT.parents[2]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == len(FOUND)
    assert "Traceback" not in done.stderr
