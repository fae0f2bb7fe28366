"""What a `molecules` data set takes: its molecules, each with its part, or why there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from mlipilot.compiler.data_paths import look, look_at_frames
from mlipilot.compiler.molecules import frames, g2, qm7, smiles
from mlipilot.compiler.molecules.bonding import Lone, lone
from mlipilot.compiler.molecules.choice import Choice
from mlipilot.compiler.molecules.conformations import groups_of
from mlipilot.compiler.molecules.molecule import Molecule, Unusable
from mlipilot.compiler.molecules.parting import parted
from mlipilot.compiler.molecules.soundness import unsound
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.values import Applied, BlockValue, Interval, Name

_MOST = 5
"""Faults that are named at once."""
_SEEDS, _FEW = 200, 1000
"""Seeds that are tried, of so many molecules at most."""


class Chosen(NamedTuple):
    """Molecules and their parts; none where something is wrong."""

    molecules: tuple[Molecule, ...] = ()
    parts: Mapping[str, str] = MappingProxyType({})
    """By name."""
    groups: Mapping[str, str] = MappingProxyType({})
    """By name: that of the first geometry of the same molecule."""
    lone: Mapping[str, Lone] = MappingProxyType({})
    """By name of each geometry that has one: an atom that is bonded to none."""
    unusable: tuple[Unusable, ...] = ()

    def sizes(self) -> dict[str, int]:
        """How many molecules each part has, in whatever many conformations."""
        counts = Counter(part for name, part in self.parts.items() if self.groups[name] == name)
        return {part: counts[part] for part in SPLITS}


class _Read(NamedTuple):
    """What a source gives: molecules, or why there are none."""

    molecules: tuple[Molecule, ...] = ()
    unusable: tuple[Unusable, ...] = ()


class _Asked(NamedTuple):
    """What a block asks of its source, as a value that answers are kept by."""

    source: str
    folder: Path
    paths: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    molecules: int | None = None
    heavy: tuple[Fraction, Fraction] | None = None
    elements: tuple[str, ...] = ()
    seed: int = 0
    charge: int | None = None
    multiplicity: int | None = None


def chosen(block: BlockValue) -> Chosen:
    """The molecules of a block; nothing of one whose source or split could not be read."""
    if not (block.has("source") and block.has("split")):
        return Chosen()
    (molecules, unusable), groups, lone_atoms = _looked_at(asked := _asked(block), _states(asked))
    if unusable:
        return Chosen(unusable=unusable)
    first = _first(molecules, groups)
    split = block.call("split")
    parts = parted(first, split.name, shares_of(split), _whole(split, "seed") or 0)
    if isinstance(parts, Unusable):
        return Chosen(unusable=(parts,))
    return Chosen(molecules, {name: parts[group] for name, group in groups.items()}, groups, lone_atoms)


def _first(molecules: Sequence[Molecule], groups: Mapping[str, str]) -> list[Molecule]:
    """Of several geometries of a molecule the first."""
    return [molecule for molecule in molecules if groups[molecule.name] == molecule.name]


def seed_that_trains_all(block: BlockValue, found: Chosen) -> int | None:
    """A seed of the split by which every element of the molecules is trained on; None where a few hundred have none."""
    split = block.call("split")
    first = _first(found.molecules, found.groups)
    every = frozenset[str]().union(*(molecule.symbols for molecule in first))
    for seed in range(_SEEDS if len(first) <= _FEW else 0):
        parts = parted(first, split.name, shares_of(split), seed)
        assert not isinstance(parts, Unusable)
        trained = (molecule.symbols for molecule in first if parts[molecule.name] == "train")
        if frozenset[str]().union(*trained) == every:
            return seed
    return None


def shares_of(split: Applied) -> dict[str, Fraction]:
    """The share of each part."""
    given = {part: value.data for part, value in split.arguments.items() if part in SPLITS}
    return {part: Fraction(share) for part, share in given.items() if isinstance(share, (int, Fraction))}


def _asked(block: BlockValue) -> _Asked:
    call = block.call("source")
    arguments = call.arguments
    heavy = arguments["heavy"].data if "heavy" in arguments else None
    file = (str(arguments["file"].data),) if "file" in arguments else ()
    return _Asked(
        call.name,
        Path(block.source.name).parent,
        file or _texts(call, "files"),
        _texts(call, "smiles"),
        _whole(call, "molecules"),
        (heavy.low, heavy.high) if isinstance(heavy, Interval) else None,
        _texts(call, "elements"),
        _whole(call, "seed") or 0,
        _whole(call, "charge"),
        _whole(call, "multiplicity"),
    )


def _states(asked: _Asked) -> tuple[tuple[int, int] | None, ...]:
    """Size and time of each file: an answer counts while they are the same."""
    return tuple(_state(asked.folder / path) for path in asked.paths)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


@lru_cache(maxsize=16)
def _looked_at(
    asked: _Asked, states: tuple[tuple[int, int] | None, ...]
) -> tuple[_Read, dict[str, str], dict[str, Lone]]:
    """What a block asks for, which geometries are of one molecule, and which have an atom that is bonded to none."""
    found = _drawn(asked)
    lone_atoms = {molecule.name: lone(molecule.numbers, molecule.positions) for molecule in found.molecules}
    return found, groups_of(found.molecules), {name: atom for name, atom in lone_atoms.items() if atom is not None}


def _drawn(asked: _Asked) -> _Read:
    elements = frozenset(asked.elements) or (g2.USUAL if asked.source == "g2" else None)
    heavy = None
    if asked.heavy is not None:
        low, high = asked.heavy
        if low.denominator != 1 or high.denominator != 1:
            return _wrong(Unusable("MLP1073", "`heavy` counts atoms, and is no whole number", "heavy"))
        heavy = int(low), int(high)
    choice = Choice(asked.molecules, heavy, elements, asked.seed)
    found = _SOURCES[asked.source](asked, choice)
    if found.unusable:
        return found
    stated = [
        molecule._replace(
            charge=molecule.charge if asked.charge is None else asked.charge,
            multiplicity=molecule.multiplicity if asked.multiplicity is None else asked.multiplicity,
        )
        for molecule in found.molecules
    ]
    drawn = choice.draw(stated)
    if isinstance(drawn, Unusable):
        return _wrong(drawn)
    wrong = [problem for problem in map(unsound, drawn) if problem is not None]
    return _wrong(*wrong) if wrong else _Read(tuple(drawn))


def _wrong(*problems: Unusable) -> _Read:
    """The first few problems; the last says how many more there are."""
    *first, last = problems[:_MOST]
    more = len(problems) - _MOST
    if more > 0:
        last = last._replace(headline=f"{last.headline}; {more} more like these")
    return _Read(unusable=(*first, last))


def _g2(asked: _Asked, choice: Choice) -> _Read:
    found = g2.read()
    return _wrong(found) if isinstance(found, Unusable) else _Read(found)


def _qm7(asked: _Asked, choice: Choice) -> _Read:
    (written,) = asked.paths
    path = asked.folder / written
    if not path.exists():
        return _wrong(Unusable("MLP0306", f"`{written}` does not exist", "file", qm7.HOW))
    problem, remedy = look(asked.folder, written) if path.suffix != ".mat" else ("", "")
    if problem:
        return _wrong(Unusable("MLP0306", f"`{written}` {problem}", "file", remedy))
    try:
        found = qm7.read(path, written, choice.wants)
    except OSError as error:
        found = Unusable("MLP0306", f"`{written}` cannot be read: {error.strerror or error}", "file")
    return _wrong(found) if isinstance(found, Unusable) else _Read(tuple(found))


def _files(asked: _Asked, choice: Choice) -> _Read:
    molecules: list[Molecule] = []
    wrong: list[Unusable] = []
    for item, written in enumerate(asked.paths):
        if written in asked.paths[:item]:
            wrong.append(Unusable("MLP1070", f"`{written}` is named twice", "files", "name each file once", item))
            continue
        found = _file(asked.folder, written, choice)
        if isinstance(found, Unusable):
            wrong.append(found._replace(item=item))
        else:
            molecules += [molecule._replace(item=item) for molecule in found]
    return _wrong(*wrong) if wrong else _Read(tuple(molecules))


def _file(folder: Path, written: str, choice: Choice) -> list[Molecule] | Unusable:
    problem, remedy = look_at_frames(folder, written)
    if problem:
        return Unusable("MLP0306", f"`{written}` {problem}", "files", remedy)
    try:
        return frames.read(folder / written, written, choice.wants)
    except OSError as error:
        return Unusable("MLP0306", f"`{written}` cannot be read: {error.strerror or error}", "files")


def _smiles(asked: _Asked, choice: Choice) -> _Read:
    molecules, wrong = smiles.read(list(asked.texts), asked.seed)
    return _wrong(*wrong) if wrong else _Read(tuple(molecules))


_SOURCES: dict[str, Callable[[_Asked, Choice], _Read]] = {
    "g2": _g2,
    "qm7": _qm7,
    "files": _files,
    "smiles": _smiles,
}


def _texts(call: Applied, argument: str) -> tuple[str, ...]:
    if argument not in call.arguments:
        return ()
    items = call.arguments[argument].data
    assert isinstance(items, tuple)
    return tuple(item.data.text if isinstance(item.data, Name) else str(item.data) for item in items)


def _whole(call: Applied, argument: str) -> int | None:
    value = call.arguments.get(argument)
    return value.data if value is not None and isinstance(value.data, int) else None
