"""A plateau is counted in measured trials, and told from a promising one by what luck gives."""

import math

import numpy as np
import pytest

from mlipilot.runtime.pilot.gate.noise import Noise
from mlipilot.runtime.pilot.gate.plateau import expected_best, plateau
from mlipilot.runtime.pilot.trial import Proposal, Trial


def trial(state: str, objective: float | None) -> Trial:
    return Trial(0, Proposal(()), {}, state, objective, None, 1, 1.0, None, "")


def test_failed_and_infeasible_trials_do_not_count() -> None:
    history = [trial("accepted", 5.0), *[trial("infeasible", 4.0), trial("failed", None)] * 30]
    assert not plateau(history).is_reached
    assert plateau([*history, *[trial("rejected", 5.1)] * 15]).is_reached


def test_an_accepted_trial_begins_anew() -> None:
    history = [*[trial("rejected", 5.1)] * 20, trial("accepted", 5.0), *[trial("rejected", 5.1)] * 3]
    found = plateau(history)
    assert (found.is_reached, found.measured) == (False, 3)
    assert found.best_gain == pytest.approx(-0.1)


def test_a_gain_far_beyond_luck_is_no_plateau() -> None:
    history = [trial("accepted", 5.0), *[trial("rejected", 5.0)] * 19, trial("rejected", 0.5)]
    assert not plateau(history, Noise(1.0, 4)).is_reached
    assert plateau(history, Noise(5.0, 4)).is_reached


def test_a_broken_objective_is_not_the_best() -> None:
    found = plateau([trial("accepted", 5.0), trial("rejected", math.nan), trial("rejected", -math.inf)])
    assert (found.measured, found.best_gain) == (0, None)


@pytest.mark.parametrize("count", [1, 2, 5, 50, 400])
def test_luck_is_the_mean_of_the_largest_of_normal_draws(count: int) -> None:
    draws = np.random.default_rng(0).standard_normal((4000, count)).max(axis=1)
    assert expected_best(count) == pytest.approx(float(draws.mean()), abs=0.06)
