"""What the table of `make sim` says, in a few hundred campaigns: ours keeps its promise, greedy is fooled as told."""

import math

import pytest

from .campaigns import CANDIDATES, GAIN, POLICIES, simulate

CAMPAIGNS = 300


def test_greedy_is_fooled_as_often_as_records_fall() -> None:
    found = simulate(POLICIES["greedy, 1 run"], 0.0, CAMPAIGNS, 1)
    # each new value of n is a record with probability 1/n
    records = math.fsum(1 / n for n in range(2, CANDIDATES + 2))
    assert found.false == pytest.approx(records, abs=3.5 * found.false_error)
    assert found.optimism == pytest.approx(2.257, abs=3.5 * found.optimism_error)


def test_greedy_with_real_gains_is_as_in_the_reference() -> None:
    found = simulate(POLICIES["greedy, 1 run"], 0.1, CAMPAIGNS, 1)
    assert found.false == pytest.approx(5.97, abs=4 * found.false_error)
    assert found.true == pytest.approx(3.20, abs=0.4)
    assert GAIN * found.true == pytest.approx(6.39, abs=0.8)


def test_our_gate_is_fooled_in_fewer_campaigns_than_alpha_and_keeps_most_real_gains() -> None:
    null = simulate(POLICIES["our gate"], 0.0, CAMPAIGNS, 2)
    mixed = simulate(POLICIES["our gate"], 0.1, CAMPAIGNS, 2)
    alpha = 0.05
    assert null.any_false < alpha
    assert mixed.any_false < alpha
    assert mixed.kept - 3 * mixed.kept_error > 0.8
    assert abs(mixed.optimism) < 0.3


def test_a_simulation_is_a_function_of_its_seed() -> None:
    one, other = (simulate(POLICIES["our gate"], 0.1, 10, seed) for seed in (3, 3))
    assert one == other
    assert simulate(POLICIES["our gate"], 0.1, 10, 4) != one
