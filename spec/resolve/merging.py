"""One slip that a value repeats, such as each temperature of a list in °C, is one diagnostic with several places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic

_ALIKE = {"MLP0201", "MLP0202", "MLP0204", "MLP0205"}
"""Codes of a number or word that is not of its type, in its unit or within its bounds."""


def merged(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The faults of one value, those that say the same of several places put together at the first."""
    groups: dict[object, list[Diagnostic]] = {}
    for position, diagnostic in enumerate(found):
        groups.setdefault(_likeness(diagnostic) or position, []).append(diagnostic)
    return [_together(group) for group in groups.values()]


def _likeness(diagnostic: Diagnostic) -> object:
    if diagnostic.code not in _ALIKE or diagnostic.primary is None or diagnostic.secondary:
        return None
    words = diagnostic.headline if diagnostic.code == "MLP0202" else diagnostic.primary.label
    return diagnostic.code, words


def _together(group: list[Diagnostic]) -> Diagnostic:
    first = group[0]
    if len(group) == 1:
        return first
    others = tuple(Annotation(d.primary.span, "here too") for d in group[1:] if d.primary is not None)
    helps = "; ".join(dict.fromkeys(d.help for d in group if d.help))
    fixes = [d.fix for d in group if d.fix is not None]
    fix = None
    if first.fix is not None and len(fixes) == len(group):
        sure = Applicability.UNSAFE if any(f.applicability is not Applicability.SAFE for f in fixes) else first.fix[2]
        fix = first.fix._replace(edits=tuple(edit for f in fixes for edit in f.edits), applicability=sure)
    return replace(first, secondary=others, help=helps, fix=fix)


__all__ = ["merged"]
