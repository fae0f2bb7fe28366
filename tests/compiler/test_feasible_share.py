"""The feasible share of a search: points whose specs check, all of them where they are few."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from copper import TEXT, checked

from mlipilot.compiler.check import feasibility, search_in_words
from mlipilot.compiler.check.feasibility import FEWEST_CHECKED, MOST_CHECKED, share, space_in_words
from mlipilot.spec.space import SearchSpace
from mlipilot.spec.values import Data

FEW = "potential.channels ~ choice(8, 16, 32), potential.max_L ~ int(0 .. 1)"
MANY = "potential.channels ~ choice(8, 16, 32), fit.weight_decay ~ uniform(0, 1e-3)"


def space(body: str) -> SearchSpace:
    found = checked(f"{TEXT}\nsearch {{ {body} }}\n").space
    assert found is not None
    return found


def narrow(point: Mapping[str, Data]) -> bool:
    return point["potential.channels"] != 32


def test_all_points_of_a_small_space_are_looked_at() -> None:
    assert share(space(FEW), narrow) == (4, 6, True)
    assert ", 4 of which check" in space_in_words(space(FEW), narrow)
    assert ", all of which check" in space_in_words(space(FEW), lambda point: True)


def test_points_that_break_a_requirement_are_none() -> None:
    bounded = space(FEW + ', require potential.channels <= 16 when potential.max_L == 1 because "memory"')
    assert share(bounded, lambda point: True) == (5, 6, True)


def test_of_a_large_space_some_are_drawn_and_said() -> None:
    good, looked_at, is_all = share(space(MANY), narrow)
    assert (looked_at, is_all) == (MOST_CHECKED, False)
    assert good / looked_at == pytest.approx(2 / 3, abs=0.1)
    assert f"of {MOST_CHECKED} drawn from it check" in space_in_words(space(MANY), narrow)


def test_a_slow_check_ends_after_the_fewest(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(10_000))
    monkeypatch.setattr(feasibility.time, "monotonic", lambda: 10.0 * next(seconds))
    assert share(space(MANY), narrow).looked_at == FEWEST_CHECKED


def test_the_spec_of_each_point_is_checked() -> None:
    spec = checked(f"{TEXT}\nsearch {{ {FEW} }}\n")
    assert search_in_words(spec) == "its search has 2 paths and 6 points, all of which check"
    assert search_in_words(checked(TEXT)) == ""
