"""Estimates: finite, positive, growing with the work, and beside the budget."""

from __future__ import annotations

import math

import pytest
from copper import TEXT, checked, compiled, replaced

from mlipilot.compiler.compile import compile_spec
from mlipilot.compiler.estimate import budget_warnings, in_words
from mlipilot.compiler.plan import Compiled

BEFORE = compiled().estimate

MORE = [
    ("channels     = 8", "channels = 64", "train/fit/seed-1"),
    ("r_max        = 4.5 Å", "r_max = 6 Å", "train/fit/seed-1"),
    ("correlation  = 2", "correlation = 3", "train/fit/seed-1"),
    ("max_L        = 0", "max_L = 1", "train/fit/seed-1"),
    ("interactions = 2", "interactions = 3", "train/fit/seed-1"),
    ("epochs = 26", "epochs = 260", "train/fit/seed-1"),
    ("repeats      = [2, 2, 2]", "repeats = [3, 3, 3]", "dataset/cu"),
    ("frames       = 5", "frames = 50", "train/fit/seed-1"),
    ("replicas = 16", "replicas = 64", "dynamics/hot/seed-1"),
    ("duration    = 2 ps", "duration = 20 ps", "dynamics/warm/seed-1"),
    ("cell(4, 4, 4)", "cell(8, 8, 8)", "speed/fit/seed-1/cu.cell-4-4-4"),
]


def test_every_job_has_a_finite_estimate() -> None:
    seconds = BEFORE["seconds"]
    assert set(seconds) == {job.id for job in compiled().plan.jobs}
    assert all(math.isfinite(figure) and figure > 0 for figure in seconds.values())
    assert BEFORE["device_seconds"] == pytest.approx(sum(seconds.values()), abs=0.1)
    assert 0 < BEFORE["wall_seconds"] <= BEFORE["device_seconds"] + 0.1
    assert BEFORE["factor"] > 1


@pytest.mark.parametrize(("old", "new", "job"), MORE, ids=[new for _, new, _ in MORE])
def test_more_work_costs_more(old: str, new: str, job: str) -> None:
    after = compiled(replaced(old, new)).estimate
    assert after["device_seconds"] > BEFORE["device_seconds"]
    if job in after["seconds"]:
        assert after["seconds"][job] > BEFORE["seconds"][job]


def test_seeds_cost_device_time_and_workers_save_wall_time() -> None:
    two = compiled(replaced("seeds = [1]", "seeds = [1, 2]"))
    both = compiled(replaced("workers = 1", "workers = 2", replaced("seeds = [1]", "seeds = [1, 2]")))
    assert two.estimate["device_seconds"] > 1.8 * BEFORE["device_seconds"] - BEFORE["seconds"]["dataset/cu"]
    assert both.estimate["wall_seconds"] < two.estimate["wall_seconds"]
    assert both.estimate["device_seconds"] == two.estimate["device_seconds"]


@pytest.mark.parametrize(("old", "new"), [("device_time <= 2 h", "device_time <= 1 s"), ("wall <= 4 h", "wall <= 1 s")])
def test_a_budget_below_the_estimate_is_a_warning(old: str, new: str) -> None:
    spec = checked(replaced(old, new))
    found = compile_spec(spec)
    assert isinstance(found, Compiled)
    (warning,) = budget_warnings(spec, found)
    assert warning.code == "MLP0601"
    assert not warning.is_error
    assert warning.primary is not None
    assert spec.source.slice(warning.primary.span) == "1 s"


def test_a_budget_that_suffices_is_silent() -> None:
    assert budget_warnings(checked(TEXT), compiled()) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (89, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "1.5 h"), (172_800, "2.0 d")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
