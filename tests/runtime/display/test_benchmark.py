"""An encoding benchmark as text: the headline, claims, counts by tier, what was left out, and narrow terminals."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from made_benchmark import Drawn, bare, claim, compared, place

from mlipilot.compiler.render.style import PLAIN, Style
from mlipilot.runtime.display import benchmark_text
from mlipilot.runtime.encodings.benchmark.outcome import LEFT_OUT, Scored
from mlipilot.runtime.encodings.benchmark.words import paragraph


def left_out(arm: str, reason: str, data: str = "wine") -> Scored:
    return Scored(place(data), arm, "same_head", "", "accuracy", None, None, None, {}, None, reason)


def test_a_claim_that_holds_is_one_line() -> None:
    assert benchmark_text(bare(claims=(claim(),)), PLAIN, 100).splitlines() == [
        "encoding fixed_maps: the requirement holds",
        "  require not_worse(angle, raw, tier = same_head)  holds",
    ]


def test_a_claim_that_does_not_hold_says_by_what_and_why_it_was_made() -> None:
    found = claim(
        "undecided", words={"equivalent": 1, "undecided": 3, LEFT_OUT: 0}, advice="12 repeats would decide it"
    )
    assert benchmark_text(bare(claims=(found,)), PLAIN, 100).splitlines() == [
        "encoding fixed_maps: the requirement is undecided",
        "  require not_worse(angle, raw, tier = same_head)  undecided",
        "      1 equivalent, 3 undecided",
        "      12 repeats would decide it",
        "      because: a product state holds what is encoded",
    ]


def test_without_requirements_the_headline_is_of_the_predictions() -> None:
    claims = (claim("holds", "predict"), claim("fails", "predict", because=""))
    first, *_ = benchmark_text(bare(claims=claims), PLAIN, 100).splitlines()
    assert first == "encoding fixed_maps: 1 of 2 predictions held, 1 did not"
    assert benchmark_text(bare(), PLAIN, 100) == "encoding fixed_maps: nothing was claimed"


def test_tiers_are_counted_apart() -> None:
    words = ("better", "undecided", "undecided", "worse")
    others = tuple(compared(word, tier="adaptive", control="svm") for word in ("worse",))
    found = benchmark_text(bare(comparisons=(*map(compared, words), *others)), PLAIN, 100)
    assert found.splitlines()[1:] == [
        "  same head: 1 better, 1 worse, 2 undecided of 4 comparisons",
        "  adaptive: 1 worse of 1 comparison",
    ]


def test_cells_left_out_are_counted_with_their_first_reasons() -> None:
    cells = (
        left_out("fourier", "it needs 9.8 GB"),
        left_out("fourier", "it needs 9.8 GB", "digits"),
        *(left_out("pca", f"reason {number}") for number in range(3)),
    )
    assert benchmark_text(bare(scores=cells), PLAIN, 100).splitlines()[1:] == [
        "  5 cells are left out",
        "      fourier on wine, fourier on digits: it needs 9.8 GB",
        "      pca on wine: reason 0",
        "      pca on wine: reason 1",
        "      and 1 more reason",
    ]
    assert "  1 cell is left out" in benchmark_text(bare(scores=cells[:1]), PLAIN, 100)


def test_outcomes_and_counts_are_painted() -> None:
    found = benchmark_text(bare(claims=(claim("fails"),), comparisons=(compared("better"),)), Style(True), 100)
    assert "\x1b[1;31mthe requirement does not hold\x1b[0m" in found
    assert "\x1b[1;31mfails\x1b[0m" in found
    assert "\x1b[1;32m1 better\x1b[0m of 1 comparison" in found


@pytest.mark.parametrize("width", [32, 40, 60, 100])
def test_no_line_is_wider_than_the_terminal_and_colour_changes_no_break(width: int) -> None:
    outcome = Drawn().outcome()
    outcome = replace(outcome, words=paragraph(outcome))
    plain = benchmark_text(outcome, PLAIN, width)
    assert max(map(len, plain.splitlines())) <= width
    assert re.sub("\x1b\\[[0-9;]*m", "", benchmark_text(outcome, Style(True), width)) == plain
    assert not re.search(r"\d\n\s*(better|worse|undecided) of", plain)


def test_a_wide_terminal_gets_lines_that_can_be_read() -> None:
    outcome = bare(words="word " * 60)
    assert max(map(len, benchmark_text(outcome, PLAIN, 300).splitlines())) <= 100
