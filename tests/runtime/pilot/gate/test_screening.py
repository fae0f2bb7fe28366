"""The screen ends candidates, one seed at a time."""

import math

import pytest

from mlipilot.runtime.pilot.gate.noise import Noise
from mlipilot.runtime.pilot.gate.screening import screen
from mlipilot.runtime.pilot.gate.settings import Settings

NOISE = Noise(2.0, 4)
INCUMBENT = [10.0, 12.0]


@pytest.mark.parametrize(("value", "outcome"), [(9.9, "pass"), (10.0, "stop"), (13.0, "stop"), (-5.0, "pass")])
def test_a_candidate_must_look_better_by_the_negative_slack(value: float, outcome: str) -> None:
    assert screen([value], INCUMBENT, NOISE, Settings(slack=-0.5)).outcome == outcome


def test_slack_is_in_units_of_sigma() -> None:
    assert screen([12.9], INCUMBENT, NOISE, Settings(slack=1.0)).outcome == "pass"
    assert screen([13.1], INCUMBENT, NOISE, Settings(slack=1.0)).outcome == "stop"


def test_a_race_ends_at_the_first_seed_that_falls_behind() -> None:
    settings = Settings(slack=0.0, screen_seeds=3)
    assert screen([9.0], INCUMBENT, NOISE, settings).outcome == "more"
    assert screen([9.0, 14.0], INCUMBENT, NOISE, settings).outcome == "stop"
    assert screen([9.0, 12.0, 9.0], INCUMBENT, NOISE, settings).outcome == "pass"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_never_passes(value: float) -> None:
    assert screen([value], INCUMBENT, NOISE, Settings(slack=100.0)).outcome == "stop"
    assert screen([1.0], [value], NOISE, Settings()).outcome == "more"
    assert screen([1.0], [], NOISE, Settings()).outcome == "more"
