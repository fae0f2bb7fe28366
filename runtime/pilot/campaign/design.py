"""A design point as text and as a spec: the baseline with changes made, checked before anything is run."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from mlipilot.compiler.check import rules
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.document import Spec
from mlipilot.spec.edit import Change, apply_to
from mlipilot.spec.resolve import Resolved, resolve
from mlipilot.spec.source import SourceFile


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
    edited = apply_to(_read(baseline), changes)
    if edited.spec is None:
        return _refused(edited.diagnostics)
    # The search and the files are the baseline's, which was checked whole.
    found = [diagnostic for diagnostic in rules(edited.spec) if diagnostic.is_error]
    return _refused(found) if has_errors(found) else Design(tuple(changes), edited.spec.source, edited.spec)


@lru_cache(4)
def _read(baseline: SourceFile) -> Resolved:
    """The baseline is read once, for all trials."""
    return resolve(baseline)


def _refused(diagnostics: Sequence[Diagnostic]) -> Refused:
    first = next(diagnostic for diagnostic in diagnostics if diagnostic.is_error)
    return Refused(first.code, f"{first.code} {first.headline}")
