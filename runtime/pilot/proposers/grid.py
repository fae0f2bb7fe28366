"""The points of a grid in a fixed order: domains that can be counted whole, continua at a few levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.proposers.default import baseline
from mlipilot.runtime.pilot.proposers.drawing import at_share, is_new
from mlipilot.runtime.pilot.proposers.tried import Memory, Tried
from mlipilot.runtime.pilot.proposers.walk import walk
from mlipilot.runtime.pilot.trial import Exhausted, History, Proposal, Remaining
from mlipilot.spec.numerals import count
from mlipilot.spec.space import Draw, SearchSpace
from mlipilot.spec.values import Data

LEVELS = 5
"""Of a continuum, ends included; evenly spaced, or evenly in the logarithm where that is what is drawn evenly."""
MOST_STEPS = 20_000
"""Steps of the walk without a new point before the grid gives up."""


class _Place(NamedTuple):
    """Where the walk stands."""

    tried: Tried
    walk: Iterator[dict[str, Data] | None]


class Grid:
    """Walks the grid; the last domain of the search changes fastest. Its place is the first point that is untried."""

    def __init__(self, levels: int = LEVELS) -> None:
        self.levels = levels
        self._memory = Memory()
        self._place: _Place | None = None
        self._next: dict[str, Data] | None = None

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """The next point that was not tried."""
        if not history:
            return baseline("grid")
        tried = self._memory.of(history, space)
        if self._place is None or self._place.tried is not tried:
            self._place, self._next = (
                _Place(tried, walk(tried.chart, lambda draw: self._values(tried.chart, draw))),
                None,
            )
        idle = 0
        while self._next is None or not is_new(tried, self._next, 0.0):
            point = next(self._place.walk, self._place)
            if isinstance(point, _Place):
                return Exhausted(f"the grid is done: {count(len(history), 'trial')}")
            idle = 0 if point is not None else idle + 1
            if idle > MOST_STEPS:
                return Exhausted(
                    f"{MOST_STEPS:,} points of the grid in a row do not meet the requirements of the search"
                )
            self._next = point
        proposal = tried.chart.proposal(self._next, "grid", "the next point of the grid")
        assert proposal is not None
        return proposal

    def _values(self, chart: Chart, draw: Draw) -> Iterator[Data]:
        size = draw.domain.size
        if size is not None:
            return (draw.domain.at(index) for index in range(size))
        levels = (at_share(chart, draw, level / max(1, self.levels - 1)) for level in range(self.levels))
        return iter(dict.fromkeys(levels))
