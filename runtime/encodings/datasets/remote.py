"""The seed paper's large data sets (arXiv:2605.24324, Datasets): where they are, and how their files are read.

Their files and sizes are in `mlipilot.compiler.encodings.data.large`. The whole sets are loaded: the paper's subsamples
of Fashion-MNIST, CIFAR-10, HIGGS and Covertype are not part of this.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlipilot.compiler.encodings.data.large import LARGE, RemoteFile
from mlipilot.runtime.encodings.datasets import parsers
from mlipilot.runtime.encodings.datasets.cache import DataCache
from mlipilot.runtime.encodings.datasets.tabular import TabularData


@dataclass(frozen=True)
class RemoteSet:
    """A data set whose files are fetched.

    Attributes:
        files: all of them are needed.
        parse: from the paths of the files, by name, to features, labels and names.
        shape: (n_samples, n_features) of the whole set; a set of another shape is refused.
        n_classes: labels are 0 … n_classes - 1.
        licence: as its publisher states it.
    """

    files: tuple[RemoteFile, ...]
    parse: parsers.Parser
    shape: tuple[int, int]
    n_classes: int
    licence: str


_PARSERS: dict[str, parsers.Parser] = {
    "dry_bean": parsers.parse_dry_bean,
    "credit_fraud": parsers.parse_credit_fraud,
    "fashion_mnist": parsers.parse_fashion_mnist,
    "cifar10": parsers.parse_cifar10,
    "higgs": parsers.parse_higgs,
    "covertype": parsers.parse_covertype,
}


def _remote(name: str) -> RemoteSet:
    large = LARGE[name]
    assert large.facts.counts is not None
    shape = (large.facts.samples, large.facts.features)
    return RemoteSet(large.files, _PARSERS[name], shape, len(large.facts.counts), large.licence)


REMOTE: dict[str, RemoteSet] = {name: _remote(name) for name in LARGE}
"""name -> its files and how they are read."""


def load_remote(
    name: str,
    *,
    cache: DataCache | str | os.PathLike[str] | None = None,
    download: bool = False,
    table: Mapping[str, RemoteSet] = REMOTE,
) -> TabularData:
    """A large data set from its files in `cache`; nothing is fetched unless `download` is True.

    Args:
        name: one of `table`.
        cache: a `DataCache`, or the path of its folder; default: `DataCache()`.
        download: fetch what the cache lacks. Every file is hashed at each load and compared with what was seen first.
        table: the sets that there are.

    Raises:
        ValueError: an unknown name, a `cache` or `download` of another type, or a set of another form or shape than the
            table's.
        DataUnavailableError: a file is not in the cache; the message names the set, the file, its place and address.
        HashMismatchError: a file's bytes differ from those seen before.
    """
    if name not in table:
        raise ValueError(f"`name` must be one of {', '.join(table)}, not {name!r}")
    entry = table[name]
    cache = _cache_of(cache)
    paths: dict[str, Path] = {file.name: cache.obtain(name, file, download=download) for file in entry.files}
    try:
        X, y, feature_names = entry.parse(paths)
    except parsers.UNREADABLE as error:
        raise ValueError(f"data set {name!r}: its files cannot be read ({error}); fetch them afresh") from error
    if X.shape != entry.shape or y.min() < 0 or y.max() >= entry.n_classes:
        raise ValueError(
            f"data set {name!r} must have the shape {entry.shape} and labels below {entry.n_classes}, "
            f"not {X.shape} and labels {y.min()} to {y.max()}: its file is not the whole set"
        )
    return TabularData(name, X, y, "classes", feature_names, entry.files[0].page, entry.licence)


def _cache_of(given: object) -> DataCache:
    """The cache of what was given."""
    if isinstance(given, DataCache):
        return given
    if given is None or isinstance(given, str | os.PathLike):
        return DataCache(given)
    raise ValueError(f"`cache` must be a `DataCache` or the path of its folder, not {given!r:.60}")
