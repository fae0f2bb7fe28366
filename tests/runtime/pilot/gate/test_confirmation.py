"""Fresh seeds of both arms: SciPy's tests, the level kept, and nothing accepted that was not measured."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats

from mlipilot.runtime.pilot.gate.confirmation import Confirmation, compare, confirm
from mlipilot.runtime.pilot.gate.noise import Noise, calibrate
from mlipilot.runtime.pilot.gate.settings import Settings

steady = settings(deadline=None, max_examples=60)
ONE_LOOK = Settings(looks=1)
arms = st.lists(st.floats(-50, 50), min_size=5, max_size=5)


@steady
@given(arms, arms)
def test_without_much_prior_knowledge_it_is_student_s_test(candidate: list[float], incumbent: list[float]) -> None:
    ours = [value + n for n, value in enumerate(candidate)]
    spread = np.sqrt((np.var(ours, ddof=1) + np.var(incumbent, ddof=1)) / 2)
    found = compare(ours, incumbent, Noise(max(float(spread), 1e-3), 1))
    assume(found.method == "pooled")
    squares = 4 * np.var(ours, ddof=1) + 4 * np.var(incumbent, ddof=1) + max(float(spread), 1e-3) ** 2
    t = (np.mean(incumbent) - np.mean(ours)) / np.sqrt(squares / 9 * 2 / 5)
    assert found.p == pytest.approx(stats.t.sf(t, 9), rel=1e-6, abs=1e-12)


def test_an_arm_noisier_than_known_is_judged_by_welch() -> None:
    candidate, incumbent = [1.0, 9.0, -8.0, 12.0, -10.0], [5.0, 5.1, 4.9, 5.2, 4.8]
    found = compare(candidate, incumbent, Noise(0.2, 8))
    scipy = stats.ttest_ind(incumbent, candidate, equal_var=False, alternative="greater")
    assert found.method == "welch"
    assert found.p == pytest.approx(scipy.pvalue, rel=1e-9)
    assert found.lower(0.05) == pytest.approx(scipy.confidence_interval(0.95).low, rel=1e-9)


@steady
@given(arms, arms, st.floats(0, 40), st.floats(0.1, 20), st.integers(1, 50))
@example(candidate=[0.0, 0.0, 0.0, 23.0, -20.0], incumbent=[0.0] * 5, better=1.0, sigma=1.0, freedom=1)
def test_a_better_candidate_is_never_judged_worse(
    candidate: list[float], incumbent: list[float], better: float, sigma: float, freedom: int
) -> None:
    noise = Noise(sigma, freedom)
    one = compare(candidate, incumbent, noise)
    other = compare([value - better for value in candidate], incumbent, noise)
    assert other.p <= one.p + 1e-9
    assert other.lower(0.05) >= one.lower(0.05) - 1e-6 * (1 + abs(one.gain))


def test_more_seeds_of_the_same_gain_are_more_certain() -> None:
    noise = Noise(1.0, 4)
    ps = [compare([-1.0, 1.0] * n, [0.0, 2.0] * n, noise).p for n in (1, 2, 4, 8)]
    assert ps == sorted(ps, reverse=True)


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf, -1e300])
@pytest.mark.parametrize("place", range(5))
def test_what_is_not_finite_is_never_accepted(broken: float, place: int) -> None:
    good, bad = [-100.0] * 5, [0.1, -0.1, 0.0, 0.2, -0.2]
    with_broken = [*good[:place], broken, *good[place + 1 :]]
    assert confirm(good, bad, Noise(1.0, 4), 0.05, ONE_LOOK).outcome == "accept"
    assert confirm(with_broken, bad, Noise(1.0, 4), 0.05, ONE_LOOK).outcome == "reject"
    assert confirm(good, with_broken, Noise(1.0, 4), 0.05, ONE_LOOK).outcome == "more"


def test_a_sure_gain_that_is_too_small_is_refused() -> None:
    candidate, incumbent = [-0.3] * 5, [0.0] * 5
    noise = Noise(1.0, 1000)
    assert confirm(candidate, incumbent, noise, 0.49, Settings(looks=1, minimum_gain=0.5)).outcome == "reject"
    assert confirm(candidate, incumbent, noise, 0.49, Settings(looks=1, minimum_gain=0.2)).outcome == "accept"


def test_where_nothing_varies_any_gain_counts_and_rounding_does_not() -> None:
    still = Noise(0.0, 4)
    assert confirm([1.0] * 5, [2.0] * 5, still, 0.001, Settings()).outcome == "accept"
    assert confirm([2.0] * 5, [2.0] * 5, still, 0.001, Settings()).outcome == "reject"
    assert confirm([0.3] * 5, [0.1 + 0.2] * 5, still, 0.001, Settings()).outcome == "reject"


def test_it_asks_for_as_many_looks_as_it_has_and_then_decides() -> None:
    gate, noise = Settings(looks=3), Noise(1.0, 4)
    candidate, incumbent = [-1.0, 0.0, -2.0, 0.5, -1.5], [0.0, 1.0, -1.0, 0.5, -0.5]

    def look(times: int) -> Confirmation:
        return confirm(candidate * times, incumbent * times, noise, 1e-5, gate)

    assert confirm(candidate[:4], incumbent, noise, 1e-5, gate).outcome == "more"
    assert [look(times).outcome for times in (1, 2, 3)] == ["more", "more", "reject"]
    assert sum(look(times).level for times in (1, 2, 3)) == pytest.approx(1e-5)


def test_a_confirmation_of_nothing_real_is_accepted_no_more_often_than_its_level() -> None:
    generator = np.random.default_rng(5)
    trials, allowed = 6000, 0.05
    accepted = once = 0
    for _ in range(trials):
        noise = calibrate(generator.standard_normal(5).tolist())
        assert isinstance(noise, Noise)
        ours: list[float] = generator.standard_normal(5).tolist()
        theirs: list[float] = generator.standard_normal(5).tolist()
        once += compare(ours, theirs, noise).p < allowed
        while (found := confirm(ours, theirs, noise, allowed, Settings(minimum_gain=0.0))).outcome == "more":
            ours += generator.standard_normal(5).tolist()
            theirs += generator.standard_normal(5).tolist()
        accepted += found.outcome == "accept"
    error = (allowed * (1 - allowed) / trials) ** 0.5
    assert accepted / trials < allowed + 3 * error
    # Welch's test instead of the pooled one, where chance made an arm noisy, costs a little of the level
    assert 0.035 < once / trials < allowed + 3 * error


def test_an_arm_ten_times_as_noisy_does_not_break_the_level() -> None:
    generator = np.random.default_rng(6)
    trials, allowed = 4000, 0.05
    accepted = 0
    for _ in range(trials):
        noise = calibrate(generator.standard_normal(5).tolist())
        assert isinstance(noise, Noise)
        ours, theirs = 10 * generator.standard_normal(5), generator.standard_normal(5)
        accepted += compare(ours.tolist(), theirs.tolist(), noise).p < allowed
    assert accepted / trials < allowed + 0.015
