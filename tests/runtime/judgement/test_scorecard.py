"""Constraints against measurements: three values, and nothing unknown ever passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlipilot.runtime.judgement.scorecard import judge_seed, overall
from mlipilot.runtime.judgement.speed import measure_speed
from mlipilot.runtime.judgement.verdict import SeedVerdict
from mlipilot.runtime.operations import measure


def _constraint(**changes: Any) -> dict[str, Any]:
    return {
        "verb": "require",
        "metric": "relative_speed",
        "target": "cu.cell-2-2-2",
        "arguments": {},
        "comparator": ">=",
        "threshold": 0.5,
        "because": "speed",
        "shown": "relative_speed(cu.cell(2, 2, 2))",
        "bound": "0.5 ×",
        "unit": "×",
        **changes,
    }


def _judge(tmp_path: Path, ratios: list[float] | None, *constraints: dict[str, Any]) -> SeedVerdict:
    inputs = {"seed-1/cu.cell-2-2-2/speed.json": tmp_path / "speed.json"}
    if ratios is not None:
        (tmp_path / "speed.json").write_text(json.dumps({"ratios": ratios}))
    params = {"confidence": 0.95, "final": "a", "stages": ["a"], "constraints": list(constraints)}
    return judge_seed(params, inputs, 1, measure)


@pytest.mark.parametrize(
    ("centre", "outcome", "verdict"),
    [(1.0, "pass", "accepted"), (0.3, "fail", "rejected"), (0.5, "undecided", "undecided")],
)
def test_the_bounds_decide(tmp_path: Path, centre: float, outcome: str, verdict: str) -> None:
    ratios = list(centre + 0.05 * np.random.default_rng(0).normal(size=20))

    judged = _judge(tmp_path, ratios, _constraint())

    assert judged.outcome == verdict
    constraint = judged.constraints[0]
    assert constraint.outcome == outcome
    assert constraint.lower.value <= constraint.estimate.value <= constraint.upper.value
    assert bool(constraint.advice) == (outcome == "undecided")


def test_a_missing_result_fails_and_says_why(tmp_path: Path) -> None:
    judged = _judge(tmp_path, None, _constraint())

    assert judged.outcome == "rejected"
    assert judged.constraints[0].estimate.value is None
    assert "no result" in judged.constraints[0].reason


@pytest.mark.parametrize("ratios", [[], [1.0, float("nan"), 1.0]])
def test_a_round_that_was_not_timed_fails(tmp_path: Path, ratios: list[float]) -> None:
    assert _judge(tmp_path, ratios, _constraint()).outcome == "rejected"


def test_a_preference_never_rejects(tmp_path: Path) -> None:
    judged = _judge(tmp_path, [1.0] * 20, _constraint(), _constraint(verb="prefer", threshold=5.0, bound="5 ×"))

    assert judged.outcome == "accepted"
    assert [constraint.outcome for constraint in judged.constraints] == ["pass", "fail"]


def test_a_minimised_quantity_has_a_value_and_no_outcome(tmp_path: Path) -> None:
    objective = _constraint(verb="maximize", comparator=None, threshold=None, bound=None)

    judged = _judge(tmp_path, [1.0] * 20, _constraint(), objective)

    assert judged.constraints[1].outcome is None
    assert judged.constraints[1].estimate.value == 1.0


def test_too_few_rounds_leave_it_undecided(tmp_path: Path) -> None:
    (tmp_path / "speed.json").write_text(json.dumps({"ratios": [1.0, 1.0]}))

    assert measure_speed(tmp_path / "speed.json", 0.95).lower is None
    assert _judge(tmp_path, [1.0, 1.0], _constraint()).outcome == "undecided"


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["accepted", "accepted"], "accepted"),
        (["accepted", "rejected"], "rejected"),
        (["accepted", "undecided"], "undecided"),
        (["undecided", "rejected"], "rejected"),
        ([], "undecided"),
    ],
)
def test_every_seed_must_pass(verdicts: list[str], expected: str) -> None:
    assert overall(verdicts) == expected
