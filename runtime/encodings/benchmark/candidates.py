"""What an arm tries on the inner folds: as many candidates as every other arm, spread over its own ranges."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mlipilot.runtime.encodings.benchmark.nested import Candidate


class Range(NamedTuple):
    """Of a parameter above 0, searched by its logarithm."""

    low: float
    high: float

    def along(self, shares: Sequence[float], below: int | None = None) -> list[float]:
        """The values at shares of the way from low to high."""
        return [math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low))) for share in shares]


class Whole(NamedTuple):
    """Of a whole number of samples from 1 on, searched by its logarithm."""

    low: int
    high: int

    def along(self, shares: Sequence[float], below: int | None = None) -> list[float]:
        """The values at shares of the way from low to high, whole numbers below a bound.

        Where shares rise, so do values, as long as there are as many numbers: rounding makes no two of them alike.
        """
        high = self.high if below is None else max(self.low, min(self.high, below - 1))
        found = [round(value) for value in Range(self.low, high).along(shares)]
        if list(shares) != sorted(shares):
            return list(found)
        for at in range(1, len(found)):
            found[at] = max(found[at], found[at - 1] + 1)
        for back, at in enumerate(reversed(range(len(found)))):
            found[at] = max(self.low, min(found[at], high - back))
        return list(dict.fromkeys(found))


Space = Mapping[str, Range | Whole]
"""By the parameter of the pipeline, such as `logisticregression__C`."""


def candidates(space: Space, count: int, below: int | None = None) -> list[Candidate]:
    """So many points of a space: evenly spaced along one parameter, a low-discrepancy sequence over several.

    The sequence is that of M. Roberts (The unreasonable effectiveness of quasirandom sequences, 2018): multiples of the
    powers of the inverse of the root of `x**(d + 1) = x + 1`, d parameters. Without a parameter there is one candidate.
    Whole numbers stay below `below`, the samples of the smallest training set; there may be fewer of them.
    """
    if not space:
        return [{}]
    names = sorted(space)
    if len(names) == 1:
        shares = [[place / max(1, count - 1) for place in range(count)] if count > 1 else [0.5]]
    else:
        steps = [_root(len(names)) ** -(place + 1) for place in range(len(names))]
        shares = [[(0.5 + (at + 1) * step) % 1 for at in range(count)] for step in steps]
    columns = [space[name].along(own, below) for name, own in zip(names, shares, strict=True)]
    return [dict(zip(names, point, strict=True)) for point in zip(*columns, strict=True)]


def _root(dimensions: int) -> float:
    root = 2.0
    for _ in range(64):
        root = (1 + root) ** (1 / (dimensions + 1))
    return root


__all__ = ["Range", "Space", "Whole", "candidates"]
