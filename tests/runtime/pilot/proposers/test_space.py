"""Every proposal lies in the space, and the spec that it makes is the point that it says."""

from __future__ import annotations

import pytest
import spaces
from hypothesis import assume, given, settings

from mlipilot.runtime.pilot.proposers import TPE, Grid, Random
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.trial import Proposer
from mlipilot.spec.space import SearchSpace

MAKERS = {"random": lambda: Random(3), "tpe": lambda: TPE(3), "grid": lambda: Grid(3)}


def check(search: str, proposer: Proposer, trials: int) -> int:
    space: SearchSpace = spaces.space_of(search)
    chart = Chart(space)
    history = spaces.campaign(proposer, space, trials)
    assert history[0].proposal.changes == ()
    for one in history:
        made = spaces.applied(search, one.proposal)
        for name, draw in chart.draws.items():
            assert chart.sense(name, made[name]) == chart.sense(name, one.point[name]), name
            assert not chart.is_drawn(draw, made) or space.admits(draw, made[name])
        assert not space.violated(made)
    exact = {chart.position(one.point) for one in history}
    assert len(exact) == len(history)
    return len(history)


@pytest.mark.parametrize("name", MAKERS)
@settings(max_examples=30)
@given(search=spaces.searches())
def test_proposals_of_random_spaces_are_specs_that_say_what_was_proposed(name: str, search: str) -> None:
    assume(spaces.resolves(search))
    check(search, MAKERS[name](), 16 if name == "tpe" else 8)


@pytest.mark.parametrize("name", MAKERS)
def test_proposals_of_a_space_with_everything_are_specs_that_say_what_was_proposed(name: str) -> None:
    assert check(spaces.WHOLE, MAKERS[name](), 40) == 40
