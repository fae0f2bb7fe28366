"""Nested cross-validation of one arm: what is tuned on inner folds is measured on rows that nothing of it has seen."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from mlipilot.runtime.encodings.benchmark.folds import Fold, Samples, folds
from mlipilot.runtime.encodings.benchmark.scores import Predictions, measured, primary

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
    model: Any, candidates: Sequence[Candidate], samples: Samples, fold: Fold, inner: int, seed: int
) -> FoldResult:
    """Tune a model on inner folds of the training rows, fit it to all of them, and measure it on the test rows.

    Args:
        model: an estimator that is not fitted, with everything that learns inside: scaling, bins, encoder, head.
        candidates: what is tried; the first of the best is taken.
        samples: all rows.
        fold: of the outer folds.
        inner: folds of the training rows, alike for all arms.
        seed: of the inner folds.
    """
    training, testing = samples.of(fold.train), samples.of(fold.test)
    inner_scores = tuple(_inner_scores(model, candidates, training, inner, seed))
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
    labels: NDArray[Any] = model.predict(samples.X)
    if samples.task == "numbers":
        return Predictions(samples.y, labels, None, None)
    shares = model.predict_proba(samples.X) if hasattr(model, "predict_proba") else None
    return Predictions(samples.y, labels, shares, model.classes_)


def _inner_scores(model: Any, candidates: Sequence[Candidate], training: Samples, inner: int, seed: int) -> list[float]:
    """The mean over the inner folds of each candidate's primary score, of which the greater is the better."""
    splits = list(folds(training, inner, seed))
    return [
        float(np.mean([_score(clone(model).set_params(**candidate), training, split) for split in splits]))
        for candidate in candidates
    ]


def _score(model: Any, samples: Samples, fold: Fold) -> float:
    training, testing = samples.of(fold.train), samples.of(fold.test)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # told of the candidate that is chosen
        model.fit(training.X, training.y)
    _, metric = primary(samples.task)
    score = float(metric.of(Predictions(testing.y, model.predict(testing.X), None, None)))
    # A candidate without a score never wins.
    return metric.merit(score) if np.isfinite(score) else -np.inf


__all__ = ["Candidate", "FoldResult", "predict", "run_fold"]
