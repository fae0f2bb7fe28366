"""Rules of data sets: what each source asks of its blocks."""

from __future__ import annotations

from mlipilot.compiler.datasets import source_of
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of the `dataset` blocks."""
    found: list[Diagnostic] = []
    for block in spec.of_kind("dataset"):
        source = source_of(block)
        found += source.check(block) if source is not None else []
    return found
