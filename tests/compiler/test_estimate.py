"""Estimates: finite, positive, growing with the work, and beside the budget."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from copper import TEXT, checked, compiled, replaced

from mlipilot.compiler import estimate as estimates
from mlipilot.compiler.compile import compile_spec
from mlipilot.compiler.estimate import budget_warnings, estimate, in_bytes, in_words, memory_errors
from mlipilot.compiler.measured import Measurement
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.plan_file import read_plan, write_plan
from mlipilot.compiler.probe_answer import read_measurement
from mlipilot.runtime.forecast import sentence

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
    assert after["seconds"][job.replace("4-4-4", "8-8-8") if "cell" in new else job] > BEFORE["seconds"][job]


def test_seeds_cost_device_time_and_workers_save_wall_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimates, "cores", lambda: 8)
    two = compiled(replaced("seeds = [1]", "seeds = [1, 2]"))
    both = compiled(replaced("workers = 1", "workers = 2", replaced("seeds = [1]", "seeds = [1, 2]")))
    assert two.estimate["device_seconds"] > 1.8 * BEFORE["device_seconds"] - BEFORE["seconds"]["dataset/cu"]
    assert both.estimate["wall_seconds"] < two.estimate["wall_seconds"]
    assert both.estimate["device_seconds"] == two.estimate["device_seconds"]


def test_workers_without_cores_of_their_own_save_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimates, "cores", lambda: 1)
    seeds = replaced("seeds = [1]", "seeds = [1, 2]")
    two, both = compiled(seeds), compiled(replaced("workers = 1", "workers = 2", seeds))
    assert both.estimate["wall_seconds"] == two.estimate["wall_seconds"]


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


@pytest.mark.parametrize(("count", "words"), [(10, "1 MB"), (2_600_000, "3 MB"), (2_040_000_000, "2.0 GB")])
def test_memory_in_words(count: int, words: str) -> None:
    assert in_bytes(count) == words


ANSWER: dict[str, Any] = {
    "atoms": 32.0,
    "setup": 1.0,
    "graph": 0.0,
    "steps": [[0.001, 0.001, 0.001], [0.002, 0.002, 0.002]],
    "validation": [0.0005, 0.0005, 0.0005],
    "checkpoint": 0.0,
    "evaluation": [0.0005, 0.0005, 0.0005],
    "first_call": 0.0,
    "dynamics": [
        {"replicas": 2, "step": [0.001, 0.001, 0.001], "bytes": 10},
        {"replicas": 16, "step": [0.002, 0.002, 0.002], "bytes": 20},
    ],
    "speed": [{"repeats": [4, 4, 4], "ours": 0.1, "reference": 0.2, "warm_up": 3.0, "bytes": 30}],
    "making_step": 0.001,
    "making_label": 0.01,
    "train_bytes": 4_000_000_000,
    "evaluate_bytes": 5,
    "total_bytes": 6_000_000_000,
    "complete": True,
}
TRAINING = "train/fit/seed-1"
CUDA = replaced("threads = 2 }", "threads = 2, device = cuda }")


def measurement(**changes: Any) -> Measurement:
    found = read_measurement({**ANSWER, **changes})
    assert found is not None
    return found


def probed(text: str = TEXT, **changes: Any) -> dict[str, Any]:
    """The estimate of a text, each of whose trainings was measured alike."""
    plan = compiled(text).plan
    return estimate(plan, None, {job.id: measurement(**changes) for job in plan.jobs if job.kind == "train"})


def test_a_training_takes_its_epochs_times_what_was_measured() -> None:
    params = compiled().plan.job(TRAINING).params
    first, second = (stage["epochs"] for stage in params["stages"])
    train, valid = 120 * 32, 30 * 32
    steps = first * (train * 0.001 + valid * 0.0005) + second * (train * 0.002 + valid * 0.0005)
    assert probed()["seconds"][TRAINING] == pytest.approx(steps + 1.5, abs=0.1)


def test_each_simulation_takes_what_its_replicas_were_measured_to() -> None:
    seconds = probed()["seconds"]
    assert seconds["dynamics/warm/seed-1"] == pytest.approx(1000 * 2 * 32 * 0.001, rel=0.05)
    assert seconds["dynamics/hot/seed-1"] == pytest.approx(500 * 16 * 32 * 0.002, rel=0.05)
    assert seconds["speed/fit/seed-1/cu.cell-4-4-4"] > 3


def test_a_factor_grows_with_the_spread_and_with_what_was_not_measured() -> None:
    still, noisy = probed()["factor"], probed(steps=[[0.001, 0.0005, 0.002]] * 2)["factor"]
    partly = probed(dynamics=[], speed=[])
    assert 1 < still < noisy
    assert still < partly["factor"] < BEFORE["factor"]
    assert partly["seconds"]["dynamics/hot/seed-1"] == BEFORE["seconds"]["dynamics/hot/seed-1"]


def test_memory_is_known_of_trainings_and_of_the_jobs_that_were_measured() -> None:
    assert list(BEFORE["memory_bytes"]) == [TRAINING]
    found = probed()["memory_bytes"]
    assert found[TRAINING] == 4_000_000_000
    assert found["dynamics/hot/seed-1"] == 20
    assert "verdict/copper" not in found


def test_trainings_that_fit_alone_and_not_side_by_side_are_an_error() -> None:
    def errors(text: str) -> list[str]:
        spec, plan = checked(text), compiled(text)
        measured = {job.id: measurement() for job in plan.plan.jobs if job.kind == "train"}
        found = memory_errors(spec, plan._replace(estimate=estimate(plan.plan, None, measured)), measured)
        return [diagnostic.code for diagnostic in found]

    two_seeds = replaced("seeds = [1]", "seeds = [1, 2]")
    assert errors(TEXT) == []
    assert errors(two_seeds) == []
    assert errors(replaced("workers = 1", "workers = 2")) == []
    assert errors(replaced("workers = 1", "workers = 2", two_seeds)) == ["MLP0823"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": [[0.001, 0.002, 0.003]]},
        {"steps": [[float("nan")] * 3]},
        {"evaluation": [0.0, 0.0, 0.0]},
        {"setup": -1.0},
        {"speed": [{}]},
        {"dynamics": 3},
    ],
)
def test_figures_that_mean_nothing_are_no_measurement(wrong: dict[str, Any]) -> None:
    assert read_measurement({**ANSWER, **wrong}) is None


def test_the_sentence_counts_workers_and_what_they_wait_for() -> None:
    def words(text: str) -> str:
        return sentence(compiled(text), set(), in_words, "")

    assert "on 2 threads (analytic" in words(TEXT)
    assert "on 2 workers of 2 threads (analytic" in words(replaced("workers = 1", "workers = 2"))
    plan = compiled(replaced("workers = 1", "workers = 8"))
    chain = sum(plan.estimate["seconds"][job] for job in ("dataset/cu", TRAINING))
    assert plan.estimate["wall_seconds"] > chain


def test_what_a_gpu_takes_is_unknown_until_it_is_measured() -> None:
    plan = compiled(CUDA)
    found = plan.estimate
    assert found["seconds"]["dataset/cu"] > 0
    assert found["seconds"][TRAINING] is None
    assert (found["device_seconds"], found["wall_seconds"], found["factor"]) == (None, None, None)
    assert found["memory_bytes"] == {}
    told = sentence(plan, set(), in_words, "")
    assert "unknown" in told
    assert "--probe" in told
    assert budget_warnings(checked(CUDA), plan) == []


def test_a_plan_of_a_gpu_is_read_again_as_it_was_written(tmp_path: Path) -> None:
    plan = compiled(CUDA)
    again = read_plan(write_plan(plan, tmp_path), tmp_path / "plan.json")
    assert isinstance(again, Compiled)
    assert again.estimate == plan.estimate


def test_a_gpu_that_was_measured_has_its_seconds() -> None:
    plan = compiled(CUDA)
    found = estimate(plan.plan, None, {TRAINING: measurement()})
    assert found["seconds"][TRAINING] > 0


def test_what_is_left_can_be_known_where_what_is_reused_is_not() -> None:
    plan = compiled(CUDA)
    models = {job.id for job in plan.plan.jobs if job.backend}
    told = sentence(plan, models, in_words, "")
    assert "unknown" not in told
    assert "about" in told
