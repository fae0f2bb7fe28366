"""The examples of the page and of the front door are run as they stand."""

from __future__ import annotations

import doctest
from pathlib import Path

import mlipilot.encodings

PAGE = Path(__file__).parents[3] / "docs" / "encodings.md"


def test_the_examples_of_the_page_give_what_they_say() -> None:
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    found = doctest.testfile(str(PAGE), module_relative=False, optionflags=options)
    assert found.attempted > 25
    assert not found.failed


def test_the_example_of_the_front_door_gives_what_it_says() -> None:
    assert doctest.testmod(mlipilot.encodings) == (0, 2)
