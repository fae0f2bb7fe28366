"""The noise of replicates, and what is added to it."""

import math

import numpy as np
import pytest

from mlipilot.runtime.pilot.gate.noise import Noise, calibrate, mean, pooled
from mlipilot.runtime.pilot.gate.settings import Unknown


def test_sigma_is_the_standard_deviation_over_seeds() -> None:
    values = [1.0, 4.0, 2.5, 3.0, 0.5]
    assert calibrate(values) == Noise(pytest.approx(float(np.std(values, ddof=1))), 4)


def test_the_evaluator_s_part_is_taken_off_and_never_leaves_less_than_nothing() -> None:
    noise = calibrate([1.0, 2.0, 3.0], [[1.0, 1.2], [2.0, 1.9, 2.1]])
    assert isinstance(noise, Noise)
    assert noise.sigma_eval == pytest.approx(math.sqrt((0.02 + 0.02) / 3))
    assert noise.freedom_eval == 3
    assert noise.sigma_seed == pytest.approx(math.sqrt(1.0 - 0.04 / 3))
    loud = calibrate([1.0, 1.1], [[0.0, 5.0]])
    assert isinstance(loud, Noise)
    assert loud.sigma_seed == 0.0
    assert Noise(1.0, 4).sigma_seed is None


@pytest.mark.parametrize("runs", [[], [1.0], [1.0, math.nan, 2.0], [1.0, math.inf], [1.0, 1e200]])
def test_too_few_or_broken_replicates_give_no_noise(runs: list[float]) -> None:
    assert isinstance(calibrate(runs), Unknown)


def test_pooling_gathers_squares_within_arms_not_between_them() -> None:
    noise = pooled(Noise(2.0, 4), [[100.0, 101.0, 102.0], [7.0, 9.0]])
    assert noise.freedom == 7
    assert noise.sigma == pytest.approx(math.sqrt((4 * 4.0 + 2.0 + 2.0) / 7))
    assert pooled(noise, [[3.0], [math.nan, 1.0]]) == noise


def test_a_mean_does_not_depend_on_the_order() -> None:
    values = [1e16, 1.0, -1e16, 3.0]
    assert mean(values) == mean(values[::-1]) == 1.0
