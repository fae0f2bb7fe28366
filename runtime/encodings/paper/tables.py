"""The seed paper's tables of one data set, beside each number what its choices hide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.kernel_approximation import RBFSampler
from sklearn.preprocessing import StandardScaler

from mlipilot.runtime.encodings.datasets import TabularData
from mlipilot.runtime.encodings.geometry.condition import condition_of
from mlipilot.runtime.encodings.geometry.ranks import ranks_of
from mlipilot.runtime.encodings.geometry.spectrum import spectrum
from mlipilot.runtime.encodings.paper.caveats import Caveat
from mlipilot.runtime.encodings.paper.maps import ENCODINGS, dimensions
from mlipilot.runtime.encodings.paper.methods import FAST, METHODS
from mlipilot.runtime.encodings.paper.protocol import GEOMETRY_SEED, SEEDS, similarity_rows, spectra_rows, split
from mlipilot.runtime.encodings.paper.similarity import WRAP, centred_direction, gram, quadratic_gram


@dataclass(frozen=True)
class AccuracyRow:
    """Test accuracies of a method, one a seed, in [0, 1]."""

    dataset: str
    method: str
    dimension: int
    seeds: tuple[int, ...]
    accuracies: tuple[float, ...]
    hides: frozenset[Caveat]

    @property
    def mean(self) -> float:
        """Mean over the seeds, the number that the paper prints."""
        return float(np.mean(self.accuracies))


@dataclass(frozen=True)
class SpectrumRow:
    """Spectrum of an encoding on `n_rows` training rows: effective rank and condition number, both un-centred."""

    dataset: str
    encoding: str
    dimension: int
    n_rows: int
    effective_rank: float
    condition_number: float
    hides: frozenset[Caveat]

    @property
    def log10_condition(self) -> float:
        """Decimal logarithm of the condition number."""
        return float(np.log10(self.condition_number))


@dataclass(frozen=True)
class SimilarityRow:
    """Biased linear CKA of two representations on `n_rows` rows; in [0, 1] unless a Gram matrix overflowed."""

    dataset: str
    first: str
    second: str
    n_rows: int
    cka: float
    hides: frozenset[Caveat]


@dataclass(frozen=True)
class PaperTables:
    """What the seed paper prints of a data set."""

    accuracy: tuple[AccuracyRow, ...]
    spectra: tuple[SpectrumRow, ...]
    similarity: tuple[SimilarityRow, ...]


def paper_compat(
    data: TabularData,
    *,
    methods: Sequence[str] = FAST,
    seeds: Sequence[int] = SEEDS,
    overflow: bool = False,
) -> PaperTables:
    """The seed paper's tables of a data set in its own choices: accuracy, spectra and similarities.

    Args:
        data: with classes. The paper's own numbers come from `wine`, `breast_cancer`, `parity` and `high_rank_noise`.
        methods: of `METHODS`; default: those that take seconds.
        seeds: of the splits; default: the paper's.
        overflow: compute the Gram matrix of bits in 8-bit integers, as published.

    Raises:
        ValueError: data without classes, an unknown method, or no seed.
    """
    return PaperTables(
        accuracy=accuracy_table(data, methods=methods, seeds=seeds),
        spectra=spectrum_table(data),
        similarity=similarity_table(data, overflow=overflow),
    )


def accuracy_table(
    data: TabularData, *, methods: Sequence[str] = FAST, seeds: Sequence[int] = SEEDS
) -> tuple[AccuracyRow, ...]:
    """One row a method: its test accuracies on the stratified 80/20 splits of `seeds`.

    Raises:
        ValueError: data without classes, an unknown method, or no seed.
    """
    unknown = [name for name in methods if name not in METHODS]
    if unknown:
        raise ValueError(f"`methods` must be of {', '.join(METHODS)}, not {', '.join(unknown)}")
    if not seeds:
        raise ValueError("`seeds` must name at least one split")
    folds = {seed: split(data, seed) for seed in seeds}
    table = []
    for name in methods:
        method = METHODS[name]
        trials = [method.try_on(folds[seed], seed) for seed in seeds]
        stopped = frozenset() if all(trial.converged for trial in trials) else frozenset({Caveat.NOT_CONVERGED})
        table.append(
            AccuracyRow(
                dataset=data.name,
                method=name,
                dimension=method.dimension(data.n_features),
                seeds=tuple(seeds),
                accuracies=tuple(trial.accuracy for trial in trials),
                hides=method.hides | stopped,
            )
        )
    return tuple(table)


def spectrum_table(data: TabularData) -> tuple[SpectrumRow, ...]:
    """One row an encoding, on at most 2000 training rows of seed 42; ValueError where `data` has no classes."""
    train = split(data, GEOMETRY_SEED).train
    rows = spectra_rows(data.name, len(train))
    table = []
    for name, encode in ENCODINGS.items():
        encoded = encode(train, train[rows])
        found = spectrum(encoded, centred=False)
        table.append(
            SpectrumRow(
                dataset=data.name,
                encoding=name,
                dimension=encoded.shape[1],
                n_rows=len(rows),
                effective_rank=ranks_of(found).effective,
                condition_number=condition_of(found, 0.0).number,
                hides=_hidden_of(name) | {Caveat.UNCENTRED_RANK},
            )
        )
    return tuple(table)


def similarity_table(data: TabularData, *, overflow: bool = False) -> tuple[SimilarityRow, ...]:
    """One row a pair of representations: biased CKA on at most 2000 rows of the whole set, fitted at seed 42.

    The controls are not those of the accuracies: PCA and monomials are taken of standardised features, and RFF has as
    many components as the encodings' dimensions are on average.

    Raises:
        ValueError: data without classes.
    """
    train = split(data, GEOMETRY_SEED).train
    rows = similarity_rows(data.n_samples)
    grams, overflowed = _grams(train, data.X[rows], overflow)
    directions = {name: centred_direction(matrix) for name, matrix in grams.items()}
    table = []
    for first, second in combinations(directions, 2):
        hides = _hidden_of(first) | _hidden_of(second) | {Caveat.UNMATCHED_DIMENSIONS, Caveat.TEST_ROWS}
        if overflowed and "basis" in (first, second):
            hides |= {Caveat.UINT8_OVERFLOW}
        cka = float(np.vdot(directions[first], directions[second]))
        table.append(SimilarityRow(data.name, first, second, len(rows), cka, hides))
    return tuple(table)


def _grams(
    train: NDArray[np.float64], X: NDArray[np.float64], overflow: bool
) -> tuple[dict[str, NDArray[np.float64]], bool]:
    """Gram matrices of `X` (n, n) by representation, and whether one of them overflowed."""
    encoded = {name: encode(train, X) for name, encode in ENCODINGS.items()}
    overflowed = overflow and bool(np.max(encoded["basis"].sum(axis=1, dtype=np.int64)) >= WRAP)
    grams = {name: gram(matrix, overflow=overflow) for name, matrix in encoded.items()}
    scaler = StandardScaler().fit(train)
    fitted, scaled = scaler.transform(train), scaler.transform(X)
    for name, represent in _CONTROLS.items():
        grams[name] = represent(fitted, scaled)
    return grams, overflowed


def _raw(train: NDArray[Any], X: NDArray[Any]) -> NDArray[np.float64]:
    return gram(X)


def _rff(train: NDArray[Any], X: NDArray[Any]) -> NDArray[np.float64]:
    sizes = list(dimensions(X.shape[1]).values())
    components = round(sum(sizes) / len(sizes))
    sampler = RBFSampler(gamma=1.0 / X.shape[1], n_components=components, random_state=GEOMETRY_SEED)
    return gram(sampler.fit(train).transform(X))


def _pca(train: NDArray[Any], X: NDArray[Any]) -> NDArray[np.float64]:
    components = max(1, min(X.shape[1] - 1, len(train)))
    return gram(PCA(components, random_state=GEOMETRY_SEED).fit(train).transform(X))


def _poly2(train: NDArray[Any], X: NDArray[Any]) -> NDArray[np.float64]:
    return quadratic_gram(X)


_CONTROLS: dict[str, Callable[[NDArray[Any], NDArray[Any]], NDArray[np.float64]]] = {
    "raw_linear": _raw,
    "rff": _rff,
    "pca": _pca,
    "poly2": _poly2,
}
"""name -> from standardised training rows and rows to their Gram matrix."""


def _hidden_of(representation: str) -> frozenset[Caveat]:
    return frozenset({Caveat.UNSCALED_AMPLITUDE}) if representation == "amplitude" else frozenset()
