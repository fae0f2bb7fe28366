"""No point is proposed twice while others are left; the end of a space is said."""

from __future__ import annotations

import itertools

import pytest
import spaces

from mlipilot.runtime.pilot.proposers import TPE, Grid, Random
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.proposers.drawing import generator, mend, new_point
from mlipilot.runtime.pilot.proposers.tried import MOST_LOSSES, NEAR, Tried
from mlipilot.runtime.pilot.trial import Exhausted, Failure
from mlipilot.spec.space import Point

MAKERS = {"random": lambda: Random(1), "tpe": lambda: TPE(1), "grid": Grid}


def points_of_small() -> int:
    """Counted by hand: `fit.batch` is drawn where `m.max_L` is 0; 32 channels do not go with a `max_L` of 2."""
    every = [
        (c, big_l, b) for c, big_l in itertools.product((8, 16, 32), range(3)) for b in range(5 if big_l == 0 else 1)
    ]
    return len([point for point in every if not (point[0] == 32 and point[1] == 2)])


@pytest.mark.parametrize("name", MAKERS)
def test_every_point_of_a_finite_space_is_proposed_once_and_then_the_end_is_said(name: str) -> None:
    space = spaces.space_of(spaces.SMALL)
    chart = Chart(space)
    proposer = MAKERS[name]()
    history = spaces.campaign(proposer, space, 100)
    positions = {chart.position(one.point) for one in history}
    assert len(history) == len(positions) == points_of_small()
    assert isinstance(proposer.propose(history, space, spaces.FREE), Exhausted)


@pytest.mark.parametrize("name", ["random", "tpe"])
def test_points_of_a_continuum_keep_their_distance(name: str) -> None:
    space = spaces.space_of(spaces.CONTINUOUS)
    chart = Chart(space)
    history = spaces.campaign(MAKERS[name](), space, 60)
    places = [chart.position(one.point).continuous for one in history]
    for one, other in itertools.combinations(places, 2):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) > NEAR


@pytest.mark.parametrize("name", ["random", "tpe"])
def test_a_crowded_continuum_still_has_points_that_differ(name: str) -> None:
    search = "\n    m.r_max ~ uniform(5 Å, 5.001 Å)\n    require m.r_max <= 5.0005 Å because 'x'\n".replace("'", '"')
    space = spaces.space_of(search)
    chart = Chart(space)
    history = spaces.campaign(MAKERS[name](), space, 45)
    assert len({chart.position(one.point) for one in history}) == 45


def test_a_space_narrower_than_the_digits_that_are_written_ends() -> None:
    space = spaces.space_of("\n    m.r_max ~ uniform(5 Å, 5.0000001 Å)\n")
    history = spaces.campaign(Random(0), space, 10)
    assert len(history) == 1
    assert isinstance(Random(0).propose(history, space, spaces.FREE), Exhausted)


def test_a_needle_in_a_large_space_is_found_or_the_search_says_that_it_stopped() -> None:
    needle = """
    m.channels  ~ int(1 .. 64)
    fit.batch   ~ int(1 .. 10_000)
    m.max_L     ~ int(0 .. 2)
    require fit.batch <= 5 or m.channels > 64 because "x"
    require m.channels == 8 because "y"
    """
    space = spaces.space_of(needle)
    assert len(spaces.campaign(Random(0), space, 100)) == 5 * 3
    hay = spaces.space_of('\n fit.batch ~ int(1 .. 100_000)\n require fit.batch == 5 because "x"\n')
    answer = Random(0).propose(spaces.campaign(Random(0), hay, 1), hay, spaces.FREE)
    assert isinstance(answer, Exhausted)
    assert "20,000" in answer.reason


def tried_after(search: str, *failures: Failure | None) -> tuple[Tried, Point]:
    space = spaces.space_of(search)
    tried = Tried(Chart(space))
    point = space.settle({"m.channels": 16})
    proposal = tried.chart.proposal(point, "", "")
    assert proposal is not None
    tried.follow([spaces.trial(n, proposal, point, failure=failure) for n, failure in enumerate(failures)])
    return tried, point


@pytest.mark.parametrize(
    ("failures", "is_tried"),
    [
        ([], False),
        ([None], True),
        ([Failure.CANDIDATE], True),
        ([Failure.INFRASTRUCTURE], False),
        ([Failure.EVALUATOR], False),
        ([Failure.FORMAT] * 10, False),
        ([Failure.INFRASTRUCTURE] * (MOST_LOSSES - 1), False),
        ([Failure.INFRASTRUCTURE] * MOST_LOSSES, True),
        ([Failure.INFRASTRUCTURE, None], True),
    ],
)
def test_a_point_that_was_lost_by_no_fault_of_its_own_may_come_again(
    failures: list[Failure | None], is_tried: bool
) -> None:
    tried, point = tried_after(spaces.SMALL, *failures)
    assert tried.holds(tried.chart.position(point)) == is_tried


def test_a_mended_point_is_wanted_where_the_requirements_let_it_be() -> None:
    space = spaces.space_of(spaces.WHOLE)
    chart = Chart(space)
    wanted = {name: space.baseline[name] for name in chart.draws} | {"m.max_L": 2, "m.channels": 32, "fit.batch": 9}
    mended = mend(chart, wanted, space.baseline, generator(0))
    assert not space.violated(mended)
    assert mended["fit.batch"] == 9
    assert (mended["m.max_L"] == 2) != (mended["m.channels"] == 32)


def test_a_wanted_point_that_cannot_be_is_replaced_by_one_that_can() -> None:
    space = spaces.space_of(spaces.SMALL)
    tried = Tried(Chart(space))
    found = new_point(tried, generator(0), {"m.channels": 32, "m.max_L": 2, "fit.batch": 5}, space.baseline)
    assert not isinstance(found, Exhausted)
    assert (found["m.channels"], found["m.max_L"]) in ((32, 0), (8, 2))
