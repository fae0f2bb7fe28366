"""Data to compare encodings on: carried by scikit-learn, generated, or fetched once into a cache.

`load("wine")`, `load("parity", n_bits=3)`, `load("dry_bean", download=True)`. Whatever its origin, a set is a
`TabularData` with its source, licence and the hash of its numbers.
"""

from __future__ import annotations

from typing import Any

from mlipilot.compiler.encodings.data.large import RemoteFile
from mlipilot.runtime.encodings.datasets.bundled import BUNDLED, load_bundled
from mlipilot.runtime.encodings.datasets.cache import DataCache, DataUnavailableError, HashMismatchError
from mlipilot.runtime.encodings.datasets.remote import REMOTE, RemoteSet, load_remote
from mlipilot.runtime.encodings.datasets.synthetic import (
    SYNTHETIC,
    circles,
    friedman1,
    hidden_manifold,
    high_rank_noise,
    hyperplanes,
    moons,
    parity,
    two_curves,
)
from mlipilot.runtime.encodings.datasets.tabular import TabularData, content_digest

NAMES = (*BUNDLED, *SYNTHETIC, *REMOTE)
"""All that `load` knows."""


def load(name: str, **options: Any) -> TabularData:
    """The data set of a name in `NAMES`, with the options of its kind.

    Args:
        name: of a set that scikit-learn carries, a generator or a large set.
        options: none for the first, those of the generator for the second (`n_samples`, `seed`, …), `cache` and
            `download` for the third.

    Raises:
        ValueError: an unknown name, or what the set's own loader refuses.
        TypeError: an option that the set does not have.
    """
    if not isinstance(name, str):
        raise ValueError(f"`name` must be one of {', '.join(NAMES)}, not {name!r:.60}")
    if name in SYNTHETIC:
        return SYNTHETIC[name](**options)
    if name in REMOTE:
        return load_remote(name, **options)
    if name not in BUNDLED:
        raise ValueError(f"`name` must be one of {', '.join(NAMES)}, not {name!r}")
    return load_bundled(name, **options)


__all__ = [
    "NAMES",
    "DataCache",
    "DataUnavailableError",
    "HashMismatchError",
    "RemoteFile",
    "RemoteSet",
    "TabularData",
    "circles",
    "content_digest",
    "friedman1",
    "hidden_manifold",
    "high_rank_noise",
    "hyperplanes",
    "load",
    "load_bundled",
    "load_remote",
    "moons",
    "parity",
    "two_curves",
]
