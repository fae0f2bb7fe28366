"""Some frames of files, wherever they stand, to try a training on.

The largest decide on memory; some spread over all decide on time; and for each element one holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mlipilot.runtime.datasets.file_set import FileSet, Place
from mlipilot.runtime.datasets.source import Sample
from mlipilot.runtime.foundation.failures import JobFailure

DISTINCT = 48
"""Frames of a kind at most; a larger batch repeats them."""


def sample_files(data: Mapping[str, Any], paths: Mapping[str, str]) -> Sample:
    """Some frames of a data set of files; `paths` by SHA-256.

    Raises `JobFailure`: MLP0814 for a file that cannot be read, MLP0811 for a label that is missing or not finite.
    """
    files = {source: [Path(paths[sha]) for sha in data[source]] for source in ("files", "train", "valid")}
    chosen = FileSet(data, files)
    train = chosen.places("train")
    valid = [place for place in chosen.places("valid") if not place.isolated]
    whole = [place for place in train if not place.isolated]
    if not (whole and valid):
        raise JobFailure("MLP0814", f"the {'valid' if whole else 'train'} split has no frames besides isolated atoms")
    largest = sorted(whole, key=lambda place: -place.atoms)[:DISTINCT]
    typical = _spread(whole)
    used = list(dict.fromkeys([*largest, *typical, *_holders(whole)]))
    order = {place: number for number, place in enumerate(used)}
    isolated = [place for place in train if place.isolated]
    return Sample(
        chosen.frames([*used, *isolated]),
        chosen.frames(_spread(valid)),
        [order[place] for place in largest],
        [order[place] for place in typical],
    )


def _spread(places: Sequence[Place]) -> list[Place]:
    chosen = np.unique(np.linspace(0, len(places) - 1, min(DISTINCT, len(places))).round().astype(int))
    return [places[number] for number in np.random.default_rng(0).permutation(chosen)]


def _holders(places: Sequence[Place]) -> list[Place]:
    """For each element the first frame that has it."""
    first: dict[str, Place] = {}
    for place in places:
        for symbol in place.symbols:
            first.setdefault(symbol, place)
    return [first[symbol] for symbol in sorted(first)]
