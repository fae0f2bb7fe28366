"""The points that a history has tried, and whether another is one of them or too near to one."""

from __future__ import annotations

from collections import Counter

from mlipilot.runtime.pilot.gate.duplicates import TOLERANCE
from mlipilot.runtime.pilot.gate.nearby import Nearby
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
        self._points = Nearby()
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
            self._points.add(position.listed, position.continuous, len(self.trials))

    def holds(self, position: Position, near: float = NEAR) -> bool:
        """Whether a point was tried, or one within a distance of it in every continuous domain."""
        return next(self._points.near(position.listed, position.continuous, near), None) is not None


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
