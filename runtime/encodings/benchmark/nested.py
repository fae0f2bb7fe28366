"""Nested cross-validation of one arm: what is tuned on inner folds is measured on rows that nothing of it has seen."""

from __future__ import annotations

import time
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline

from mlipilot.runtime.encodings.benchmark.folds import Fold, Samples, folds
from mlipilot.runtime.encodings.benchmark.paths import Data, labels_along
from mlipilot.runtime.encodings.benchmark.scores import Metric, Predictions, measured, primary
from mlipilot.runtime.encodings.benchmark.shared import Shared
from mlipilot.runtime.encodings.datasets.tabular import Task

Candidate = Mapping[str, Any]
"""Parameters of a pipeline, such as `svc__C`."""


@dataclass(frozen=True)
class FoldResult:
    """An arm on one outer fold."""

    scores: Mapping[str, float]
    """By the name of the metric, on the test rows."""
    chosen: int
    """Which candidate the inner folds chose."""
    inner_scores: tuple[float, ...]
    """Mean primary score of each candidate over the inner folds; greater is better."""
    fit_seconds: float
    predict_seconds: float
    warnings: tuple[str, ...] = ()
    """What was said while the chosen candidate was fitted, once each."""


def run_fold(
    model: Any,
    candidates: Sequence[Candidate],
    samples: Samples,
    fold: Fold,
    inner: int,
    seed: int,
    shared: Shared | None = None,
    metric: str = "",
) -> FoldResult:
    """Tune a model on inner folds of the training rows, fit it to all of them, and measure it on the test rows.

    Args:
        model: an estimator that is not fitted, with everything that learns inside: scaling, bins, encoder, head.
        candidates: what is tried; the first of the best is taken.
        samples: all rows.
        fold: of the outer folds.
        inner: folds of the training rows, alike for all arms.
        seed: of the inner folds.
        shared: what was made of these rows for this model in other folds; only the inner folds take from it.
        metric: what is tuned; empty for the first of the task.
    """
    training, testing = samples.of(fold.train), samples.of(fold.test)
    shared = shared or Shared(samples.X)
    inner_scores = _inner_scores(model, candidates, samples, fold, inner, seed, shared, metric)
    chosen = int(np.argmax(inner_scores))
    best = clone(model).set_params(**candidates[chosen])
    began = time.perf_counter()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        best.fit(training.X, training.y)
    fitted = time.perf_counter()
    predictions = predict(best, testing)
    ended = time.perf_counter()
    return FoldResult(
        measured(predictions, samples.task),
        chosen,
        inner_scores,
        fitted - began,
        ended - fitted,
        tuple(dict.fromkeys(str(one.message) for one in said)),
    )


def predict(model: Any, samples: Samples) -> Predictions:
    """What a fitted model says of samples."""
    return _said(model, samples.X, samples.y, samples.task)


def _said(model: Any, asked: NDArray[Any], truth: NDArray[Any], task: Task) -> Predictions:
    labels: NDArray[Any] = model.predict(asked)
    if task == "numbers":
        return Predictions(truth, labels, None, None)
    shares = model.predict_proba(asked) if hasattr(model, "predict_proba") else None
    return Predictions(truth, labels, shares, model.classes_)


def _inner_scores(
    model: Any,
    candidates: Sequence[Candidate],
    samples: Samples,
    fold: Fold,
    inner: int,
    seed: int,
    shared: Shared,
    metric: str,
) -> tuple[float, ...]:
    """The mean over the inner folds of each candidate's primary score, of which the greater is the better."""
    splits = [
        Fold(fold.train[split.train], fold.train[split.test]) for split in folds(samples.of(fold.train), inner, seed)
    ]
    _, judged = primary(samples.task, metric)
    found = np.empty((len(candidates), len(splits)))
    for tuned in _tunings(model, candidates):
        for column, split in enumerate(splits):
            targets = samples.y[split.train]
            seen, asked = shared.parts(tuned.steps, tuned.parameters, targets, split.train, split.test)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)  # told of the candidate that is chosen
                said = _along(tuned, Data(seen, targets, asked), samples.y[split.test], judged)
            for place, own in zip(tuned.places, said, strict=True):
                found[place, column] = _merit(own, judged)
    return tuple(float(np.mean(scores)) for scores in found)


class _Tuning(NamedTuple):
    """Candidates that differ in their head alone."""

    steps: Sequence[tuple[str, Any]]
    parameters: Hashable
    """What of the steps was tuned."""
    head: Any
    candidates: Sequence[Candidate]
    """Of the head."""
    places: Sequence[int]
    """Of the candidates among all of them."""


def _tunings(model: Any, candidates: Sequence[Candidate]) -> Iterator[_Tuning]:
    """Candidates by what they change before the head; a model that is no pipeline is a head."""
    prefix = f"{model.steps[-1][0]}__" if isinstance(model, Pipeline) else ""
    groups: dict[tuple[tuple[str, Any], ...], list[int]] = {}
    for place, candidate in enumerate(candidates):
        before = tuple(sorted((name, value) for name, value in candidate.items() if not name.startswith(prefix)))
        groups.setdefault(before, []).append(place)
    for before, places in groups.items():
        made = clone(model).set_params(**dict(before))
        own = [
            {name.removeprefix(prefix): value for name, value in candidates[place].items() if name.startswith(prefix)}
            for place in places
        ]
        steps, head = (made.steps[:-1], made.steps[-1][1]) if isinstance(made, Pipeline) else ([], made)
        yield _Tuning(steps, before, head, own, places)


def _along(tuned: _Tuning, data: Data, truth: NDArray[Any], metric: Metric) -> list[Predictions]:
    """What the head says under each of its candidates; of probabilities one by one."""
    if not metric.needs_shares:
        labels = labels_along(tuned.head, tuned.candidates, data)
        return [Predictions(truth, own, None, None) for own in labels]
    models = (clone(tuned.head).set_params(**one).fit(data.seen, data.targets) for one in tuned.candidates)
    return [_said(model, data.asked, truth, "classes") for model in models]


def _merit(predictions: Predictions, metric: Metric) -> float:
    if metric.needs_shares and predictions.shares is None:
        return -np.inf
    score = float(metric.of(predictions))
    # A candidate without a score never wins.
    return metric.merit(score) if np.isfinite(score) else -np.inf


__all__ = ["Candidate", "FoldResult", "predict", "run_fold"]
