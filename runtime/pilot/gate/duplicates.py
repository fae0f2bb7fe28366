"""Whether a point was tried before: exactly where values are counted, within a distance where they are not."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from fractions import Fraction
from itertools import islice

from mlipilot.spec.space import Draw, Point, SearchSpace
from mlipilot.spec.values import meaning

TOLERANCE = 1e-3
"""Points closer than this part of an interval, in every path, are one point."""


class Tried:
    """The settled points of a campaign so far, by the number of their trial.

    Points that differ in a listed value are never compared, and of the rest only those whose first continuous value is
    near, so that a question costs little after 10,000 trials too.
    """

    def __init__(self, space: SearchSpace, tolerance: float = TOLERANCE) -> None:
        self._space = space
        self._tolerance = tolerance
        self._listed = [draw for draw in space.draws if draw.domain.is_finite]
        self._continuous = [draw for draw in space.draws if not draw.domain.is_finite]
        self._trials: dict[tuple[object, ...], list[tuple[tuple[float, ...], int]]] = {}
        """By listed values, in the order of the continuous ones."""
        self._last: tuple[Point, tuple[tuple[object, ...], tuple[float, ...]]] | None = None
        """The point that was placed last: one is looked for, and then added."""

    def add(self, number: int, point: Point) -> None:
        """Remember the point of a trial."""
        listed, place = self._key(point)
        insort(self._trials.setdefault(listed, []), (place, number))

    def find(self, point: Point) -> int | None:
        """The first trial of the same point; None where it is new."""
        listed, place = self._key(point)
        known = self._trials.get(listed, [])
        if not place:
            return known[0][1] if known else None
        # A little more than the tolerance, which is then held against each.
        begin = bisect_left(known, ((place[0] - 2 * self._tolerance,), -1))
        found: int | None = None
        for other, number in islice(known, begin, None):
            if other[0] > place[0] + 2 * self._tolerance:
                break
            if (found is None or number < found) and self._is_near(place, other):
                found = number
        return found

    def _is_near(self, place: tuple[float, ...], other: tuple[float, ...]) -> bool:
        return all(h == t or abs(h - t) <= self._tolerance for h, t in zip(place, other, strict=True))

    def _key(self, point: Point) -> tuple[tuple[object, ...], tuple[float, ...]]:
        if self._last is None or self._last[0] is not point:
            self._last = point, self._placed(point)
        return self._last[1]

    def _placed(self, point: Point) -> tuple[tuple[object, ...], tuple[float, ...]]:
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
