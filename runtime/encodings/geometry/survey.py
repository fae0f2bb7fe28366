"""The geometry of a representation in one call."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any

import numpy as np

from mlipilot.runtime.encodings.geometry.alignment import Alignment, align
from mlipilot.runtime.encodings.geometry.centring import constant_columns
from mlipilot.runtime.encodings.geometry.concentration import (
    Kernel,
    KernelEncoder,
    OffDiagonal,
    concentration,
    kernel_function,
    off_diagonal,
)
from mlipilot.runtime.encodings.geometry.condition import (
    Conditions,
    relative_condition_of,
    standardised_spectrum,
)
from mlipilot.runtime.encodings.geometry.description import Description
from mlipilot.runtime.encodings.geometry.difference import (
    geometric_difference,
    model_complexity,
)
from mlipilot.runtime.encodings.geometry.drawing import drawn_rows, read_rows, samples_of
from mlipilot.runtime.encodings.geometry.gram import Gram
from mlipilot.runtime.encodings.geometry.hamming import hamming_correlation, is_binary
from mlipilot.runtime.encodings.geometry.options import OR_NONE, generator_of, nonnegative, whole
from mlipilot.runtime.encodings.geometry.ranks import ranks_of
from mlipilot.runtime.encodings.geometry.representation import (
    Scaled,
    TargetKind,
    read_target,
    require_same_samples,
    target_kind,
)
from mlipilot.runtime.encodings.geometry.retention import mean_to_spread_of, retention_of
from mlipilot.runtime.encodings.geometry.spectrum import of_matrix


def describe(
    Z: Any,
    *,
    y: Any = None,
    raw: Any = None,
    kernel: Kernel | KernelEncoder | None = None,
    feature_counts: Sequence[int] | None = None,
    target: TargetKind = "auto",
    regularisation: float = 1e-3,
    cut_off: float | None = None,
    permutations: int = 999,
    bootstrap: int = 0,
    folds: int = 5,
    neighbours: int = 5,
    max_samples: int = 2000,
    random_state: Any = 0,
) -> Description:
    """Ranks, condition, alignment, difference, retention and concentration of a representation.

    Meant for a training fold. Takes O(min(n, D) n D) for spectra and, with `y` or `raw`, O(n^3) for the difference.

    Args:
        Z: (n, D) the representation, n >= 2, of any real type.
        y: (n,) classes or numbers to align with.
        raw: (n, d) the input that was encoded.
        kernel: of the concentration: an encoder, or another object with `fit` and `kernel`, of which a clone is fitted
            to the first m columns of `raw` for each m; or a function that gives (n, n) of those columns (n, m).
        feature_counts: the numbers of columns m; doubling by default.
        target: whether `y` holds `classes` or `numbers`; `auto` takes text and up to 30 different whole numbers as
            classes, and refuses more.
        regularisation: lambda of the regularised condition numbers, the difference and the complexity; in units of
            the mean eigenvalue of the matrix at hand.
        cut_off: share of sigma_1 at or below which a singular value counts as 0.
        permutations, bootstrap: of each alignment; 0 for none.
        folds, neighbours: of the retention.
        max_samples: of more, as many are drawn without replacement. Of an array or a sparse matrix the others are not
            read, so that NaN in them is not seen.
        random_state: seed or generator of all draws.

    Raises:
        ValueError: a matrix that cannot be read: not two-dimensional, fewer than 2 samples, text, NaN or infinity (with
            its place), complex, uint64; different numbers of samples; a target with NaN, or of more than 30 different
            whole numbers where `target` is `auto`; a `kernel` without `raw` or `feature_counts` without `kernel`; an
            option that is no number where one is expected, or is out of its range.

    >>> from sklearn.datasets import load_wine
    >>> from mlipilot.runtime.encodings.angle import AngleEncoder
    >>> X, y = load_wine(return_X_y=True)
    >>> encoder = AngleEncoder()
    >>> found = describe(encoder.fit_transform(X), y=y, raw=X, kernel=encoder, feature_counts=[2, 4, 8])
    >>> found.concentration.features
    (2, 4, 8)
    """
    _check_options(raw, kernel, feature_counts, regularisation, permutations, bootstrap, folds, neighbours)
    whole("max_samples", max_samples, 2)
    generator = generator_of(random_state)
    samples = samples_of(Z, "Z")
    if raw is not None:
        require_same_samples(samples, samples_of(raw, "raw"), "Z", "raw")
    kind = None if y is None else target_kind(y, samples, kind=target)
    rows = drawn_rows(samples, max_samples, generator)
    matrix = read_rows(Z, "Z", rows)
    given = None if raw is None else read_rows(raw, "raw", rows)
    labels = None if y is None or kind is None else read_target(y, samples, kind=kind)
    if rows is not None and labels is not None:
        labels = labels._replace(values=labels.values[rows])
        y = np.asarray(y)[rows]
    spectrum = of_matrix(matrix, centred=True, cut_off=cut_off)
    features = Gram.of_features(matrix)
    values = matrix.values
    seeds = [int(seed) for seed in generator.randint(2**31, size=3)]

    def aligned(other: Scaled | None, seed: int) -> Alignment | None:
        if other is None:
            return None
        return align(features, Gram.of_features(other), permutations, bootstrap, random_state=seed)

    return Description(
        samples=values.shape[0],
        columns=values.shape[1],
        constant_columns=int(constant_columns(matrix).sum()),
        ranks=ranks_of(spectrum),
        uncentred_ranks=ranks_of(of_matrix(matrix, centred=False, cut_off=cut_off)),
        condition=Conditions(
            relative_condition_of(spectrum, regularisation),
            relative_condition_of(standardised_spectrum(matrix, cut_off), regularisation),
        ),
        rho=mean_to_spread_of(matrix),
        cosine=_cosine(matrix),
        target_alignment=aligned(labels, seeds[0]),
        complexity=None
        if y is None
        else model_complexity(values @ values.T, y, target=kind or target, regularisation=regularisation),
        raw_alignment=aligned(given, seeds[1]),
        difference=None
        if given is None
        else geometric_difference(given.values @ given.values.T, values @ values.T, regularisation=regularisation),
        retention=None if given is None else retention_of(matrix, given, folds, neighbours, random_state=seeds[2]),
        hamming=hamming_correlation(values, given.values)
        if given is not None and is_binary(values * matrix.scale)
        else None,
        concentration=None
        if given is None or kernel is None
        else concentration(kernel, given.values * given.scale, feature_counts),
    )


def _check_options(
    raw: Any,
    kernel: Any,
    feature_counts: Any,
    regularisation: Any,
    permutations: Any,
    bootstrap: Any,
    folds: Any,
    neighbours: Any,
) -> None:
    """Refuse options before anything is computed."""
    if kernel is not None:
        if raw is None:
            raise ValueError("kernel is given without raw: give the input (n, d) whose columns it is computed of")
        kernel_function(kernel)
    elif feature_counts is not None:
        raise ValueError("feature_counts is given without kernel: give the encoder whose kernel is followed")
    nonnegative("regularisation", regularisation)
    whole("permutations", permutations, 0, OR_NONE)
    whole("bootstrap", bootstrap, 0, OR_NONE)
    whole("folds", folds, 2)
    whole("neighbours", neighbours, 1)


def _cosine(matrix: Scaled) -> OffDiagonal:
    """Cosines between samples, each row brought in scale before its norm is taken."""
    largest = np.abs(matrix.values).max(axis=1, keepdims=True)
    if (largest == 0).any():
        return OffDiagonal(nan, nan, f"sample {int(largest.argmin())} is all 0: it has no direction")
    rows = matrix.values / largest
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return off_diagonal(rows @ rows.T)
