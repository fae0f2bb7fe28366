"""Points that lie near another: the same in every listed value, within a distance in every continuous one."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterator

Listed = tuple[Hashable, ...]
Place = tuple[float, ...]


class Nearby:
    """Numbered points.

    Those that differ in a listed value are never compared, and of the rest only those whose first continuous value is
    near, so that a question costs little after 10,000 points too.
    """

    def __init__(self) -> None:
        self._points: dict[Listed, list[tuple[Place, int]]] = {}
        """By listed values, in the order of the continuous ones."""

    def add(self, listed: Listed, place: Place, number: int) -> None:
        """Remember a point."""
        insort(self._points.setdefault(listed, []), (place, number))

    def near(self, listed: Listed, place: Place, distance: float) -> Iterator[int]:
        """The numbers of the points within a distance in every continuous value; rising where there is none."""
        known = self._points.get(listed, [])
        # A little more than the distance, which is then held against each.
        begin = bisect_left(known, ((place[0] - 2 * distance,), -1)) if place else 0
        for other, number in (known[index] for index in range(begin, len(known))):
            if place and other[0] > place[0] + 2 * distance:
                return
            if all(h == t or abs(h - t) <= distance for h, t in zip(place, other, strict=True)):
                yield number
