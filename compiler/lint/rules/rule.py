"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic


class Rule(NamedTuple):
    """A judgement, and the options whose values must be known for it."""

    needs: tuple[str, ...]
    judge: Callable[[Settings], list[Diagnostic]]
