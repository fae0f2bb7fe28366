"""Chances over the spread that is observed in Gaussian noise, where mean and spread are independent."""

from __future__ import annotations

import math
from collections.abc import Callable


def mean_over_spreads(chance: Callable[[float], float], freedom: int, steps: int = 400) -> float:
    """The mean of a chance over S, S² a χ² over its degrees of freedom: the observed spread over the true one.

    Simpson's rule over nine standard deviations to either side, to about 1e-9 in 400 steps where the chance is smooth.
    """
    low = max(0.0, 1.0 - 9.0 / math.sqrt(2.0 * freedom))
    high = 1.0 + 9.0 / math.sqrt(2.0 * freedom)
    width = (high - low) / steps
    half = 0.5 * freedom
    scale = math.log(2.0) + half * math.log(half) - math.lgamma(half)
    parts = []
    for step in range(steps + 1):
        s = low + step * width
        weight = 1.0 if step in (0, steps) else 4.0 if step % 2 else 2.0
        if s == 0.0:
            density = math.exp(scale) if freedom == 1 else 0.0
        else:
            density = math.exp(scale + (freedom - 1) * math.log(s) - half * s * s)
        if density:
            parts.append(weight * density * chance(s))
    return min(1.0, math.fsum(parts) * width / 3.0)


def normal_tail(z: float) -> float:
    """P(Z > z) of the standard normal."""
    return 0.5 * math.erfc(z / math.sqrt(2.0))


__all__ = ["mean_over_spreads", "normal_tail"]
