"""Figures of earlier runs in the place of analytic ones."""

from __future__ import annotations

import math

import pytest
from copper import compiled, replaced

from mlipilot.compiler.estimate import estimate, in_words
from mlipilot.compiler.experience import Experience, Rate, Taken, experience
from mlipilot.runtime.forecast import sentence

TRAINING, OPERATION = "train/fit/seed-1", "train.mace on cpu"
PLAN = compiled()


def taken(*ratios: float, operation: str = OPERATION, run: str = "a") -> list[Taken]:
    return [Taken(run, operation, 10.0, 10.0 * ratio) for ratio in ratios]


def learned(*jobs: Taken) -> Experience:
    found = experience(jobs)
    assert found is not None
    return found


def test_nothing_teaches_nothing() -> None:
    assert experience([]) is None
    assert experience([Taken("a", OPERATION, 0.0, 1.0), Taken("a", OPERATION, 1.0, 0.0)]) is None
    assert estimate(PLAN.plan) == estimate(PLAN.plan, None, None, None)


def test_a_rate_is_the_middle_of_what_jobs_took() -> None:
    rate = learned(*taken(2.0, 2.2, 1.8, 2.0, 9.0)).rates[OPERATION]
    assert rate.ratio == pytest.approx(2.0)


def test_few_jobs_and_jobs_that_vary_leave_more_doubt() -> None:
    one, alike, varied = (learned(*taken(*r)).rates[OPERATION] for r in ([2.0], [2.0] * 6, [1.0, 2.0, 4.0] * 2))
    assert alike.factor < one.factor < varied.factor
    assert varied.factor >= 2.0


def test_the_newest_jobs_count() -> None:
    rate = learned(*taken(*[9.0] * 100), *taken(*[2.0] * 50)).rates[OPERATION]
    assert rate.ratio == pytest.approx(2.0)


def test_runs_are_counted_once() -> None:
    jobs = [*taken(1.0, 1.0, run="a"), *taken(1.0, run="b"), *taken(1.0, run="b", operation="verdict on cpu")]
    assert learned(*jobs).runs == 2


def test_what_was_learned_stands_for_what_was_calculated() -> None:
    before, after = estimate(PLAN.plan), estimate(PLAN.plan, None, None, learned(*taken(*[2.0] * 6)))
    assert after["seconds"][TRAINING] == pytest.approx(2 * before["seconds"][TRAINING], rel=0.01)
    assert after["seconds"]["dataset/cu"] == before["seconds"]["dataset/cu"]
    assert after["analytic"] == before["seconds"]
    assert (after["kind"], after["learned_from"]) == ("learned", 1)
    assert 1.3 < after["factor"] < before["factor"]


def test_the_sentence_says_from_how_many_runs() -> None:
    jobs = [job for run in "abc" for job in taken(2.0, run=run)]
    told = sentence(PLAN._replace(estimate=estimate(PLAN.plan, None, None, learned(*jobs))), set(), in_words, "")
    assert "(learned from 3 runs, within a factor of " in told


def test_a_rate_of_another_device_says_nothing() -> None:
    other = learned(*taken(2.0, operation="train.mace on cuda"))
    assert estimate(PLAN.plan, None, None, other) == estimate(PLAN.plan)


def test_a_gpu_is_known_once_each_operation_ran_on_it() -> None:
    plan = compiled(replaced("threads = 2 }", "threads = 2, device = cuda }"))
    kinds = {f"{job.operation} on {job.device}" for job in plan.plan.jobs}
    whole = Experience({kind: Rate(0.1, 2.0) for kind in kinds}, 1)
    partly = Experience({kind: Rate(0.1, 2.0) for kind in kinds if not kind.startswith("dynamics")}, 1)
    assert math.isfinite(estimate(plan.plan, None, None, whole)["device_seconds"])
    found = estimate(plan.plan, None, None, partly)
    assert found["device_seconds"] is None
    assert found["seconds"][TRAINING] is not None
