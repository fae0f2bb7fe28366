"""The seed paper's large data sets (arXiv:2605.24324, Datasets): where they are, and how their files are read.

Addresses, licences, sizes and shapes are as the publishers state them, checked against public sources. No file itself
was seen, so no hash stands here, and the first one that a cache sees is pinned there. The whole sets are loaded: the
paper's subsamples of Fashion-MNIST, CIFAR-10, HIGGS and Covertype are not part of this.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlipilot.runtime.encodings.datasets import parsers
from mlipilot.runtime.encodings.datasets.cache import DataCache, RemoteFile
from mlipilot.runtime.encodings.datasets.tabular import TabularData

UCI = "https://archive.ics.uci.edu"
FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
FASHION_PAGE = "https://github.com/zalandoresearch/fashion-mnist"
CIFAR = "https://www.cs.toronto.edu/~kriz"
FRAUD_PAGE = "https://www.kaggle.com/datasets/mlg-ulb/creditcardfraud"


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


def _file(name: str, address: str, page: str, megabytes: float | None = None) -> RemoteFile:
    return RemoteFile(name, (address,), page, megabytes)


REMOTE: dict[str, RemoteSet] = {
    "dry_bean": RemoteSet(
        (_file("dry_bean.zip", f"{UCI}/static/public/602/dry+bean+dataset.zip", f"{UCI}/dataset/602"),),
        parsers.parse_dry_bean,
        (13_611, 16),
        7,
        "CC BY 4.0",
    ),
    "credit_fraud": RemoteSet(
        (RemoteFile("creditcard.csv", (), FRAUD_PAGE, 151),),
        parsers.parse_credit_fraud,
        (284_807, 29),
        2,
        "Database Contents License 1.0",
    ),
    "fashion_mnist": RemoteSet(
        tuple(
            _file(name, f"{FASHION}/{name}", FASHION_PAGE, size)
            for name, size in (
                ("train-images-idx3-ubyte.gz", 26.4),
                ("train-labels-idx1-ubyte.gz", 0.03),
                ("t10k-images-idx3-ubyte.gz", 4.4),
                ("t10k-labels-idx1-ubyte.gz", 0.005),
            )
        ),
        parsers.parse_fashion_mnist,
        (70_000, 784),
        10,
        "MIT",
    ),
    "cifar10": RemoteSet(
        (_file("cifar-10-binary.tar.gz", f"{CIFAR}/cifar-10-binary.tar.gz", f"{CIFAR}/cifar.html", 170),),
        parsers.parse_cifar10,
        (60_000, 3_072),
        10,
        "not stated by its publisher",
    ),
    "higgs": RemoteSet(
        (_file("HIGGS.csv.gz", f"{UCI}/ml/machine-learning-databases/00280/HIGGS.csv.gz", f"{UCI}/dataset/280", 2816),),
        parsers.parse_higgs,
        (11_000_000, 28),
        2,
        "CC BY 4.0",
    ),
    "covertype": RemoteSet(
        (
            _file(
                "covtype.data.gz",
                f"{UCI}/ml/machine-learning-databases/covtype/covtype.data.gz",
                f"{UCI}/dataset/31",
                11.2,
            ),
        ),
        parsers.parse_covertype,
        (581_012, 54),
        7,
        "CC BY 4.0",
    ),
}
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
