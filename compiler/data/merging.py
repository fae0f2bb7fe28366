"""One cause that several splits show is one finding: what the other splits show stands in its notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mlipilot.compiler.data.question import Finding


def together(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those of one code about one field put together at the first; those of a file stay apart."""
    groups: dict[object, list[Finding]] = {}
    for position, finding in enumerate(findings):
        of_field = finding.anchor.source is None and finding.anchor.part != "file"
        key = (finding.code, finding.anchor, finding.help, finding.replacement) if of_field else position
        groups.setdefault(key, []).append(finding)
    return [_together(group) for group in groups.values()]


def _together(group: list[Finding]) -> Finding:
    first, *others = group
    notes = [note for finding in others for note in (f"also, {finding.headline}", *finding.notes)]
    return replace(first, notes=tuple(dict.fromkeys((*first.notes, *notes)))) if others else first


__all__ = ["together"]
