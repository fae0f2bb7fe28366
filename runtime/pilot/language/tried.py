"""The points that were tried, kept from one proposal to the next so that a long history is gone through but once."""

from __future__ import annotations

from collections.abc import Mapping

from mlipilot.runtime.pilot.gate import duplicates
from mlipilot.runtime.pilot.trial import History, Trial
from mlipilot.spec.space import SearchSpace
from mlipilot.spec.values import Data


class Tried:
    """The trials of a history by their points. What the gate would call the same point is the same here."""

    def __init__(self, space: SearchSpace, history: History = ()) -> None:
        self.space = space
        self._baseline = duplicates.Tried(space)
        self._baseline.add(0, space.baseline)
        self._points = duplicates.Tried(space)
        self._seen = 0
        self._last: Trial | None = None
        self.update(history)

    def update(self, history: History) -> None:
        """Take up a history; of one that goes on from the last, only what is new."""
        if self._seen > len(history) or (self._seen and history[self._seen - 1] is not self._last):
            self._points, self._seen = duplicates.Tried(self.space), 0
        for place in range(self._seen, len(history)):
            self._points.add(history[place].number, history[place].point)
        self._seen = len(history)
        self._last = history[-1] if history else None

    def __len__(self) -> int:
        return self._seen

    def twin(self, settled: Mapping[str, Data]) -> str | None:
        """Which point a settled one repeats, in words."""
        if self._baseline.find(settled) is not None:
            return "this is the baseline itself: change at least one value"
        number = self._points.find(settled)
        return None if number is None else f"this point was tried before, as trial {number}: propose another"
