"""What a protocol is said to find, against what is known of it and against exact distributions."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from mlipilot.compiler.encodings.power import (
    Judging,
    balanced_samples,
    chance_better,
    chance_equivalent,
    fold_deviation,
    promise,
    smallest_difference,
)
from mlipilot.compiler.encodings.protocol import Protocol

PROTOCOL = Protocol(outer=5, repeats=4, inner=4)
JUDGING = Judging(rope=0.01)


@pytest.mark.parametrize(
    ("samples", "least", "most"), [(178, 0.04, 0.06), (569, 0.03, 0.04), (1797, 0.02, 0.03)]
)  # wine, breast cancer, digits
def test_small_sets_find_points_of_accuracy_and_not_less(samples: int, least: float, most: float) -> None:
    assert least <= promise(samples, PROTOCOL, JUDGING, 0.05).smallest_difference <= most


def test_two_ropes_of_a_point_need_about_five_thousand_samples() -> None:
    assert promise(5000, PROTOCOL, JUDGING, 0.05).smallest_difference == pytest.approx(0.02, abs=0.002)


@pytest.mark.parametrize("comparisons", [1, 40])
def test_without_a_region_the_chance_is_that_of_a_noncentral_t(comparisons: int) -> None:
    judging = Judging(rope=0.0, comparisons=comparisons)
    difference, deviation = 0.03, 0.02
    error = deviation * math.sqrt(1 - PROTOCOL.correlation) * PROTOCOL.error
    critical = max(stats.t.isf(0.05, 19), stats.t.isf(0.025 / comparisons, 19))
    expected = stats.nct.sf(critical, 19, difference / error)
    assert chance_better(difference, deviation, PROTOCOL, judging) == pytest.approx(expected, abs=1e-6)


def test_a_larger_family_or_more_noise_hides_more() -> None:
    alone = smallest_difference(0.02, PROTOCOL, Judging(0.002))
    assert alone < smallest_difference(0.02, PROTOCOL, Judging(0.002, comparisons=30))
    assert alone < smallest_difference(0.03, PROTOCOL, Judging(0.002))
    assert (
        promise(2000, PROTOCOL, JUDGING, 0.05).largest_discordance
        > promise(500, PROTOCOL, JUDGING, 0.05).largest_discordance
    )


def test_where_arms_never_disagree_everything_beyond_the_region_is_found() -> None:
    assert chance_better(0.011, 0.0, PROTOCOL, JUDGING) == 1
    assert chance_equivalent(0.0, 0.0, PROTOCOL, JUDGING) == 1
    assert chance_better(0.009, 0.0, PROTOCOL, JUDGING) == 0


def test_a_difference_of_one_region_is_called_better_in_one_of_twenty() -> None:
    deviation = fold_deviation(2000, PROTOCOL, 0.05)
    assert chance_better(JUDGING.rope, deviation, PROTOCOL, JUDGING) <= 0.05 + 1e-6
    assert chance_equivalent(JUDGING.rope, deviation, PROTOCOL, JUDGING) <= 0.05


def test_equal_classes_are_worth_their_samples_and_a_rare_one_is_worth_fewer() -> None:
    assert balanced_samples([50, 50, 50]) == pytest.approx(150)
    assert balanced_samples([490, 10]) < 50
