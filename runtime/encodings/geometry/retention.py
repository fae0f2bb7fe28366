"""What of the input a representation keeps: its magnitude, its features, its distances."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import Any, NamedTuple

import numpy as np
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr
from sklearn.base import RegressorMixin
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mlipilot.runtime.encodings.geometry.centring import centre_columns, constant_columns, standardise_columns
from mlipilot.runtime.encodings.geometry.options import generator_of, whole
from mlipilot.runtime.encodings.geometry.representation import (
    Floats,
    Scaled,
    read_representation,
    require_same_samples,
)

PENALTIES = np.logspace(-6, 6, 13)
"""What a ridge chooses from, for each target on its own, by generalised cross-validation inside the fold."""


@dataclass(frozen=True)
class Predictability:
    """Out-of-fold R^2 of one thing predicted from the representation: 1 kept, about 0 lost; below 0 misleading.

    Attributes:
        ridge: by a linear map, on standardised columns; at most 1.
        neighbours: by the mean over nearest neighbours, on standardised columns; at most 1.
    """

    ridge: float
    neighbours: float


class MeanToSpread(NamedTuple):
    """Where a cloud of samples lies from the origin, in units of its width.

    Attributes:
        value: rho, at least 0: the norm of the mean over the root of the summed variances.
        reason: why it is infinite or NaN, where it is.
    """

    value: float
    reason: str = ""


@dataclass(frozen=True)
class Retention:
    """What a representation (n, D) keeps of its input (n, d).

    Attributes:
        norm: of |x|, the input's Euclidean norm.
        features: (d,) of each x_i; NaN of a constant one.
        distance_correlation: Spearman correlation, in [-1, 1], of Euclidean distances in the representation and in
            the input, over pairs.
        rho: ||mean|| / sqrt(tr covariance) of the input.
        reasons: why values are NaN, where they are.
    """

    norm: Predictability
    features: tuple[Predictability, ...]
    distance_correlation: float
    rho: MeanToSpread
    reasons: tuple[str, ...] = ()


def magnitude_retention(
    Z: Any, raw: Any, *, folds: int = 5, neighbours: int = 5, max_pairs: int = 2_000_000, random_state: Any = 0
) -> Retention:
    """How well the input's norm and features are predicted from a representation, and whether distances keep order.

    Args:
        Z: (n, D) the representation.
        raw: (n, d) the input that was encoded, in the same order.
        folds: of a shuffled K-fold. Below 2 `folds` samples the R^2 are NaN.
        neighbours: of the nearest-neighbour regression.
        max_pairs: above so many pairs, distances are those of a random part of the samples.
        random_state: seed or generator of folds and of that part.

    Raises:
        ValueError: a matrix that cannot be read: not two-dimensional, fewer than 2 samples, text, NaN or infinity (with
            its place), complex, uint64; different numbers of samples, fewer than 2 folds, 1 neighbour or 3 pairs.
    """
    found, given = read_representation(Z), read_representation(raw, "raw")
    require_same_samples(len(found.values), len(given.values), "Z", "raw")
    return retention_of(found, given, folds, neighbours, max_pairs, random_state)


def retention_of(
    found: Scaled, given: Scaled, folds: int = 5, neighbours: int = 5, max_pairs: int = 2_000_000, random_state: Any = 0
) -> Retention:
    """What a representation that was read keeps of its input."""
    for name, count, least in (("folds", folds, 2), ("neighbours", neighbours, 1), ("max_pairs", max_pairs, 3)):
        whole(name, count, least)
    generator = generator_of(random_state)
    seed = int(generator.randint(2**31))
    scores, reasons = _out_of_fold(found, given, folds, neighbours, seed)
    correlation, why = _distance_correlation(found, given, max_pairs, generator)
    return Retention(
        norm=scores[0],
        features=tuple(scores[1:]),
        distance_correlation=correlation,
        rho=mean_to_spread_of(given),
        reasons=tuple(reason for reason in (*reasons, why) if reason),
    )


def mean_to_spread(X: Any) -> MeanToSpread:
    """rho = ||mean|| / sqrt(tr covariance) (divisor n) of a representation (n, D).

    Where it is much above 1, normalising the rows is locally almost affine and keeps all but one direction; near 0 it
    keeps directions from the origin alone. Infinity where the samples do not differ, NaN where they are all 0 too.

    Raises:
        ValueError: a matrix that cannot be read: not two-dimensional, fewer than 2 samples, text, NaN or infinity (with
            its place), complex, uint64.
    """
    return mean_to_spread_of(read_representation(X, "X"))


def mean_to_spread_of(matrix: Scaled) -> MeanToSpread:
    """rho of a matrix that was read."""
    mean = float(np.linalg.norm(matrix.values.mean(axis=0)))
    centred = centre_columns(matrix)
    spread = float(np.sqrt((centred.values**2).sum() / len(centred.values)))
    if spread == 0:
        return MeanToSpread(inf if mean else nan, "the samples do not differ")
    # What was centred has a scale of its own, which may be far below that of the mean.
    return MeanToSpread(mean / spread / (centred.scale / matrix.scale))


def _out_of_fold(
    found: Scaled, given: Scaled, folds: int, neighbours: int, seed: int
) -> tuple[list[Predictability], list[str]]:
    """The predictability of |x| and of each x_i, and why some are NaN."""
    n, width = given.values.shape
    norms = np.linalg.norm(given.values, axis=1, keepdims=True)
    rounded = given.epsilon * max(1.0, width / 4)
    targets = np.hstack([standardise_columns(Scaled(norms, 1.0, rounded)).values, standardise_columns(given).values])
    constant = np.concatenate([constant_columns(Scaled(norms, 1.0, rounded)), constant_columns(given)])
    reasons = []
    if constant[0]:
        reasons.append("norm: |x| is the same for all samples")
    if constant[1:].any():
        names = ", ".join(str(column) for column in np.flatnonzero(constant[1:])[:5])
        reasons.append(f"features: {int(constant[1:].sum())} of {width} are constant (columns {names})")
    if n < 2 * folds:
        reasons = [f"norm, features: {folds} folds need at least {2 * folds} samples, got {n}"]
        constant[:] = True
    scores = np.full((2, width + 1), nan)
    varied = np.flatnonzero(~constant)
    if len(varied):
        columns = standardise_columns(found).values
        smallest = n - -(-n // folds)
        models = (
            RidgeCV(PENALTIES, alpha_per_target=len(varied) > 1),
            KNeighborsRegressor(min(neighbours, smallest)),
        )
        for row, model in zip(scores, models, strict=True):
            row[varied] = _r_squared(model, columns, targets[:, varied], folds, seed)
    return [Predictability(float(ridge), float(near)) for ridge, near in scores.T], reasons


def _r_squared(model: RegressorMixin, columns: Floats, targets: Floats, folds: int, seed: int) -> Floats:
    """(targets,) R^2 of predictions for samples that were left out, about the mean of all."""
    cv = KFold(folds, shuffle=True, random_state=seed)
    predicted = cross_val_predict(make_pipeline(StandardScaler(), model), columns, targets, cv=cv)
    residual = ((targets - predicted.reshape(targets.shape)) ** 2).sum(axis=0)
    return np.asarray(1 - residual / ((targets - targets.mean(axis=0)) ** 2).sum(axis=0))


def _distance_correlation(
    found: Scaled, given: Scaled, max_pairs: int, generator: np.random.RandomState
) -> tuple[float, str]:
    """Spearman correlation of pairwise distances, and why it is NaN."""
    n = len(found.values)
    rows = np.arange(n)
    if n * (n - 1) / 2 > max_pairs:
        rows = generator.permutation(n)[: int((1 + np.sqrt(1 + 8 * max_pairs)) / 2)]
    # Centred first, so that distances far below the values' size are not lost.
    distances = [pdist(centre_columns(matrix).values[rows]) for matrix in (found, given)]
    if any(np.ptp(distance) == 0 for distance in distances):
        return nan, "distance_correlation: all pairs of one side are equally far apart"
    return float(spearmanr(*distances).statistic), ""
