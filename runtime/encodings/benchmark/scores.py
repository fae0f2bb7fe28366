"""What is measured of predictions on a test fold, in the order in which it is shown; the first is what is judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from mlipilot.runtime.encodings.datasets.tabular import Task


class Predictions(NamedTuple):
    """Of the rows of a test fold."""

    truth: NDArray[Any]
    """(n,)"""
    labels: NDArray[Any]
    """(n,) classes or numbers."""
    shares: NDArray[np.float64] | None
    """(n, classes) probabilities, where the model has them."""
    classes: NDArray[Any] | None
    """(classes,) in their order."""


class Metric(NamedTuple):
    """A figure of predictions."""

    of: Callable[[Predictions], float]
    greater_is_better: bool
    needs_shares: bool = False
    least: float = 0.0
    most: float = math.inf
    """What it can be."""

    def merit(self, score: float) -> float:
        """A score, or its negative, of which the greater is the better."""
        return score if self.greater_is_better else -score


def _precision(found: Predictions) -> float:
    """Area under the curve of precision and recall, the mean over classes."""
    assert found.shares is not None
    assert found.classes is not None
    present = [at for at, label in enumerate(found.classes) if (found.truth == label).any()]
    areas = [metrics.average_precision_score(found.truth == found.classes[at], found.shares[:, at]) for at in present]
    return float(np.mean(areas))


def _macro_f1(found: Predictions) -> float:
    return float(metrics.f1_score(found.truth, found.labels, average="macro", zero_division=0.0))


METRICS: Mapping[Task, Mapping[str, Metric]] = MappingProxyType(
    {
        "classes": {
            "balanced_accuracy": Metric(lambda p: metrics.balanced_accuracy_score(p.truth, p.labels), True, most=1.0),
            "accuracy": Metric(lambda p: metrics.accuracy_score(p.truth, p.labels), True, most=1.0),
            "macro_f1": Metric(_macro_f1, True, most=1.0),
            "mcc": Metric(lambda p: metrics.matthews_corrcoef(p.truth, p.labels), True, least=-1.0, most=1.0),
            "auprc": Metric(_precision, True, needs_shares=True, most=1.0),
            "log_loss": Metric(
                lambda p: metrics.log_loss(p.truth, p.shares, labels=p.classes), False, needs_shares=True
            ),
        },
        "numbers": {
            "rmse": Metric(lambda p: metrics.root_mean_squared_error(p.truth, p.labels), False),
            "mae": Metric(lambda p: metrics.mean_absolute_error(p.truth, p.labels), False),
            "r2": Metric(lambda p: metrics.r2_score(p.truth, p.labels), True, least=-math.inf, most=1.0),
        },
    }
)


def primary(task: Task, name: str = "") -> tuple[str, Metric]:
    """The metric that is tuned and judged: the one of this name, or the first of a task."""
    return (name, METRICS[task][name]) if name else next(iter(METRICS[task].items()))


def measured(predictions: Predictions, task: Task) -> dict[str, float]:
    """All metrics of a task; not a number where the model has no probabilities."""
    return {
        name: float("nan") if metric.needs_shares and predictions.shares is None else float(metric.of(predictions))
        for name, metric in METRICS[task].items()
    }


__all__ = ["METRICS", "Metric", "Predictions", "measured", "primary"]
