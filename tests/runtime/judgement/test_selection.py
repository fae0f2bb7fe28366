"""Which of several models that passed is handed out."""

from __future__ import annotations

import math

import pytest

from mlipilot.runtime.judgement.selection import best_on_valid


@pytest.mark.parametrize(
    ("errors", "chosen"),
    [
        ({3: 0.02, 5: 0.01, 8: 0.03}, 5),
        ({8: 0.01, 3: 0.01}, 3),
        ({-2: 0.01, 1: 0.01}, -2),
        ({1: math.nan, 2: 0.5, 3: math.inf}, 2),
        ({1: math.nan, 2: math.inf}, None),
        ({}, None),
    ],
)
def test_it_is_the_one_with_the_smallest_known_error(errors: dict[int, float], chosen: int | None) -> None:
    assert best_on_valid(errors) == chosen
