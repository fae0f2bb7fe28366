"""The room that jobs need: it grows with what they write."""

from __future__ import annotations

import pytest
from copper import compiled, replaced

from mlipilot.compiler.plan import Plan
from mlipilot.compiler.room import room

MORE = [
    ("channels     = 8", "channels = 64", "train/fit/seed-1"),
    ("frames       = 5", "frames = 50", "dataset/cu"),
    ("frames       = 5", "frames = 50", "evaluate/fit/seed-1/cu.test"),
    ("replicas = 16", "replicas = 64", "dynamics/hot/seed-1"),
    ("duration    = 2 ps", "duration = 20 ps", "dynamics/warm/seed-1"),
]


def of(plan: Plan, job: str) -> int:
    """Bytes that one job writes."""
    return room(plan, [plan.job(job)])


@pytest.mark.parametrize(("old", "new", "job"), MORE, ids=[new for _, new, _ in MORE])
def test_more_that_is_written_needs_more_room(old: str, new: str, job: str) -> None:
    assert of(compiled(replaced(old, new)).plan, job) > of(compiled().plan, job)


def test_single_precision_needs_less() -> None:
    before, after = compiled().plan, compiled(replaced("precision    = float64", "precision = float32")).plan
    assert of(after, "train/fit/seed-1") < of(before, "train/fit/seed-1")


def test_every_job_needs_some_and_all_need_the_sum() -> None:
    plan = compiled().plan
    each = [of(plan, job.id) for job in plan.jobs]
    assert min(each) > 0
    assert room(plan, plan.jobs) == sum(each)
    assert room(plan, []) == 0
