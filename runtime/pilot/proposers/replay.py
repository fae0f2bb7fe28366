"""Proposals as they were recorded, one after the other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from mlipilot.compiler.proposals import read_proposals
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.proposers.default import baseline
from mlipilot.runtime.pilot.trial import Exhausted, History, Proposal, Remaining
from mlipilot.spec.edit import Change
from mlipilot.spec.numerals import count
from mlipilot.spec.space import SearchSpace

_TEXTS = ("hypothesis", "metric", "direction", "falsifier", "origin")


class Replay:
    """Gives what was recorded; its place is the length of the history."""

    def __init__(self, proposals: Sequence[Proposal]) -> None:
        is_started = bool(proposals) and not proposals[0].changes
        self.proposals = tuple(proposals) if is_started else (baseline("replay"), *proposals)

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """The recorded proposal whose turn it is; none once one of them lies outside the space."""
        place = len(history)
        if place >= len(self.proposals):
            return Exhausted(f"the record ends after {count(len(self.proposals), 'proposal')}")
        proposal = self.proposals[place]
        read = Chart(space).read(proposal.changes)
        if isinstance(read, str):
            return Exhausted(f"proposal {place + 1} of the record is none of this search: {read}")
        return proposal


def recorded(proposal: Proposal) -> dict[str, Any]:
    """A proposal as JSON."""
    changes = [{"path": change.path, "value": change.value, "because": change.because} for change in proposal.changes]
    texts = {name: getattr(proposal, name) for name in _TEXTS}
    return {"changes": changes, **texts, "magnitude": proposal.magnitude}


def read_proposal(document: Any) -> Proposal | None:
    """A proposal from JSON; None where it is none."""
    if not isinstance(document, dict) or not isinstance(document.get("changes"), list):
        return None
    changes: list[Change] = []
    for item in document["changes"]:
        parts = [*map(item.get, Change._fields)] if isinstance(item, dict) else [None]
        if not _are_texts(parts):
            return None
        changes.append(Change(*parts))
    texts = {name: document.get(name, "") for name in _TEXTS}
    magnitude = document.get("magnitude")
    is_number = isinstance(magnitude, (int, float)) and not isinstance(magnitude, bool) and math.isfinite(magnitude)
    if not _are_texts(texts.values()) or not (magnitude is None or is_number):
        return None
    return Proposal(tuple(changes), **texts, magnitude=magnitude)


def _are_texts(values: Iterable[object]) -> bool:
    return set(map(type, values)) <= {str}


def read_record(path: Path) -> list[Proposal] | str:
    """The proposals of a record: JSON lines, of which those with a `proposal` count; or why there are none."""
    documents = read_proposals(path)
    if isinstance(documents, str):
        return documents
    found: list[Proposal] = []
    for number, document in documents:
        proposal = read_proposal(document)
        if proposal is None:
            return f"line {number} of `{path}` has a `proposal` that is none"
        found.append(proposal)
    return found
