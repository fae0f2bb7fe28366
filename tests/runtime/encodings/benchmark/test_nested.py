"""Nested cross-validation: what is tuned never sees what is measured, and every arm tries as many candidates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression

from mlipilot.runtime.encodings.benchmark.arms import Arm, Setting, control_arm, encoding_arm
from mlipilot.runtime.encodings.benchmark.candidates import Range, candidates
from mlipilot.runtime.encodings.benchmark.folds import Samples, folds
from mlipilot.runtime.encodings.benchmark.nested import predict, run_fold
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
    tried = candidates(arm.space, 2)
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


@pytest.mark.parametrize("name", ["angle, linear, standard", "angle, kernel, none", "rbf, none", "raw, standard"])
def test_an_arm_learns_two_moons_better_than_chance(name: str, samples: Samples) -> None:
    arm = ARMS[name]
    scores = [
        run_fold(arm.model, candidates(arm.space, 5), samples, fold, 3, 0).scores["balanced_accuracy"]
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
