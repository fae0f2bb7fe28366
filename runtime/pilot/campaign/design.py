"""A design point as text and as a spec: the baseline with changes made, checked before anything is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mlipilot.compiler.check import CHECKS
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.edit import Change, apply
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile
from mlipilot.spec.values import Spec


class Design(NamedTuple):
    """The baseline with changes made."""

    changes: tuple[Change, ...]
    source: SourceFile
    spec: Spec


class Refused(NamedTuple):
    """Changes that make no spec that checks."""

    code: str
    reason: str


def design(baseline: SourceFile, changes: Sequence[Change]) -> Design | Refused:
    """Make changes of the baseline; what the spec alone decides is checked, in milliseconds."""
    source = baseline
    if changes:
        edited = apply(baseline, changes)
        if edited.source is None:
            return _refused(edited.diagnostics)
        source = edited.source
    spec = resolve(source).spec
    # The search and the files are the baseline's, which was checked whole.
    found = [diagnostic for rule in CHECKS for diagnostic in rule(spec) if diagnostic.is_error]
    return _refused(found) if has_errors(found) else Design(tuple(changes), source, spec)


def _refused(diagnostics: Sequence[Diagnostic]) -> Refused:
    first = next(diagnostic for diagnostic in diagnostics if diagnostic.is_error)
    return Refused(first.code, f"{first.code} {first.headline}")
