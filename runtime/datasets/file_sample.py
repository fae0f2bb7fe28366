"""Some frames of files, wherever they stand, to try a training on.

The largest decide on memory; some spread over all decide on time; and for each element one holds it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import ase.io
import numpy as np
from ase import Atoms

from mlipilot import _core
from mlipilot.compiler.unpacking import unpacked
from mlipilot.runtime.datasets.labels import is_isolated_atom
from mlipilot.runtime.datasets.source import Sample
from mlipilot.runtime.datasets.user_labels import LabelKeys, map_labels
from mlipilot.runtime.foundation.failures import JobFailure

DISTINCT = 48
"""Frames of a kind at most; a larger batch repeats them."""


class _Place(NamedTuple):
    """Where a frame stands."""

    path: Path
    number: int
    line: int
    """Of its count of atoms, from 1."""
    atoms: int
    isolated: bool
    symbols: frozenset[str]


def sample_files(data: Mapping[str, Any], paths: Mapping[str, str]) -> Sample:
    """Some frames of a data set of files; `paths` by SHA-256.

    Raises `JobFailure`: MLP0814 for a file that cannot be read, MLP0811 for a label that is missing or not finite.
    """
    keys = LabelKeys.from_params(data)
    train = _places([Path(paths[sha]) for sha in data["train"]])
    valid = [place for place in _places([Path(paths[sha]) for sha in data["valid"]]) if not place.isolated]
    whole = [place for place in train if not place.isolated]
    if not (whole and valid):
        raise JobFailure("MLP0814", f"the {'valid' if whole else 'train'} split has no frames besides isolated atoms")
    largest = sorted(whole, key=lambda place: -place.atoms)[:DISTINCT]
    typical = _spread(whole)
    holders = [
        next(place for place in whole if symbol in place.symbols)
        for symbol in sorted({symbol for place in whole for symbol in place.symbols})
    ]
    chosen = list(dict.fromkeys([*largest, *typical, *holders]))
    order = {place: number for number, place in enumerate(chosen)}
    isolated = [place for place in train if place.isolated]
    return Sample(
        _frames([*chosen, *isolated], keys),
        _frames(_spread(valid), keys),
        [order[place] for place in largest],
        [order[place] for place in typical],
    )


def _spread(places: Sequence[_Place]) -> list[_Place]:
    chosen = np.unique(np.linspace(0, len(places) - 1, min(DISTINCT, len(places))).round().astype(int))
    return [places[number] for number in np.random.default_rng(0).permutation(chosen)]


def _places(paths: Sequence[Path]) -> list[_Place]:
    """All frames of some files."""
    found = []
    for path in paths:
        try:
            scan = _core.scan_extxyz(path, energy=None, forces=None, stress=None)
        except OSError as error:
            raise JobFailure("MLP0814", f"{path} cannot be read: {error.strerror or error}") from error
        symbols = np.array(scan.elements)
        held = np.asarray(scan.composition) > 0
        found += [
            _Place(path, int(number), int(line), int(atoms), bool(isolated), frozenset(symbols[row].tolist()))
            for number, line, atoms, isolated, row in zip(
                scan.numbers, scan.lines, scan.atoms, scan.isolated, held, strict=True
            )
        ]
    return found


def _frames(places: Sequence[_Place], keys: LabelKeys) -> list[Atoms]:
    """The frames at `places`, in that order; each file is passed once."""
    texts: dict[_Place, str] = {}
    for path in dict.fromkeys(place.path for place in places):
        here = sorted((place for place in set(places) if place.path == path), key=lambda place: place.line)
        with path.open("rb") as file, unpacked(path, file) as stream:
            passed = 0
            for place in here:
                lines = islice(stream, place.line - 1 - passed, place.line + 1 - passed + place.atoms)
                texts[place] = b"".join(lines).decode()
                passed = place.line + 1 + place.atoms
    return [_frame(texts[place], place, keys) for place in places]


def _frame(text: str, place: _Place, keys: LabelKeys) -> Atoms:
    try:
        atoms = ase.io.read(io.StringIO(text), index=0, format="extxyz")
    except Exception as error:  # ASE's reader raises whatever its parsing ran into
        raise JobFailure("MLP0814", f"{place.path} is not extended XYZ: {error}") from error
    assert isinstance(atoms, Atoms)
    frame = map_labels(atoms, keys, place.path, place.number)
    assert is_isolated_atom(frame) == place.isolated
    return frame
