"""Scores and figures of encoding benchmarks: what is drawn, what stands in tables, what is not known."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from benchmark_page import cells, page_of, scored, table
from made_benchmark import about, bare, place
from report_page import Page

from mlipilot.runtime.encodings.benchmark.outcome import (
    Geometry,
    Overhead,
    Paper,
    Share,
)


def test_all_metrics_stand_in_a_table_with_what_is_not_known(shown: Callable[..., Page]) -> None:
    means = {"balanced_accuracy": 0.953, "log_loss": 0.31, "auprc": None}
    page = shown(bare(scores=(scored(0.953, means=means), scored(0.9, "raw", tier="same_head", fit_seconds=None))))
    found = cells(table(page, "scores"))
    assert found[4:8] == ["balanced accuracy, %", "log loss", "AUPRC, %", "Time to fit s"]
    assert found[8:16] == [
        "angle", "encoding", "–", "–", "95.3 94.3–96.3", "0.310", "not known: the model has no probabilities", "0.100",
    ]  # fmt: skip
    assert found[-1] == "not known: it was not timed"


def test_cells_left_out_are_listed_by_reason(shown: Callable[..., Page]) -> None:
    gone = [
        scored(None, arm, tier="same_head", matched="angle", reason="it needs 9.8 GB") for arm in ("fourier", "pca")
    ]
    page = shown(bare(scores=(scored(0.9), *gone)))
    assert "2 cells: it needs 9.8 GB" in page.words
    assert "fourier matched to angle on wine; pca matched to angle on wine" in page.words
    assert "2 cells are left out, see below." in page.words
    assert cells(table(page, "scores"))[-1] == "left out: it needs 9.8 GB"


def test_rows_of_a_figure_are_grouped_by_what_is_compared(tmp_path: Path) -> None:
    scores = [
        scored(0.9, place=place(head=head, dimension=dimension))
        for head, dimension in (("linear", None), ("neighbours", None), ("linear", 64), ("kernel", None))
    ]
    scores += [scored(0.8, "svm", place=place(head=""), tier="adaptive")]
    scores += [scored(0.8, "raw", tier="same_head"), scored(0.8, "rbf", place=place(head="kernel"), tier="same_kernel")]
    plots = re.findall(r'<svg class="plot".*?</svg>', page_of(tmp_path, bare(scores=tuple(scores))).html, re.DOTALL)
    words = [re.findall(r"<text[^>]*>([^<]*)</text>", plot) for plot in plots]
    own, sketched = ([word for word in found if re.match("[a-zA-Z]", word)] for found in words)
    assert own == [
        "balanced accuracy, %", "Same head, linear", "angle", "raw", "Same head, neighbours", "angle",
        "Same kernel", "angle", "rbf", "Adaptive", "svm",
    ]  # fmt: skip
    assert sketched == ["balanced accuracy, %", "Same head", "angle"]


def test_a_set_without_a_score_has_its_reason_for_a_figure(shown: Callable[..., Page]) -> None:
    page = shown(bare(scores=(scored(None, reason="it needs 9.8 GB"),)))
    assert "Figure not known: it needs 9.8 GB" in page.words


def test_without_rankings_a_sentence_says_how_many_sets_they_need(shown: Callable[..., Page]) -> None:
    assert "shown from 10 sets on" in shown(bare()).words


def test_a_ranking_says_what_its_bars_mean(whole: Page) -> None:
    assert (
        "Mean rank over 12 data sets, 1 the best (Friedman p 0.0030); bars join arms that no corrected" in whole.words
    )


def test_geometry_is_never_told_as_a_cause(whole: Page) -> None:
    assert "That a figure of geometry goes along with the score is no cause" in whole.words
    mechanisms = table(whole, "mechanisms")
    assert re.findall(r'data-holds="(\w+)"', mechanisms) == ["yes", "yes", "no", "no"]
    assert cells(mechanisms)[7:14] == [
        "append the norm", "amplitude(norm = append)", "wine", "norm kept", "+0.62 [+0.52, +0.72]",
        "+3.1 points [+1.9, +4.3]", "✓ shown",
    ]  # fmt: skip
    assert "not shown" in mechanisms


def test_a_figure_of_geometry_that_is_not_known_has_its_reason(shown: Callable[..., Page]) -> None:
    one = Geometry("wine", "none", "angle", {"condition_number": None}, {"condition_number": "a column is constant"})
    page = shown(bare(geometry=(one,), scores=(scored(0.9),)))
    assert cells(table(page, "geometry"))[-1] == "not known: a column is constant"
    assert "Figure not known: no encoding has both a figure of geometry and a score" in page.words


def test_overhead_has_ratios_with_their_ranges_and_the_machine(shown: Callable[..., Page]) -> None:
    times = (4.2, (3.9, 4.8), 2.0, (1.8, 2.4), 1.5, (1.4, 1.7), 3.1e-6, 416)
    rows = (
        Overhead("wine", "angle", 26, *times),
        Overhead("wine", "fourier", 26, *[None] * 8, reason="it needs 9.8 GB"),
    )
    page = shown(bare(overhead=rows, hardware={"processor": "EPYC", "cores": 2}, scores=(scored(0.9),)))
    found = cells(table(page, "overhead"))
    assert found[8:16] == ["wine", "angle", "26", "4.2 3.9–4.8", "2.0 1.8–2.4", "1.5 1.4–1.7", "3.1", "416 bytes"]
    assert found[-1] == "not known: it needs 9.8 GB"
    assert "Measured on EPYC, 2 cores" in page.words


def test_overhead_without_a_machine_says_so(shown: Callable[..., Page]) -> None:
    rows = (Overhead("wine", "angle", 26, *[None] * 8),)
    page = shown(bare(overhead=rows))
    assert "the hardware was not recorded" in page.words
    assert "Figure not known: no arm has both a time and a score" in page.words


def test_shares_keep_estimates_below_nothing_in_the_table(shown: Callable[..., Page]) -> None:
    page = shown(bare(data=(about("wine"), about("iris")), shares=(
        Share("wine", "encoding", 3, 0.34), Share("wine", "scaling", 2, -0.004), Share("iris", "encoding", 3, 0.2),
    )))  # fmt: skip
    assert cells(table(page, "shares")) == [
        "Data set", "encoding 3 levels", "scaling 2 levels",
        "wine", "34 %", "−0.40 %", "iris", "20 %", "not known: the factor does not vary here",
    ]  # fmt: skip


def test_the_papers_numbers_stand_beside_ours_with_what_they_hide(shown: Callable[..., Page]) -> None:
    rows = (
        Paper("wine", "accuracy", "amplitude", 0.883, 0.889, ("unscaled amplitude",)),
        Paper("wine", "accuracy", "basis", None, None, ()),
    )
    page = shown(bare(paper=rows))
    found = cells(table(page, "paper"))
    assert found[7:14] == ["wine", "accuracy", "amplitude", "0.8830", "0.8890", "−0.67 %", "unscaled amplitude"]
    assert found[17:] == ["not known: it was not made again", "not known: the paper does not print it", "", "–"]
    assert "amplitude encodes features in their own units" in page.words
    assert "test rows" not in page.words
