"""The grid has a fixed order, domains that can be counted whole and continua at levels."""

from __future__ import annotations

import pytest
import spaces

from mlipilot.runtime.pilot.proposers import Grid
from mlipilot.runtime.pilot.trial import Failure
from mlipilot.spec.space import Point


def written(search: str, path: str, levels: int = 5) -> list[str]:
    history = spaces.campaign(Grid(levels), spaces.space_of(search), 100)
    return [change.value for one in history[1:] for change in one.proposal.changes if change.path == path]


def test_domains_that_can_be_counted_are_walked_whole_and_the_last_changes_fastest() -> None:
    search = "\n    m.channels ~ choice(8, 16, 32)\n    m.max_L ~ int(0 .. 2)\n"
    history = spaces.campaign(Grid(), spaces.space_of(search), 100)
    points = [(one.point["m.channels"], one.point["m.max_L"]) for one in history]
    assert points == [(channels, big_l) for channels in (8, 16, 32) for big_l in (0, 1, 2)]


def test_a_continuum_has_levels_evenly_spaced_ends_included() -> None:
    assert written("\n    m.r_max ~ uniform(4.5 Å, 0.6 nm)\n", "m.r_max") == [
        "4.5 Å", "4.875 Å", "5.25 Å", "5.625 Å", "0.6 nm",
    ]  # fmt: skip


def test_levels_of_a_log_uniform_are_evenly_spaced_in_the_logarithm() -> None:
    search = "\n    fit.first.lr ~ log_uniform(1e-4 .. 1e-1)\n"
    assert written(search, "fit.first.lr", levels=4) == ["1e-4", "0.001", "1e-1"]  # the fourth is the baseline


@pytest.mark.parametrize("levels", [1, 2])
def test_few_levels_are_ends(levels: int) -> None:
    search = "\n    fit.first.lr ~ log_uniform(1e-4 .. 1e-1)\n"
    assert written(search, "fit.first.lr", levels=levels) == ["1e-4", "1e-1"][:levels]


def test_a_point_that_a_machine_lost_is_next_again() -> None:
    def judge(number: int, point: Point) -> dict[str, object]:
        return {"failure": Failure.INFRASTRUCTURE if number == 1 else None}

    history = spaces.campaign(Grid(), spaces.space_of(spaces.SMALL), 4, judge)
    assert history[1].point == history[2].point != history[3].point
