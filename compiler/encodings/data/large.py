"""Large sets: their files, where these are kept, and how large they are.

Addresses, licences, sizes and shapes are as the publishers state them, checked against public sources. No file itself
was seen, so no hash stands here: the first one that a cache sees is pinned there.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mlipilot.compiler.encodings.data.sample_facts import Fault, SampleFacts
from mlipilot.spec.numerals import size as shown_size
from mlipilot.spec.numerals import whole

FOLDER_VARIABLE = "MLIPILOT_DATASETS"
UCI = "https://archive.ics.uci.edu"
FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
FASHION_PAGE = "https://github.com/zalandoresearch/fashion-mnist"
CIFAR = "https://www.cs.toronto.edu/~kriz"
FRAUD_PAGE = "https://www.kaggle.com/datasets/mlg-ulb/creditcardfraud"


@dataclass(frozen=True)
class RemoteFile:
    """One file of a data set as its publisher names it.

    Attributes:
        name: under which it lies in the cache.
        urls: where to fetch it, tried in turn; empty where the publisher wants a person to sign in.
        page: for a person: where to get it by hand.
        megabytes: about how large it is, as its publisher states; None where it does not.
        sha256: of bytes that were seen; None where they never were.
    """

    name: str
    urls: tuple[str, ...]
    page: str
    megabytes: float | None = None
    sha256: str | None = None


class LargeSet(NamedTuple):
    """A set whose files are fetched."""

    files: tuple[RemoteFile, ...]
    """All of them are needed."""
    facts: SampleFacts
    """Of the whole set."""
    licence: str
    """As its publisher states it."""


def _file(name: str, address: str, page: str, megabytes: float | None = None) -> RemoteFile:
    return RemoteFile(name, (address,), page, megabytes)


def _classes(features: int, counts: tuple[int, ...]) -> SampleFacts:
    return SampleFacts(sum(counts), features, "classes", counts)


LARGE = {
    "dry_bean": LargeSet(
        (_file("dry_bean.zip", f"{UCI}/static/public/602/dry+bean+dataset.zip", f"{UCI}/dataset/602"),),
        _classes(16, (2027, 1322, 522, 1630, 3546, 1928, 2636)),
        "CC BY 4.0",
    ),
    "credit_fraud": LargeSet(
        (RemoteFile("creditcard.csv", (), FRAUD_PAGE, 151),),
        _classes(29, (284_315, 492)),
        "Database Contents License 1.0",
    ),
    "fashion_mnist": LargeSet(
        tuple(
            _file(name, f"{FASHION}/{name}", FASHION_PAGE, size)
            for name, size in (
                ("train-images-idx3-ubyte.gz", 26.4),
                ("train-labels-idx1-ubyte.gz", 0.03),
                ("t10k-images-idx3-ubyte.gz", 4.4),
                ("t10k-labels-idx1-ubyte.gz", 0.005),
            )
        ),
        _classes(784, (7000,) * 10),
        "MIT",
    ),
    "cifar10": LargeSet(
        (_file("cifar-10-binary.tar.gz", f"{CIFAR}/cifar-10-binary.tar.gz", f"{CIFAR}/cifar.html", 170),),
        _classes(3072, (6000,) * 10),
        "not stated by its publisher",
    ),
    "higgs": LargeSet(
        (_file("HIGGS.csv.gz", f"{UCI}/ml/machine-learning-databases/00280/HIGGS.csv.gz", f"{UCI}/dataset/280", 2816),),
        _classes(28, (5_170_877, 5_829_123)),
        "CC BY 4.0",
    ),
    "covertype": LargeSet(
        (
            _file(
                "covtype.data.gz",
                f"{UCI}/ml/machine-learning-databases/covtype/covtype.data.gz",
                f"{UCI}/dataset/31",
                11.2,
            ),
        ),
        _classes(54, (211_840, 283_301, 35_754, 2747, 9493, 17_367, 20_510)),
        "CC BY 4.0",
    ),
}
"""By name."""


def cache_folder() -> Path:
    """Where files of large sets lie, a subfolder a set: `MLIPILOT_DATASETS`, else in the user's cache folder."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlipilot" / "datasets"


def drawn(counts: Sequence[int], rows: int) -> tuple[int, ...]:
    """How many of each class are drawn, so that `rows` are in the shares of the classes: largest remainders first."""
    total = sum(counts)
    shares = [count * rows for count in counts]
    kept = [share // total for share in shares]
    by_remainder = sorted(range(len(counts)), key=lambda place: (-(shares[place] % total), place))
    for place in by_remainder[: rows - sum(kept)]:
        kept[place] += 1
    return tuple(kept)


def facts(kind: str, rows: int | None) -> SampleFacts:
    """What a set has, or so many rows of it."""
    whole_set = LARGE[kind].facts
    assert whole_set.counts is not None
    if rows is None or rows >= whole_set.samples:
        return whole_set
    return whole_set._replace(samples=rows, counts=drawn(whole_set.counts, rows))


def too_many_rows(kind: str, rows: int | None) -> Fault | None:
    """That a set has fewer samples than are asked for."""
    samples = LARGE[kind].facts.samples
    if rows is None or rows <= samples:
        return None
    return Fault(
        "MLP1213", f"`{kind}` has {whole(samples)} samples, fewer than {whole(rows)}", "rows", help="leave `rows` out"
    )


def missing_files(kind: str) -> Fault | None:
    """The files of a set that are not here, with where to put them and where to get them."""
    folder = cache_folder() / kind
    missing = [file for file in LARGE[kind].files if not (folder / file.name).is_file()]
    if not missing:
        return None
    names = ", ".join(f"`{file.name}`" for file in missing)
    size = sum(file.megabytes or 0.0 for file in missing)
    come = f"download {names}{f' (about {shown_size(round(1e6 * size))})' if size >= 1 else ''} to `{folder}`"
    return Fault(
        "MLP1214",
        f"`{kind}` is not on this machine: {names} {'is' if len(missing) == 1 else 'are'} not in `{folder}`",
        label="nothing is downloaded while a plan runs",
        help=f"{come} from {' and '.join(dict.fromkeys(' or '.join(file.urls) or file.page for file in missing))}",
    )


__all__ = [
    "FOLDER_VARIABLE",
    "LARGE",
    "LargeSet",
    "RemoteFile",
    "cache_folder",
    "drawn",
    "facts",
    "missing_files",
    "too_many_rows",
]
