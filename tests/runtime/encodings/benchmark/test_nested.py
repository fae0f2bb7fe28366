"""Nested cross-validation: what is tuned never sees what is measured, and every arm tries as many candidates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_info

from mlipilot.compiler.encodings.cells import Cell as CellName
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark.arms import Arm, Setting, control_arm, encoding_arm
from mlipilot.runtime.encodings.benchmark.candidates import Range, Whole, candidates
from mlipilot.runtime.encodings.benchmark.cells import Cell
from mlipilot.runtime.encodings.benchmark.folds import Samples, folds
from mlipilot.runtime.encodings.benchmark.measurement import measure
from mlipilot.runtime.encodings.benchmark.nested import FoldResult, predict, run_fold
from mlipilot.runtime.encodings.benchmark.representations import ENCODINGS
from mlipilot.runtime.encodings.benchmark.scores import METRICS, Predictions, measured
from mlipilot.runtime.encodings.controls import CONTROLS
from mlipilot.runtime.encodings.datasets import moons

SLOW = ("mlp", "boosting")


@pytest.fixture(scope="module")
def samples() -> Samples:
    data = moons(n_samples=80)
    return Samples(data.X, data.y, "classes")


def arms() -> Iterator[tuple[str, Arm]]:
    for scaling in ("none", "standard"):
        setting = Setting("classes", 2, scaling, seed=1)
        for kind in ENCODINGS:
            yield f"{kind}, linear, {scaling}", encoding_arm(kind, {}, "linear", setting)
            yield f"{kind}, neighbours, {scaling}", encoding_arm(kind, {}, "neighbours", setting)
            yield f"{kind}, kernel, {scaling}", encoding_arm(kind, {}, "kernel", setting)
        for kind in CONTROLS:
            yield f"{kind}, {scaling}", control_arm(kind, 8, setting)


ARMS = dict(arms())


@pytest.mark.parametrize("name", [name for name in ARMS if not name.startswith(SLOW)])
def test_rows_of_the_test_fold_change_nothing_of_what_was_fitted(name: str, samples: Samples) -> None:
    fold = next(folds(samples, 4, 0))
    spoilt = samples.X.copy()
    spoilt[fold.test] = np.random.default_rng(0).normal(1e3, 1e3, spoilt[fold.test].shape)
    arm = ARMS[name]
    tried = candidates(arm.space, 2, 30)
    honest = run_fold(arm.model, tried, samples, fold, 2, 0)
    garbage = run_fold(arm.model, tried, samples._replace(X=spoilt), fold, 2, 0)
    assert (honest.chosen, honest.inner_scores) == (garbage.chosen, garbage.inner_scores)
    probe = samples.of(fold.train)
    fitted = [
        clone(arm.model).set_params(**tried[0]).fit(source.X[fold.train], samples.y[fold.train])
        for source in (samples, samples._replace(X=spoilt))
    ]
    one, other = (np.asarray(predict(model, probe).labels) for model in fitted)
    assert np.array_equal(one, other)
    if len(fitted[0]) > 1:
        assert np.array_equal(*(model[:-1].transform(probe.X) for model in fitted))


@pytest.mark.parametrize(
    "name", ["angle, linear, standard", "angle, kernel, none", "angle, neighbours, none", "rbf, none", "raw, standard"]
)
def test_an_arm_learns_two_moons_better_than_chance(name: str, samples: Samples) -> None:
    arm = ARMS[name]
    scores = [
        run_fold(arm.model, candidates(arm.space, 5, 40), samples, fold, 3, 0).scores["balanced_accuracy"]
        for fold in folds(samples, 4, 0)
    ]
    assert np.mean(scores) > 0.75


class Remembering(ClassifierMixin, BaseEstimator):
    """Tells how many rows each fit has seen."""

    seen: ClassVar[list[int]] = []

    def __init__(self, strength: float = 1.0) -> None:
        self.strength = strength

    def fit(self, X: Any, y: Any) -> Remembering:
        self.seen.append(len(X))
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])


def test_each_candidate_is_tried_on_the_inner_folds_alone_and_the_first_of_the_best_is_taken(samples: Samples) -> None:
    Remembering.seen.clear()
    fold = next(folds(samples, 4, 0))
    found = run_fold(Remembering(), candidates({"strength": Range(0.1, 10)}, 5), samples, fold, 3, 0)
    assert Remembering.seen == [40] * 15 + [60]
    assert found.chosen == 0
    assert len(found.inner_scores) == 5
    assert np.isnan(found.scores["log_loss"])


def test_the_best_candidate_of_the_inner_folds_is_fitted_to_all_training_rows(samples: Samples) -> None:
    fold = next(folds(samples, 4, 0))
    tried = [{"C": 1e-6}, {"C": 1.0}]
    found = run_fold(LogisticRegression(), tried, samples, fold, 3, 0)
    assert found.chosen == int(np.argmax(found.inner_scores))
    again = LogisticRegression(**tried[found.chosen]).fit(samples.X[fold.train], samples.y[fold.train])
    expected = measured(predict(again, samples.of(fold.test)), "classes")
    assert dict(found.scores) == expected


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("task", ["classes", "numbers"])
def test_each_row_is_measured_once_and_groups_stay_on_one_side(task: Any, grouped: bool) -> None:
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(20), 3) if grouped else None
    y = rng.integers(0, 2, 60) if task == "classes" else rng.normal(size=60)
    samples = Samples(rng.normal(size=(60, 2)), y, task, groups)
    found = list(folds(samples, 5, 0))
    assert sorted(np.concatenate([fold.test for fold in found]).tolist()) == list(range(60))
    for fold in found:
        assert not set(fold.train) & set(fold.test)
        if groups is not None:
            assert not set(groups[fold.train]) & set(groups[fold.test])
    other = next(folds(samples, 5, 1))
    assert not np.array_equal(found[0].test, other.test)


@pytest.mark.parametrize("parameters", [1, 2, 3])
def test_candidates_are_as_many_as_asked_for_distinct_and_inside_their_ranges(parameters: int) -> None:
    space = {f"p{at}": Range(1e-3, 1e3) for at in range(parameters)}
    found = candidates(space, 5)
    assert len({tuple(sorted(one.items())) for one in found}) == 5
    for name, range_ in space.items():
        values = [one[name] for one in found]
        assert min(values) >= range_.low * (1 - 1e-12)
        assert max(values) <= range_.high * (1 + 1e-12)
        assert max(values) / min(values) > 1e3


@pytest.mark.parametrize(
    ("count", "expected"), [(1, [8]), (5, [1, 3, 8, 23, 64]), (12, [1, 2, 3, 4, 5, 7, 10, 14, 21])]
)
def test_whole_numbers_are_distinct_as_many_as_asked_for_and_rise(count: int, expected: list[int]) -> None:
    found = [one["k"] for one in candidates({"k": Whole(1, 64)}, count)]
    assert found[: len(expected)] == expected
    assert found == sorted(set(found))
    assert len(found) == count
    assert all(type(value) is int for value in found)


@pytest.mark.parametrize(("below", "expected"), [(3, [1, 2]), (6, [1, 2, 3, 4, 5]), (9, [1, 2, 3, 5, 8]), (2, [1])])
def test_whole_numbers_stay_below_the_training_rows_and_are_fewer_where_there_are_no_more(
    below: int, expected: list[int]
) -> None:
    assert [one["k"] for one in candidates({"k": Whole(1, 64)}, 5, below)] == expected


def test_metrics_of_perfect_and_of_constant_predictions() -> None:
    truth = np.array([0, 0, 1, 2])
    perfect = Predictions(truth, truth, np.eye(3)[truth], np.arange(3))
    assert measured(perfect, "classes") == pytest.approx(
        {"balanced_accuracy": 1, "accuracy": 1, "macro_f1": 1, "mcc": 1, "auprc": 1, "log_loss": 0}, abs=1e-9
    )
    constant = Predictions(truth, np.zeros(4, int), np.full((4, 3), 1 / 3), np.arange(3))
    assert measured(constant, "classes")["balanced_accuracy"] == pytest.approx(1 / 3)
    numbers = Predictions(np.array([1.0, 3.0]), np.array([2.0, 2.0]), None, None)
    assert measured(numbers, "numbers") == pytest.approx({"rmse": 1, "mae": 1, "r2": 0})
    assert list(METRICS) == ["classes", "numbers"]


def test_a_control_takes_arguments_and_a_head_and_is_cut_short_where_it_is_tuned() -> None:
    setting = Setting("numbers", 3)
    cubic = control_arm("polynomial", 6, setting, "neighbours", {"degree": 3})
    assert cubic.model.named_steps["represent"].degree == 3
    assert list(cubic.space) == ["head__n_neighbors"]
    network = control_arm("mlp", 6, setting, arguments={"layers": (8,)}).model.named_steps["head"].regressor
    assert (network.hidden_layer_sizes, network.max_iter) == ((8,), 200)
    with pytest.raises(ValueError, match="argument 'degree' is not known"):
        control_arm("fourier", 6, setting, arguments={"degree": 3})


def test_libraries_beneath_have_one_thread_unless_told(samples: Samples, monkeypatch: Any) -> None:
    seen: list[int] = []

    def noted(*_: Any) -> FoldResult:
        seen.append(max(pool["num_threads"] for pool in threadpool_info()))
        return FoldResult({}, 0, (), 0.0, 0.0)

    monkeypatch.setattr("mlipilot.runtime.encodings.benchmark.measurement.run_fold", noted)
    cell = Cell(CellName("raw", "same_head", "none", None, "linear", ""), ARMS["raw, none"])
    for threads in (1, 2):
        list(measure([cell], samples, Protocol(2, 1, 2), 0, threads=threads))
    assert seen == [1, 1, 2, 2]
