"""A campaign of any length spends no more than its level."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.runtime.pilot.gate.spending import level, share, spent


@given(st.integers(1, 500), st.integers(1, 500))
def test_shares_fall_and_sum_to_what_is_stated(horizon: int, count: int) -> None:
    shares = [share(number, horizon) for number in range(1, count + 1)]
    assert all(later < earlier for earlier, later in itertools.pairwise(shares))
    assert sum(shares) == pytest.approx(spent(1.0, horizon, count))
    assert sum(shares) < 1.0


@given(st.floats(1e-6, 0.5), st.integers(1, 100), st.lists(st.booleans(), max_size=200))
def test_confirmations_that_accept_nothing_never_pay_more_than_alpha(
    alpha: float, horizon: int, accepted: list[bool]
) -> None:
    levels = [level(alpha, horizon, accepted[:number]) for number in range(len(accepted) + 1)]
    paid = sum(paid for paid, was_accepted in zip(levels, [*accepted, False], strict=True) if not was_accepted)
    assert paid <= alpha * (1 + 1e-12)


def test_an_accept_hands_its_level_on_and_a_refusal_does_not() -> None:
    first = level(0.05, 20, [])
    assert level(0.05, 20, [True]) == pytest.approx(first + 0.05 * share(2, 20))
    assert level(0.05, 20, [True, False]) == pytest.approx(0.05 * share(3, 20))
    assert level(0.05, 20, [False]) < first
