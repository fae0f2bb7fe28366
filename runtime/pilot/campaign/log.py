"""The record of one lane while it is written, or while it is gone through again.

A lane is a function of what is in its record: what was proposed, what was measured, what a user said. Going through
it again therefore writes the same entries, and any that differs is found. That is how a campaign goes on after a
crash, how `verify` checks its decisions, and how `replay` repeats it.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mlipilot.runtime.record import line_of

CHAIN = ("seq", "time", "event", "lane", "previous", "hash")
"""What an entry has besides what was said."""

Append = Callable[..., Mapping[str, Any]]


class Diverged(Exception):
    """Going through a record again gave another entry than it has."""

    def __init__(self, lane: str, seq: int, event: str, difference: str) -> None:
        super().__init__(f"{line_of(seq)} (`{event}` of `{lane}`): {difference}")
        self.lane, self.seq, self.event, self.difference = lane, seq, event, difference


class RecordEnds(Exception):
    """The record has no more of this lane, and nothing may be added to it."""


class LaneLog:
    """One lane's entries: those recorded come first, in order; what is said beyond them is appended."""

    def __init__(self, lane: str, recorded: Iterable[Mapping[str, Any]], append: Append | None) -> None:
        self.lane = lane
        self._recorded = deque(entry for entry in recorded if not str(entry["event"]).startswith("llm-"))
        self._append = append

    @property
    def is_past(self) -> bool:
        """Whether the next entry is one that was recorded."""
        return bool(self._recorded)

    @property
    def ahead(self) -> Iterable[Mapping[str, Any]]:
        """The recorded entries that were not come to yet."""
        return self._recorded

    def next_is(self, event: str) -> Mapping[str, Any] | None:
        """The next recorded entry where it is of this event."""
        return self._recorded[0] if self._recorded and self._recorded[0]["event"] == event else None

    def write(self, event: str, **data: Any) -> None:
        """Say what happened; of a recorded entry it must be the same."""
        if not self._recorded:
            if self._append is None:
                raise RecordEnds
            self._append(event, lane=self.lane, **data)
            return
        entry = self._recorded.popleft()
        found = said(entry)
        if entry["event"] != event:
            raise Diverged(self.lane, int(entry["seq"]), str(entry["event"]), f"`{event}` was to be expected")
        if found != data:
            # Only what does not compare equal at once is brought into the shape that JSON gives it.
            expected = json.loads(json.dumps(data))
            if found != expected:
                names = [name for name in {*found, *expected} if found.get(name) != expected.get(name)]
                raise Diverged(self.lane, int(entry["seq"]), event, f"{', '.join(sorted(names))} cannot be repeated")


def said(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry without its place in the chain."""
    return {name: value for name, value in entry.items() if name not in CHAIN}
