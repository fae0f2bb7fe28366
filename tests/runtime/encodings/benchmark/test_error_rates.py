"""How often verdicts are wrong, and how often they find what `power` promises: fold scores of known truth.

Differences of folds are drawn with the correlation of the corrected test. A count of 200 with the chance of 5 % is at
most 17 in 99 of 100 cases, one with the chance of 80 % at least 148, one of what is promised to be equivalent 150.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from mlipilot.compiler.encodings.power import Judging, fold_deviation, promise
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark.comparison import compare
from mlipilot.runtime.encodings.benchmark.verdict import Word, judge

ROPE = 0.01
TRIES = 200
PROTOCOLS = [Protocol(5, 4, 4), Protocol(5, 2, 3), Protocol(10, 1, 5), Protocol(2, 10, 2)]


def words(difference: float, deviation: float, protocol: Protocol, seed: int) -> Counter[Word]:
    """The verdicts of 200 benchmarks with this true difference."""
    rng = np.random.default_rng(seed)
    shared = np.sqrt(protocol.correlation) * rng.standard_normal((TRIES, 1))
    own = np.sqrt(1 - protocol.correlation) * rng.standard_normal((TRIES, protocol.differences))
    drawn = difference + deviation * (shared + own)
    zero = np.zeros(protocol.differences)
    return Counter(judge([compare(row, zero, protocol, ROPE)])[0].word for row in drawn)


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=str)
@pytest.mark.parametrize("samples", [200, 2000, 20_000])
def test_two_maps_of_one_law_are_rarely_called_better_or_worse(protocol: Protocol, samples: int) -> None:
    found = words(0.0, fold_deviation(samples, protocol, 0.05), protocol, seed=1)
    assert found[Word.BETTER] <= 17
    assert found[Word.WORSE] <= 17


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=str)
@pytest.mark.parametrize("samples", [200, 2000, 20_000])
def test_a_true_difference_of_one_region_is_rarely_called_better_and_rarely_equivalent(
    protocol: Protocol, samples: int
) -> None:
    found = words(ROPE, fold_deviation(samples, protocol, 0.05), protocol, seed=2)
    assert found[Word.BETTER] <= 17
    assert found[Word.EQUIVALENT] <= 17


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=str)
def test_where_equivalence_is_promised_arms_without_a_difference_are_called_equivalent(protocol: Protocol) -> None:
    samples = 3000
    share = promise(samples, protocol, Judging(ROPE), 0.05).largest_discordance
    found = words(0.0, fold_deviation(samples, protocol, share), protocol, seed=3)
    assert found[Word.EQUIVALENT] >= 150


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=str)
def test_where_two_regions_are_promised_they_are_found(protocol: Protocol) -> None:
    samples = next(n for n in range(1000, 100_000, 250) if promise_of(n, protocol) <= 2 * ROPE)
    found = words(2 * ROPE, fold_deviation(samples, protocol, 0.05), protocol, seed=4)
    assert found[Word.BETTER] >= 148


def promise_of(samples: int, protocol: Protocol) -> float:
    from mlipilot.compiler.encodings.power import smallest_difference

    return smallest_difference(fold_deviation(samples, protocol, 0.05), protocol, Judging(ROPE))
