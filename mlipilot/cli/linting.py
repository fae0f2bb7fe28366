"""`lint`: what can be said of a training that somebody runs by hand."""

from __future__ import annotations

from pathlib import Path

from mlipilot.cli.proof import show
from mlipilot.compiler.lint import DataFiles, lint_file, lint_source


def lint(path: Path, data: DataFiles, output_format: str, *, fix: bool = False, unsafe: bool = False) -> int:
    """Check a file of MACE's options, or a script that trains; with `fix`, make the safe fixes first."""
    fault = None
    if fix or unsafe:
        from mlipilot.cli.mending import mend_file

        fault = mend_file(path, lambda source: lint_source(source, data).diagnostics, output_format, unsafe=unsafe)
    linted = lint_file(path, data)
    show([*linted.diagnostics, *([fault] if fault else [])], output_format, fixes="lint")
    if output_format == "full":
        if linted.checked and not linted.diagnostics:
            subject = f"`{path}`" if linted.scanned else f"`{path}`, as far as it was checked,"
            print(f"{subject} has no fault that can be known before training")
        for remark in linted.remarks:
            print(remark)
        if linted.checked:
            print(f"checked against the options of {linted.table.origin}")
    return 2 if linted.failed or fault else 0
