"""The points that a history has tried, and whether another is one of them or too near to one."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Hashable

from mlipilot.runtime.pilot.gate.duplicates import TOLERANCE
from mlipilot.runtime.pilot.proposers.chart import Chart, Position
from mlipilot.runtime.pilot.trial import Failure, History, Trial
from mlipilot.spec.space import SearchSpace

NEAR = TOLERANCE
"""Share of every continuous domain within which two points count as the same, as for the gate."""
MOST_LOSSES = 3
"""Times that a point may be lost to what is not its fault before it counts as tried."""
_LOST = (Failure.INFRASTRUCTURE, Failure.EVALUATOR, Failure.TAMPER)


class Tried:
    """The tried points of one history. A trial that was lost by no fault of its point leaves the point untried."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.trials: list[Trial] = []
        self._points: dict[tuple[Hashable, ...], list[tuple[float, ...]]] = {}
        self._losses: Counter[Position] = Counter()

    def follow(self, history: History) -> None:
        """Take in the trials that a history has gained."""
        for trial in history[len(self.trials) :]:
            self.trials.append(trial)
            if trial.failure is Failure.FORMAT:
                continue
            position = self.chart.position(self.chart.space.settle(trial.point))
            if trial.failure in _LOST:
                self._losses[position] += 1
                if self._losses[position] < MOST_LOSSES:
                    continue
            bisect.insort(self._points.setdefault(position.listed, []), position.continuous)

    def holds(self, position: Position, near: float = NEAR) -> bool:
        """Whether a point was tried, or one within a distance of it in every continuous domain."""
        points = self._points.get(position.listed)
        if not points:
            return False
        if not position.continuous:
            return True
        first, *rest = position.continuous
        start = bisect.bisect_left(points, (first - near,))
        for other in points[start:]:
            if other[0] > first + near:
                return False
            if all(abs(a - b) <= near for a, b in zip(rest, other[1:], strict=True)):
                return True
        return False


class Memory:
    """The tried points of the history that was seen last: a function of the history, kept while that only grows."""

    def __init__(self) -> None:
        self._tried: Tried | None = None

    def of(self, history: History, space: SearchSpace) -> Tried:
        """The tried points of a history."""
        tried = self._tried
        if tried is None or tried.chart.space is not space or list(history[: len(tried.trials)]) != tried.trials:
            tried = self._tried = Tried(Chart(space))
        tried.follow(history)
        return tried
