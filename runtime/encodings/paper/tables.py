"""The seed paper's tables of one data set, beside each number what its choices hide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from numbers import Integral
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
from mlipilot.runtime.encodings.paper.rows import AccuracyRow, PaperTables, SimilarityRow, SpectrumRow
from mlipilot.runtime.encodings.paper.similarity import WRAP, centred_direction, gram, quadratic_gram


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
        overflow: compute the Gram matrix of bits in 8-bit integers, as published. It changes nothing where no row has
            256 bits that are 1, and so no set of fewer than 256 bits: 8 bits a feature, those of fewer than 32
            features, such as `wine`, `breast_cancer` and `parity`.

    Raises:
        ValueError: `data` that is no `TabularData` or has no classes, an unknown method, no method, no seed, or an
            `overflow` that is neither True nor False.
    """
    _require_table(data)
    _require_switch(overflow)
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
        ValueError: `data` that is no `TabularData` or has no classes, an unknown method, no method, or no seed.
    """
    _require_table(data)
    methods, seeds = _methods_of(methods), _seeds_of(seeds)
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
    _require_table(data)
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

    `overflow` is that of `paper_compat`.

    Raises:
        ValueError: `data` that is no `TabularData` or has no classes, an `overflow` that is neither True nor False.
    """
    _require_switch(overflow)
    _require_table(data)
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


def _require_table(data: Any) -> None:
    if not isinstance(data, TabularData):
        raise ValueError(
            f'`data` must be a `TabularData`, not {_shown(data)}: load one, such as `datasets.load("wine")`, or make '
            "one of your arrays"
        )


def _require_switch(overflow: Any) -> None:
    if not isinstance(overflow, bool):
        raise ValueError(f"`overflow` must be True or False, not {_shown(overflow)}")


def _methods_of(methods: Any) -> tuple[str, ...]:
    if isinstance(methods, str | bytes) or not isinstance(methods, Iterable):
        raise ValueError(f'`methods` must be a list of names, such as ["amplitude"], not {_shown(methods)}')
    names = tuple(methods)
    unknown = [str(name) for name in names if not isinstance(name, str) or name not in METHODS]
    if unknown:
        raise ValueError(f"`methods` must be of {', '.join(METHODS)}, not {', '.join(unknown)}")
    if not names:
        raise ValueError(f"`methods` must name at least one of {', '.join(METHODS)}")
    return names


def _seeds_of(seeds: Any) -> tuple[int, ...]:
    if isinstance(seeds, str | bytes) or not isinstance(seeds, Iterable):
        raise ValueError(f"`seeds` must be a list of whole numbers, such as [42], not {_shown(seeds)}")
    numbers = tuple(seeds)
    for seed in numbers:
        if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= int(seed) < 2**32:
            raise ValueError(f"`seeds` must be whole numbers in [0, 2**32), not {_shown(seed)}")
    if not numbers:
        raise ValueError("`seeds` must name at least one split")
    return tuple(int(seed) for seed in numbers)


def _shown(value: Any) -> str:
    """Text, numbers and what is as short as it was written; of anything else its type."""
    short = value is None or isinstance(value, str | bool | int | float)
    return f"{value!r:.60}" if short else f"a {type(value).__name__}"


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
