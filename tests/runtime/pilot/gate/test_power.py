"""What a budget can find, against SciPy's noncentral t and against the gate itself."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mlipilot.runtime.pilot.gate.confirmation import confirm
from mlipilot.runtime.pilot.gate.noise import Noise, calibrate
from mlipilot.runtime.pilot.gate.power import (
    detectable,
    forecast,
    is_underpowered,
    power,
    seeds_needed,
    trial_power,
)
from mlipilot.runtime.pilot.gate.screening import screen
from mlipilot.runtime.pilot.gate.settings import Settings

steady = settings(deadline=None, max_examples=60)


@steady
@given(st.floats(0, 4), st.integers(2, 20), st.sampled_from([0.05, 0.01, 0.001]), st.integers(0, 30))
def test_power_is_the_noncentral_t_s(gain: float, seeds: int, level: float, freedom: int) -> None:
    total, error = freedom + 2 * (seeds - 1), (2 / seeds) ** 0.5
    reference = stats.nct.sf(stats.t.isf(level, total), total, gain / error)
    assert power(gain, seeds, level, freedom) == pytest.approx(reference, abs=1e-6)


def test_power_grows_with_gain_seeds_level_and_what_is_known() -> None:
    for values in (
        [power(gain, 5, 0.01, 4) for gain in (0.0, 0.5, 1.0, 2.0, 4.0)],
        [power(1.0, seeds, 0.01, 4) for seeds in (2, 3, 5, 10, 40)],
        [power(1.0, 5, level, 4) for level in (1e-4, 1e-3, 0.01, 0.1)],
        [power(1.0, 3, 0.01, freedom) for freedom in (0, 2, 8, 100)],
    ):
        assert all(earlier < later for earlier, later in itertools.pairwise(values))


def test_of_no_gain_the_power_is_the_level() -> None:
    assert power(0.0, 5, 0.03, 4) == pytest.approx(0.03, abs=1e-9)


def test_the_needed_seeds_are_the_fewest() -> None:
    n = seeds_needed(1.0, 0.01, 4)
    assert n is not None
    assert power(1.0, n, 0.01, 4) >= 0.8 > power(1.0, n - 1, 0.01, 4)
    assert seeds_needed(0.001, 0.01, 4) is None


@pytest.mark.parametrize("gate", [Settings(), Settings(screen_seeds=2, slack=0.0), Settings(looks=1)])
def test_the_gate_accepts_at_least_as_often_as_forecast(gate: Settings) -> None:
    generator = np.random.default_rng(11)
    trials, gain, allowed = 1500, 2.0, 0.002
    accepted = 0
    for _ in range(trials):
        known: list[float] = generator.standard_normal(5).tolist()
        noise = Noise(1.0, 4)
        first: list[float] = []
        while (screening := screen(first, known, noise, gate)).outcome == "more":
            first += (generator.standard_normal(1) - gain).tolist()
        if screening.outcome == "stop":
            continue
        calibrated = calibrate(generator.standard_normal(5).tolist())
        assert isinstance(calibrated, Noise)
        ours: list[float] = []
        theirs: list[float] = []
        while (found := confirm(ours, theirs, calibrated, allowed, gate)).outcome == "more":
            ours += (generator.standard_normal(5) - gain).tolist()
            theirs += generator.standard_normal(5).tolist()
        accepted += found.outcome == "accept"
    promised = trial_power(gain, allowed, 4, gate)
    error = (promised * (1 - promised) / trials) ** 0.5
    # not below what was promised, Welch's test where chance made an arm noisy aside, and not far above
    assert promised - 0.02 - 3 * error < accepted / trials < promised + 0.1


def test_what_is_detectable_is_accepted_with_the_wanted_chance_and_less_is_not() -> None:
    gain = detectable(0.002, 4, Settings())
    assert gain is not None
    assert trial_power(gain, 0.002, 4, Settings()) >= 0.8 > trial_power(gain - 0.01, 0.002, 4, Settings())


def test_a_screen_that_nothing_passes_detects_nothing() -> None:
    assert detectable(0.01, 4, Settings(slack=-1000.0)) is None
    assert is_underpowered(forecast(10, Settings(slack=-1000.0)), 5.0)


def test_longer_campaigns_and_fewer_looks_find_less() -> None:
    gains = [forecast(trials, Settings()).detectable for trials in (5, 50, 500)]
    assert None not in gains
    assert gains == sorted(gains, key=float)  # type: ignore[arg-type]
    assert is_underpowered(forecast(50, replace(Settings(), looks=1)), 2.0)
    assert not is_underpowered(forecast(50, Settings()), 2.0)
