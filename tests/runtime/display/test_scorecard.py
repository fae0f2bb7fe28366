"""The scorecard as text: the verdict, each constraint, and why one did not pass."""

from __future__ import annotations

from typing import Any

import pytest

from mlipilot.compiler.render.style import PLAIN, Style
from mlipilot.runtime.display import scorecard_text
from mlipilot.runtime.judgement.verdict import Verdict, read_verdict


def constraint(outcome: str | None, **others: Any) -> dict[str, Any]:
    return {
        "verb": "require",
        "metric": "force_rmse",
        "shown": "force_rmse(cu.test)",
        "comparator": "<=",
        "threshold": 0.03,
        "unit": "meV/Å",
        "estimate": 0.017345,
        "lower": 0.016,
        "upper": 1.2345,
        "outcome": outcome,
        "reason": "the bound is above it",
        "advice": "more frames",
        "because": "phonons drift",
        **others,
    }


def verdict(word: str, **seeds: list[dict[str, Any]]) -> Verdict:
    judged = {seed.removeprefix("seed_"): {"verdict": word, "constraints": lines} for seed, lines in seeds.items()}
    return read_verdict({"scorecard": "copper", "verdict": word, "seeds": judged})


def test_a_constraint_that_passes_is_one_line() -> None:
    assert scorecard_text(verdict("accepted", seed_1=[constraint("pass")]), PLAIN).splitlines() == [
        "scorecard copper: ACCEPTED",
        "  require  force_rmse(cu.test) <= 30 meV/Å  17.3 meV/Å  [16, 1234]  pass",
    ]


@pytest.mark.parametrize(
    ("unit", "line"),
    [
        ("eV/Å", "<= 0.03 eV/Å  0.0173 eV/Å  [0.016, 1.23]"),
        ("eV/nm", "<= 0.3 eV/nm  0.173 eV/nm  [0.16, 12.3]"),
    ],
)
def test_numbers_are_shown_in_the_unit_of_the_rule(unit: str, line: str) -> None:
    shown = scorecard_text(verdict("accepted", seed_1=[constraint("pass", unit=unit)]), PLAIN)
    assert f"  require  force_rmse(cu.test) {line}  pass" in shown


@pytest.mark.parametrize("outcome", ["fail", "undecided"])
def test_what_is_required_and_does_not_pass_says_why(outcome: str) -> None:
    lines = scorecard_text(verdict("rejected", seed_1=[constraint(outcome, advice="")]), PLAIN).splitlines()
    assert lines[1].endswith(f"  {outcome}")
    assert lines[2:] == ["      the bound is above it", "      because: phonons drift"]


@pytest.mark.parametrize(("count", "more"), [(0, ""), (1, ""), (3, ""), (16, "; and 13 more")])
def test_the_first_deaths_of_a_run_are_among_the_reasons(count: int, more: str) -> None:
    deaths = [f"replica {number} at 0.10 ps: bond broken" for number in range(count)]
    failed = constraint("fail", details={"deaths": "; ".join(deaths)}, advice="")
    lines = scorecard_text(verdict("rejected", seed_1=[failed]), PLAIN).splitlines()
    assert lines[3:-1] == ([f"      {'; '.join(deaths[:3])}{more}"] if count else [])


def test_a_wish_that_fails_says_nothing_more() -> None:
    assert len(scorecard_text(verdict("accepted", seed_1=[constraint("fail", verb="prefer")]), PLAIN).splitlines()) == 2


def test_what_is_not_known_is_a_question_mark_and_small_numbers_keep_their_digits() -> None:
    unknown = constraint(
        None, verb="minimize", comparator="", threshold=None, estimate=None, lower=None, upper=0.12345e-6
    )
    (_, line) = scorecard_text(verdict("undecided", seed_1=[unknown]), PLAIN).splitlines()
    assert line == "  minimize  force_rmse(cu.test)  ? meV/Å  [?, 1.2e-04]"


def test_several_seeds_have_each_their_verdict_and_their_columns() -> None:
    long = constraint("pass", shown="energy_rmse(cu.test, element = Cu)")
    lines = scorecard_text(verdict("accepted", seed_3=[constraint("pass"), long], seed_5=[]), PLAIN).splitlines()
    assert [line for line in lines if line.startswith("seed")] == ["seed 3: accepted", "seed 5: accepted"]
    assert lines[2].index("17.3 meV/Å") == lines[3].index("17.3 meV/Å")


def test_colour_changes_nothing_but_colour() -> None:
    found = verdict("rejected", seed_1=[constraint("fail"), constraint("pass")])
    painted = scorecard_text(found, Style(True))
    assert "\x1b[1;31mREJECTED\x1b[0m" in painted
    assert "\x1b[1;32mpass\x1b[0m" in painted
    for code in ("1;31", "1;32", "2", "0"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == scorecard_text(found, PLAIN)
