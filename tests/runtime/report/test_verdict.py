"""What stands first, and how it is worded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from copper_run import CopperRun, constraint, copper_verdict
from report_page import Page, read_page, values

from mlipilot.runtime.judgement.verdict import read_verdict
from mlipilot.runtime.report import JobRow, ReportInput
from mlipilot.runtime.report.scorecard import read_scorecard


def only(verdict: str, *constraints: dict) -> ReportInput:
    document = copper_verdict()
    document |= {"verdict": verdict, "selected_seed": None}
    document["seeds"]["1"] = {"verdict": verdict, "constraints": list(constraints), "stages": {}}
    return ReportInput("copper", verdict=read_verdict(document))


def test_an_accepted_model_is_announced_with_its_tightest_margin(finished_page: Page) -> None:
    section = finished_page.section("verdict")
    assert 'data-verdict="accepted"' in section
    assert "All 5 requirements are met, with 95 % confidence each." in finished_page.words
    assert "The closest is survival(hot), whose bound lies 3.66 % inside the threshold." in finished_page.words


def test_a_rejection_names_the_rule_and_what_was_proven(tmp_path: Path) -> None:
    wrong = constraint("force_rmse", "cu.test", "meV/Å", ("<=", 30.0), (41.2, 36.0, 47.0))
    slow = constraint("relative_speed", "cu.cell", "×", (">=", 0.5), (0.3, 0.2, 0.4))
    words = read_page(only("rejected", wrong, slow), tmp_path).words
    assert (
        "force_rmse(cu.test) must be ≤ 30 meV/Å; it is 41.2 meV/Å, and at 95 % confidence at least 36.0 meV/Å." in words
    )
    assert "1 more requirement fails." in words


@pytest.mark.parametrize(
    ("rule", "measured", "deciding"),
    [
        (("<=", 30.0), (17.0, 14.0, 20.0), 20.0),
        (("<=", 30.0), (29.0, 27.0, 31.0), 31.0),
        (("<=", 30.0), (41.0, 36.0, 47.0), 36.0),
        ((">=", 30.0), (41.0, 36.0, 47.0), 36.0),
        ((">=", 30.0), (17.0, 14.0, 20.0), 20.0),
    ],
    ids=["at most, passed", "at most, open", "at most, failed", "at least, passed", "at least, failed"],
)
def test_the_bound_that_the_outcome_rests_on_stands_out(
    rule: tuple[str, float], measured: tuple[float, float, float], deciding: float, tmp_path: Path
) -> None:
    page = read_page(only("undecided", constraint("force_rmse", "cu.test", "meV/Å", rule, measured)), tmp_path)
    marked = re.findall(r'class="bound deciding">.*?</span></span>', page.constraint("force_rmse(cu.test)"))
    assert [values(bound) for bound in marked] == [[deciding]]


def test_an_undecided_verdict_says_what_would_decide_it(tmp_path: Path) -> None:
    open_ = constraint(
        "survival", "hot", "%", (">=", 80.0), (93.75, 73.6, 99.7), advice="more replicas would decide it"
    )
    page = read_page(only("undecided", open_), tmp_path)
    assert "only at least 73.6 % is proven. More replicas would decide it." in page.words
    row = page.constraint("survival(hot)")
    assert '<span class="advice">more replicas would decide it</span>' in row
    assert 'class="outcome undecided"' in row


def test_a_metric_without_a_value_is_not_known_and_never_zero(tmp_path: Path) -> None:
    lost = constraint(
        "nve_drift", "warm", "meV/atom/ps", ("<=", 0.1), (None, None, None), reason="replica 1 stopped at step 812"
    )
    page = read_page(only("rejected", lost), tmp_path)
    row = page.constraint("nve_drift(warm)")
    assert values(row) == [0.1]
    assert "not known: replica 1 stopped at step 812" in row
    assert "must be ≤ 0.1 meV/atom/ps and is not known: replica 1 stopped at step 812." in page.words


def test_a_value_that_is_not_finite_is_not_known(tmp_path: Path) -> None:
    bad = constraint("nve_drift", "warm", "meV/atom/ps", ("<=", 0.1), (None, None, None))
    bad |= {"estimate": float("nan"), "upper": float("inf")}
    page = read_page(only("rejected", bad), tmp_path)
    assert "not known: the value is not finite (nan)" in page.words
    assert ">nan<" not in page.html and ">inf<" not in page.html


@pytest.mark.usefixtures("blank_figures")
def test_literals_in_messages_are_set_as_code(small: CopperRun, tmp_path: Path) -> None:
    jobs = [JobRow("train/fit", "train", "failed", 3.0, 1, "cd" * 20, "no `x<y` here", "MLP0803", "`mlipilot logs j`")]
    page = read_page(small.report(jobs=jobs), tmp_path)
    assert "no <code>x&lt;y</code> here" in page.html
    assert "<code>mlipilot logs j</code>" in page.html


@pytest.mark.usefixtures("blank_figures")
def test_failures_stand_before_everything_and_say_how_to_go_on(small: CopperRun, tmp_path: Path) -> None:
    jobs = [
        JobRow("train/fit/seed-1", "train", "done", 12.0, 1, "ab" * 20),
        JobRow(
            "evaluate/fit", "evaluate", "failed", 3.0, 2, "cd" * 20, "frame 12 is not finite", "MLP0815", "look at it"
        ),
        JobRow("verdict/copper", "verdict", "skipped"),
    ]
    page = read_page(small.report(jobs=jobs, results=[small.only("train")], model_path=None), tmp_path)
    assert "FAILED 1 of 3 jobs failed, 1 more has no result." in page.words
    for word in ("MLP0815", "frame 12 is not finite", "Help: look at it"):
        assert page.words.index(word) < page.words.index("Learning curves")
    assert not page.has("scorecard") and not page.has("parity") and not page.has("dynamics") and not page.has("speed")
    assert "MACECalculator" not in page.words


def test_a_run_that_goes_on_says_how_far_it_is(tmp_path: Path) -> None:
    jobs = [JobRow("dataset/cu", "dataset", "done", 40.0, 1), JobRow("train/fit/seed-1", "train", "pending")]
    page = read_page(ReportInput("copper", jobs=jobs), tmp_path)
    assert "NOT FINISHED 1 of 2 jobs have a result so far." in page.words
    assert "not known: no training has finished" in page.words


@pytest.mark.usefixtures("blank_figures")
def test_without_a_scorecard_nothing_is_judged(small: CopperRun, tmp_path: Path) -> None:
    page = read_page(small.report(), tmp_path)
    assert 'data-verdict="not judged"' in page.html
    assert not page.has("scorecard")
    assert page.has("parity") and page.has("dynamics") and page.has("speed")


def test_seeds_are_sorted_as_numbers_and_all_shown(tmp_path: Path) -> None:
    document = copper_verdict((10, 2, 1))
    page = read_page(ReportInput("copper", verdict=read_verdict(document)), tmp_path)
    section = page.section("scorecard")
    assert (
        section.index('<th scope="row">1<') < section.index('<th scope="row">2<') < section.index('<th scope="row">10<')
    )
    assert "Seed 10 is handed out" in page.words
    assert section.count('data-constraint="survival(hot)"') == 3


def test_the_seed_that_decided_is_shown_when_none_is_selected() -> None:
    document = copper_verdict((1, 2))
    document |= {"selected_seed": None, "verdict": "rejected"}
    document["seeds"]["2"]["verdict"] = "rejected"
    card = read_scorecard(read_verdict(document))
    assert card is not None
    assert card.selected == "2" and not card.handed_out


@pytest.mark.parametrize(
    "verdict",
    [{}, {"seeds": None}, {"seeds": {"1": None}}, {"seeds": {"1": {"constraints": [None, {}]}}, "verdict": 3}],
    ids=["empty", "no seeds", "empty seed", "empty constraints"],
)
def test_a_damaged_verdict_does_not_stop_the_report(verdict: dict, tmp_path: Path) -> None:
    page = read_page(ReportInput("copper", verdict=read_verdict(verdict)), tmp_path)
    assert "ACCEPTED" not in page.words
