"""What an arm tries on the inner folds: as many candidates as every other arm, spread over its own ranges."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from mlipilot.runtime.encodings.benchmark.nested import Candidate


class Range(NamedTuple):
    """Of a parameter above 0, searched by its logarithm."""

    low: float
    high: float

    def at(self, share: float) -> float:
        """The value at a share of the way from low to high."""
        return math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))


Space = Mapping[str, Range]
"""By the parameter of the pipeline, such as `logisticregression__C`."""


def candidates(space: Space, count: int) -> list[Candidate]:
    """So many points of a space: evenly spaced along one parameter, a low-discrepancy sequence over several.

    The sequence is that of M. Roberts (The unreasonable effectiveness of quasirandom sequences, 2018): multiples of the
    powers of the inverse of the root of `x**(d + 1) = x + 1`, d parameters. Without a parameter there is one candidate.
    """
    if not space:
        return [{}]
    names = sorted(space)
    if len(names) == 1:
        shares = [[place / max(1, count - 1)] for place in range(count)] if count > 1 else [[0.5]]
    else:
        steps = [_root(len(names)) ** -(place + 1) for place in range(len(names))]
        shares = [[(0.5 + (at + 1) * step) % 1 for step in steps] for at in range(count)]
    return [{name: space[name].at(share) for name, share in zip(names, point, strict=True)} for point in shares]


def _root(dimensions: int) -> float:
    root = 2.0
    for _ in range(64):
        root = (1 + root) ** (1 / (dimensions + 1))
    return root


__all__ = ["Range", "Space", "candidates"]
