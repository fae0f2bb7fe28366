"""Whether a point was tried before: exactly where values are counted, within a distance where they are not."""

from __future__ import annotations

import math
from fractions import Fraction

from mlipilot.runtime.pilot.gate.nearby import Listed, Nearby, Place
from mlipilot.spec.space import Draw, Point, SearchSpace
from mlipilot.spec.values import meaning

TOLERANCE = 1e-3
"""Points closer than this part of an interval, in every path, are one point."""


class Tried:
    """The settled points of a campaign so far, by the number of their trial."""

    def __init__(self, space: SearchSpace, tolerance: float = TOLERANCE) -> None:
        self._space = space
        self._tolerance = tolerance
        self._listed = [draw for draw in space.draws if draw.domain.is_finite]
        self._continuous = [draw for draw in space.draws if not draw.domain.is_finite]
        self._trials = Nearby()
        self._last: tuple[Point, tuple[Listed, Place]] | None = None
        """The point that was placed last: one is looked for, and then added."""

    def add(self, number: int, point: Point) -> None:
        """Remember the point of a trial."""
        listed, place = self._key(point)
        self._trials.add(listed, place, number)

    def find(self, point: Point) -> int | None:
        """The first trial of the same point; None where it is new."""
        listed, place = self._key(point)
        near = self._trials.near(listed, place, self._tolerance)
        return min(near, default=None) if place else next(near, None)

    def _key(self, point: Point) -> tuple[Listed, Place]:
        if self._last is None or self._last[0] is not point:
            self._last = point, self._placed(point)
        return self._last[1]

    def _placed(self, point: Point) -> tuple[Listed, Place]:
        settled = self._space.settle(point)
        names = [(draw, draw.path.text) for draw in self._listed]
        listed = tuple(meaning(self._space.own_part(draw.path, settled[name])) for draw, name in names)
        return listed, tuple(_place(draw, settled[draw.path.text]) for draw in self._continuous)


def _place(draw: Draw, data: object) -> float:
    """Where a value stands in its interval: 0 at the low end, 1 at the high one, by logarithms where it is drawn so."""
    if isinstance(data, bool) or not isinstance(data, (int, Fraction)):
        return -math.inf  # such as `auto`: the spec's own value, where the path does not apply
    low, high = draw.domain.low, draw.domain.high
    if low == high:
        return float(data - low)
    if draw.domain.kind == "log_uniform" and low > 0 and data > 0:
        return math.log(data / low) / math.log(high / low)
    return float((data - low) / (high - low))
