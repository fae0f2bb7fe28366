"""Proof for those who run `mace_run_train` themselves: what is wrong with a file of its options, or a script."""

from __future__ import annotations

from mlipilot.compiler.lint.data_files import DataFiles
from mlipilot.compiler.lint.files import Linted, lint_file, lint_source

__all__ = ["DataFiles", "Linted", "lint_file", "lint_source"]
