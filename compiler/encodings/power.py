"""What a protocol of folds can find: the chances of each verdict, before anything is run.

Differences of two arms are taken as Gaussian, with the correlation of `Protocol`; their mean and their spread are then
independent, and chances are integrals over the spread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from mlipilot import _core
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.compiler.spread import mean_over_spreads, normal_tail

NOT_WORSE = 0.05
"""The largest chance of being worse beyond the ROPE that `not_worse` allows."""
WANTED_POWER = 0.8
"""The chance with which a difference must be found to be called one that is found."""
_STEPS = 120
"""Of an integral: `check` takes many."""
_HALVINGS = 14
_FURTHEST = 64.0
"""Standard errors beyond the ROPE at which everything is found."""


class Judging(NamedTuple):
    """How a difference is judged."""

    rope: float
    """The region of practical equivalence to either side of 0, in units of the metric."""
    confidence: float = 0.95
    comparisons: int = 1
    """Of the family that is declared: the least of so many p-values is corrected by their number."""


class Promise(NamedTuple):
    """What a protocol finds on a data set of classes; shares of samples, such as 0.02 for two points of accuracy."""

    smallest_difference: float
    """That is called better in 80 %, at the discordance that is expected."""
    largest_discordance: float
    """Share of disagreeing predictions up to which two arms of one accuracy are called equivalent in 80 %."""


@cache
def promise(samples: float, protocol: Protocol, judging: Judging, discordance: float) -> Promise:
    """What is found on so many samples, where two arms disagree on the share `discordance` of predictions.

    `samples` are those of `balanced_samples` where the metric is balanced accuracy.
    """
    spread = fold_deviation(samples, protocol, discordance)
    return Promise(smallest_difference(spread, protocol, judging), _largest_discordance(samples, protocol, judging))


def fold_deviation(samples: float, protocol: Protocol, discordance: float) -> float:
    """The standard deviation of a fold's difference in accuracy: `sqrt(discordance outer / samples)`.

    Of a sample on which two arms disagree, one of them is right and the difference is 1 or -1, or both are wrong: the
    variance of a sample is `discordance` at most.
    """
    return math.sqrt(discordance * protocol.outer / samples)


def balanced_samples(counts: Sequence[int]) -> float:
    """As many samples of one class as give balanced accuracy the spread that classes of these sizes do.

    Balanced accuracy is the mean of the accuracies in each class, so that its variance is `sum(1 / counts) / K**2`.
    """
    return len(counts) ** 2 / sum(1 / count for count in counts)


def chance_better(difference: float, deviation: float, protocol: Protocol, judging: Judging) -> float:
    """The chance that an arm is called better whose true difference is this, by folds of this deviation."""
    error = _error(deviation, protocol)
    if error == 0:
        return float(difference > judging.rope)
    beyond = _core.student_critical(1 - judging.confidence, protocol.freedom)
    tested = _core.student_critical((1 - judging.confidence) / (2 * judging.comparisons), protocol.freedom)

    def found(ratio: float) -> float:
        needed = max(judging.rope + beyond * error * ratio, tested * error * ratio)
        return normal_tail((needed - difference) / error)

    return mean_over_spreads(found, protocol.freedom, _STEPS)


def chance_equivalent(difference: float, deviation: float, protocol: Protocol, judging: Judging) -> float:
    """The chance that two arms are called equivalent whose true difference is this, by folds of this deviation."""
    error = _error(deviation, protocol)
    if error == 0:
        return float(abs(difference) < judging.rope)

    def found(ratio: float) -> float:
        furthest = _furthest_equivalent(error * ratio, protocol, judging)
        if furthest is None:
            return 0.0
        return normal_tail((-furthest - difference) / error) - normal_tail((furthest - difference) / error)

    return mean_over_spreads(found, protocol.freedom, _STEPS)


@cache
def chance_not_worse(difference: float, deviation: float, protocol: Protocol, judging: Judging) -> float:
    """The chance that P(worse beyond the ROPE) is `NOT_WORSE` at most, at this true difference."""
    error = _error(deviation, protocol)
    if error == 0:
        return float(difference >= -judging.rope)
    beyond = _core.student_critical(NOT_WORSE, protocol.freedom)

    def found(ratio: float) -> float:
        return normal_tail((beyond * error * ratio - judging.rope - difference) / error)

    return mean_over_spreads(found, protocol.freedom, _STEPS)


def smallest_difference(deviation: float, protocol: Protocol, judging: Judging) -> float:
    """The smallest true difference that is called better in 80 %, in units of the metric."""
    high = judging.rope + _FURTHEST * _error(deviation, protocol)
    return _bisect(
        lambda middle: chance_better(middle, deviation, protocol, judging) >= WANTED_POWER, judging.rope, high
    )


def _largest_discordance(samples: float, protocol: Protocol, judging: Judging) -> float:
    """The largest share at which equivalence is found; its chance falls as the share grows."""

    def is_missed(share: float) -> bool:
        deviation = fold_deviation(samples, protocol, share)
        return chance_equivalent(0.0, deviation, protocol, judging) < WANTED_POWER

    return _bisect(is_missed, 0.0, 1.0) if is_missed(1.0) else 1.0


def _bisect(is_above: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if is_above(middle) else (middle, high)
    return high


def _error(deviation: float, protocol: Protocol) -> float:
    """The standard deviation of the mean difference; the corrected standard error estimates it without a bias.

    With the correlation c, the spread about the mean has the variance `(1 - c) deviation**2`, and that times
    `protocol.error**2` is `deviation**2 (c + (1 - c) / differences)`.
    """
    return deviation * math.sqrt(1 - protocol.correlation) * protocol.error


def _furthest_equivalent(scale: float, protocol: Protocol, judging: Judging) -> float | None:
    """The largest mean difference with as much of the posterior inside the ROPE as is asked for; None where none is."""
    if scale == 0:
        return judging.rope

    def is_outside(mean: float) -> bool:
        left, right = (-judging.rope - mean) / scale, (judging.rope - mean) / scale
        inside = _core.student_tail(left, protocol.freedom) - _core.student_tail(right, protocol.freedom)
        return inside < judging.confidence

    return None if is_outside(0.0) else _bisect(is_outside, 0.0, judging.rope)


__all__ = [
    "NOT_WORSE",
    "WANTED_POWER",
    "Judging",
    "Promise",
    "balanced_samples",
    "chance_better",
    "chance_equivalent",
    "chance_not_worse",
    "fold_deviation",
    "promise",
    "smallest_difference",
]
