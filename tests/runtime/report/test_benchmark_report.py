"""The section of encoding benchmarks: what it says of claims and verdicts, and of what is missing or damaged."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from benchmark_page import cells, page_of, results_of, run_of, table
from made_benchmark import Drawn, about, bare, claim, compared, place
from report_page import Page, read_page

from mlipilot.runtime.encodings.benchmark.outcome import (
    FILE,
    LEFT_OUT,
    Paper,
    Scored,
)
from mlipilot.runtime.report import JobRow

EVIL = "<script>alert(1)</script> & \"quotes\" 'and' $x^2$"


# --- the whole -------------------------------------------------------------------------------------------------------


def test_every_part_of_an_outcome_is_shown(whole: Page) -> None:
    heads = re.findall(r"<h3>([^<]*)", whole.section("encodings"))
    assert heads == [
        "Claims",
        "Verdicts",
        "Scores",
        "Ranks over data sets",
        "Geometry and score",
        "Overhead",
        "Factors",
        "Learning curves",
        "Noise in the labels",
        "The seed paper’s numbers made again",
    ]
    assert "5 folds that measure, shuffled anew 4 times (5 × 4), and 4 folds inside" in whole.words
    assert "was fixed before the run, under the hash 9f2c41d07a3be58e" in whole.words


def test_the_rope_and_the_family_of_the_verdicts_are_said(shown: Callable[..., Page]) -> None:
    page = shown(bare(comparisons=(compared("better"),), family="data"))
    assert "differences up to 1.0 points count as none" in page.words
    assert "corrected by Holm's method for the comparisons of a tier on one data set" in page.words


def test_figures_are_text_with_the_pages_colours_and_ids_of_their_own(whole: Page) -> None:
    plots = re.findall(r'<svg class="plot".*?</svg>', whole.html, re.DOTALL)
    assert len(plots) == 9
    for plot in plots:
        assert "<text" in plot
        assert not re.search(r"(?:fill|stroke): #", plot.replace("#000000", ""))
    ids = re.findall(r'\bid="([^"]+)"', whole.html)
    assert len(ids) == len(set(ids))


def test_the_page_shows_no_training_where_none_was_planned(whole: Page) -> None:
    assert not whole.has("stages")
    assert "no training has finished" not in whole.words
    assert "<h3>Model</h3>" not in whole.section("record")


def test_the_section_brings_its_style(whole: Page) -> None:
    assert ".mark.better" in whole.html
    assert "--third:" in whole.html


def test_several_blocks_stand_under_each_other(shown: Callable[..., Page]) -> None:
    page = shown(bare(words="One."), replace(bare(words="Two."), block="others"))
    assert re.findall(r'data-block="([^"]*)"', page.html) == ["fixed_maps", "others"]
    assert page.words.index("One.") < page.words.index("Two.")


def test_text_of_the_file_is_escaped(shown: Callable[..., Page]) -> None:
    scored = Scored(place(EVIL), EVIL, "", "", EVIL, None, None, None, {}, None, EVIL)
    outcome = bare(
        data=({**about(EVIL), "source": EVIL},),
        words=EVIL,
        claims=(claim(written=EVIL, because=EVIL, advice=EVIL),),
        comparisons=(compared("better", place=place(EVIL), encoding=EVIL, control=EVIL, tier=EVIL),),
        scores=(scored,),
        paper=(Paper(EVIL, EVIL, EVIL, 1.0, 1.0, (EVIL,)),),
    )
    assert "<script>alert" not in shown(outcome).html


# --- the headline ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "word", "tone", "sentence"),
    [
        (("holds", "holds"), "holds", "pass", "All 2 requirements hold."),
        (("holds", "undecided"), "undecided", "undecided", "1 of 2 requirements holds, 1 is undecided: <code>second"),
        (("undecided", "fails"), "fails", "fail", "None of 2 requirements hold, 1 does not, 1 is undecided: <code>sec"),
        ((), "compared", "neutral", "Nothing was required"),
    ],
)
def test_the_headline_is_what_came_of_the_requirements(
    shown: Callable[..., Page], outcomes: tuple[str, ...], word: str, tone: str, sentence: str
) -> None:
    names = ("first", "second")
    claims = [claim(outcome, written=name) for outcome, name in zip(outcomes, names, strict=False)]
    verdict = shown(bare(claims=(*claims, claim("fails", "predict")))).section("verdict")
    assert f'class="verdict {tone}" data-verdict="{word}"' in verdict
    assert sentence in verdict


def test_the_headline_counts_the_requirements_of_all_blocks(shown: Callable[..., Page]) -> None:
    page = shown(bare(claims=(claim(),)), replace(bare(claims=(claim("fails"),)), block="others"))
    assert "1 of 2 requirements holds, 1 does not" in page.section("verdict")


def test_a_run_that_goes_on_is_headed_by_that(tmp_path: Path, undrawn: None) -> None:
    jobs = [JobRow("compare/a", "compare", "done"), JobRow("compare/b", "compare", "pending")]
    page = read_page(run_of(results_of(tmp_path, bare(claims=(claim(),))), jobs=jobs), tmp_path)
    assert 'data-verdict="not finished"' in page.html


# --- claims and verdicts ---------------------------------------------------------------------------------------------


def test_claims_show_outcome_reason_counts_and_advice(shown: Callable[..., Page]) -> None:
    claims = (
        claim("holds", "predict", written="better(angle, raw)", words={"better": 2}),
        claim("undecided", advice="12 repeats would decide it", words={"equivalent": 1, "undecided": 3}),
    )
    found = re.findall(r'<tbody class="(\w+)" data-claim="([^"]*)" data-outcome="(\w+)">(.*?)</tbody>',
                       shown(bare(claims=claims)).html, re.DOTALL)  # fmt: skip
    assert [entry[:3] for entry in found] == [
        ("undecided", "not_worse(angle, raw, tier = same_head)", "undecided"),
        ("pass", "better(angle, raw)", "holds"),
    ]
    assert cells(found[0][3]) == [
        "require not_worse(angle, raw, tier = same_head) “a product state holds what is encoded” "
        "12 repeats would decide it",
        "= 1 equivalent ? 3 undecided",
        "? undecided",
    ]


def test_verdicts_are_counted_tier_by_tier(shown: Callable[..., Page]) -> None:
    adaptive = compared("worse", tier="adaptive", control="svm")
    page = shown(bare(comparisons=(compared("better"), compared("undecided", control="pca"), adaptive)))
    tiers = re.findall(
        r'<div class="tier" data-tier="(\w+)">\s*<h4>.*?<p class="counts">(.*?)</p>', page.html, re.DOTALL
    )
    assert [(tier, " ".join(re.sub("<[^>]*>", "", counts).split())) for tier, counts in tiers] == [
        ("same_head", "▲ 1 better ? 1 undecided of 2 comparisons"),
        ("adaptive", "▼ 1 worse of 1 comparison"),
    ]


def test_a_mark_says_the_whole_comparison(shown: Callable[..., Page]) -> None:
    one = compared("better", chance_better=0.973, chance_equivalent=0.027, chance_worse=0.0)
    page = shown(bare(comparisons=(one,)))
    assert (
        'title="angle against raw on wine; better: balanced accuracy +2.1 points; interval at 95 % [+0.4, +3.8]; '
        'chances: better 97.3 %, within the ROPE 2.7 %, worse 0 %; corrected p 0.012 of 6"'
    ) in page.html


def test_differences_of_numbers_have_the_unit_of_their_errors(shown: Callable[..., Page]) -> None:
    data = "soap(cu, r_cut = 4.5 Å)"
    one = replace(compared("worse", place=place(data), difference=-0.0012, lower=-0.002, upper=-0.0004), metric="rmse")
    page = shown(bare(data=(about(data),), comparisons=(one,)))
    found = cells(table(page, "verdicts"))
    assert found == ["Encoding", "Control", f"{data} meV/atom", "angle", "raw", "▼ −1.2 [−2.0, −0.40], p 0.012"]


def test_rows_name_a_setting_only_where_it_varies(shown: Callable[..., Page]) -> None:
    alone = shown(bare(comparisons=(compared("better"),)))
    assert "Setting" not in table(alone, "verdicts")


def test_rows_name_what_varies(shown: Callable[..., Page]) -> None:
    both = tuple(
        compared("better", place=place(scaling=scaling, dimension=dimension))
        for scaling in ("none", "standard")
        for dimension in (None, 64)
    )
    found = cells(table(shown(bare(comparisons=both)), "verdicts"))
    assert found[5:8] == ["raw", "not scaled, own features", "▲ +2.1 [+0.4, +3.8], p 0.012"]
    assert "standard scaling, sketched to 64 features" in found


def test_a_comparison_left_out_has_no_number(shown: Callable[..., Page]) -> None:
    page = shown(bare(comparisons=(compared(LEFT_OUT, reason="it needs 9.8 GB"),)))
    assert cells(table(page, "verdicts"))[-1] == "– left out"
    assert "left out: it needs 9.8 GB" in page.html


def test_many_comparisons_of_a_cell_are_told_as_counts(shown: Callable[..., Page]) -> None:
    many = tuple(compared("better" if n < 5 else "undecided", control=f"control {n}") for n in range(40))
    assert cells(table(shown(bare(comparisons=many)), "summary"))[-1] == "▲ 5 ? 35"


def test_a_set_where_an_encoding_was_not_compared_says_so(shown: Callable[..., Page]) -> None:
    page = shown(bare(data=(about("wine"), about("iris")), comparisons=(compared("better"),)))
    assert cells(table(page, "summary"))[-1] == "not compared"


# --- what is missing or damaged --------------------------------------------------------------------------------------


def test_an_empty_outcome_is_shown_as_what_it_lacks(shown: Callable[..., Page]) -> None:
    page = shown(bare(data=()))
    assert "not known: nothing was compared" in page.words
    heads = re.findall(r"<h3>([^<]*)", page.section("encodings"))
    assert heads == ["Ranks over data sets"]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (None, "benchmark.json was not written"),
        (b"{", "benchmark.json cannot be read"),
        (b"[]", "benchmark.json holds no object"),
        (b"{}", "benchmark.json has no block, hash, protocol, data"),
        (b'{"block": "a", "hash": "", "protocol": {}, "data": [], "scores": [{}]}', "the files do not fit together"),
    ],
)
def test_a_damaged_file_leaves_its_reason(tmp_path: Path, undrawn: None, damage: bytes | None, reason: str) -> None:
    (result,) = results_of(tmp_path, bare())
    if damage is None:
        (result.folder / FILE).unlink()
    else:
        (result.folder / FILE).write_bytes(damage)
    page = read_page(run_of([result]), tmp_path)
    assert f"Benchmark not known: {reason}" in page.words
    assert 'data-verdict="not known"' in page.html


def test_a_part_that_does_not_fit_leaves_the_others(tmp_path: Path, undrawn: None) -> None:
    (result,) = results_of(tmp_path, Drawn(sets=("wine",)).outcome())
    content = json.loads((result.folder / FILE).read_text(encoding="utf-8"))
    for one in content["overhead"]:
        one["predict_range"] = ["slow", "fast"]
    (result.folder / FILE).write_text(json.dumps(content), encoding="utf-8")
    page = read_page(run_of([result]), tmp_path)
    assert "Overhead not known: the files do not fit together" in page.words
    assert "Learning curves" in page.words


def test_the_same_outcome_gives_the_same_bytes(tmp_path: Path) -> None:
    outcome = Drawn(sets=("wine",), encodings=("angle",), scalings=("none",)).outcome(rankings=())
    pages = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        pages.append(page_of(tmp_path / name, outcome).html)
    assert pages[0] == pages[1]
