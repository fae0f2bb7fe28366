"""From one plan to another: which results stay, which jobs run again because of which line, which are new or gone."""

from __future__ import annotations

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import Any, NamedTuple

from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.render.style import Style, visible
from mlipilot.compiler.review.causes import Absent, Cause, Upstream, causes
from mlipilot.compiler.review.table import source_place
from mlipilot.spec.one_line import in_a_line


class Fate(StrEnum):
    """What becomes of a job."""

    REUSED = "reused"
    """Its result is the old plan's, or in the store."""
    INVALIDATED = "invalidated"
    """The old plan has it, and its result would be another."""
    NEW = "new"
    """The old plan has no such job."""
    GONE = "gone"
    """Only the old plan has it."""

    @property
    def runs(self) -> bool:
        """Whether there is work to do."""
        return self in (Fate.INVALIDATED, Fate.NEW)


_LOOKS = {
    Fate.REUSED: ("=", "faint", ""),
    Fate.INVALIDATED: ("~", "warning", "runs again"),
    Fate.NEW: ("+", "good", "new"),
    Fate.GONE: ("-", "faint", "gone"),
}
"""Mark, colour and word of each."""


class Change(NamedTuple):
    """A job of either plan."""

    job: str
    fate: Fate
    causes: tuple[Cause, ...] = ()
    """Of an invalidated job: why."""
    formerly: str | None = None
    """The id that the job has in the old plan, where that is another."""
    stored: bool = False
    """Its result is in the store."""

    def __repr__(self) -> str:
        return in_a_line("JobChange", f"{self.job}:", self.fate.value, "; ".join(cause.words for cause in self.causes))


Keys = Mapping[str, str | None]


def difference(old: Compiled, new: Compiled, old_keys: Keys, new_keys: Keys, stored: Set[str]) -> list[Change]:
    """The jobs of the new plan in their order, then those that are gone; `stored` are jobs of the new plan."""
    known = {key: job for job, key in old_keys.items() if key is not None}
    changes: list[Change] = []
    differing: dict[str, Upstream] = {}
    for job in new.plan.jobs:
        key = new_keys[job.id]
        if key is not None and key == old_keys.get(job.id):
            changes.append(Change(job.id, Fate.REUSED, stored=job.id in stored))
            continue
        found = tuple(causes(old, new, job, differing)) if job.id in old_keys else ()
        because_of = {cause.subject for cause in found} if all(cause.kind == "job" for cause in found) else ()
        if key in known or job.id in stored:
            formerly = None if job.id in old_keys else known.get(str(key))
            changes.append(Change(job.id, Fate.REUSED, (), formerly, job.id in stored))
            words = "has another result"
        elif job.id in old_keys:
            changes.append(Change(job.id, Fate.INVALIDATED, found))
            words = "runs again"
        else:
            changes.append(Change(job.id, Fate.NEW))
            words = "is new"
        differing[job.id] = Upstream(words, frozenset(because_of))
    renamed = {change.formerly for change in changes}
    gone = [job.id for job in old.plan.jobs if job.id not in new_keys and job.id not in renamed]
    return [*changes, *(Change(job, Fate.GONE) for job in gone)]


def as_text(new: Compiled, changes: list[Change], beside: list[Cause], style: Style) -> str:
    """A line for each job, and under one that runs again a line for each cause, with the line of the spec.

    Then a line for each of `beside`: what differs and changes no result.
    """
    width = max((len(change.job) for change in changes), default=0)
    lines: list[str] = []
    for change in changes:
        mark, look, word = _LOOKS[change.fate]
        if change.formerly is not None:
            word = f"was {change.formerly}"
        lines.append(style.paint(f"  {mark} {visible(change.job).ljust(width)}  {word}".rstrip(), look))
        for cause in change.causes:
            place = f"  ({source_place(new, cause.place)})" if cause.place is not None else ""
            lines.append(f"      {visible(cause.words)}{style.paint(place, 'faint')}")
    for cause in beside:
        place = f"  ({source_place(new, cause.place)})" if cause.place is not None else ""
        lines.append(f"  * {visible(cause.words)}{style.paint(place, 'faint')}")
    return "\n".join(lines)


def as_document(new: Compiled, changes: list[Change], beside: list[Cause], sentence: str) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "summary": sentence,
        **{fate.value: sum(change.fate is fate for change in changes) for fate in Fate},
        "jobs": [
            {
                "job": change.job,
                "fate": change.fate.value,
                "formerly": change.formerly,
                "stored": change.stored,
                "causes": [_cause(new, cause) for cause in change.causes],
            }
            for change in changes
        ],
        "besides": [_cause(new, cause) for cause in beside],
    }


def _cause(new: Compiled, cause: Cause) -> dict[str, Any]:
    place = None if cause.place is None else source_place(new, cause.place)
    old, value = (None if isinstance(one, Absent) else one for one in (cause.old, cause.new))
    field, *texts = cause.written or (None,)
    document = {"kind": cause.kind, "subject": cause.subject, "old": old, "new": value, "place": place}
    return document | ({"field": field, "written": texts} if field is not None else {})
