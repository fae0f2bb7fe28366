"""What a `molecules` data set takes: its molecules, each with its part, or why there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from mlipilot.compiler.data_paths import look, look_at_frames
from mlipilot.compiler.molecules import frames, g2, qm7, smiles
from mlipilot.compiler.molecules.choice import Choice
from mlipilot.compiler.molecules.molecule import Molecule, Unusable
from mlipilot.compiler.molecules.parting import parted
from mlipilot.compiler.molecules.soundness import unsound
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.values import Applied, BlockValue, Interval, Name

Found = list[Molecule] | Unusable


class Chosen(NamedTuple):
    """Molecules and their parts; none where something is wrong."""

    molecules: tuple[Molecule, ...] = ()
    parts: Mapping[str, str] = MappingProxyType({})
    """By name."""
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
    found = _read(asked := _asked(block), _states(asked))
    if isinstance(found, Unusable):
        return Chosen(unusable=(found,))
    split = block.call("split")
    parts = parted(found, split.name, shares_of(split), _whole(split, "seed") or 0)
    if isinstance(parts, Unusable):
        return Chosen(unusable=(parts,))
    return Chosen(tuple(found), parts)


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
def _read(asked: _Asked, states: tuple[tuple[int, int] | None, ...]) -> Found:
    elements = frozenset(asked.elements) or (g2.USUAL if asked.source == "g2" else None)
    heavy = None
    if asked.heavy is not None:
        low, high = asked.heavy
        if low.denominator != 1 or high.denominator != 1:
            return Unusable("MLP1073", "`heavy` counts atoms, and is no whole number", "heavy")
        heavy = int(low), int(high)
    choice = Choice(asked.molecules, heavy, elements, asked.seed)
    found = _SOURCES[asked.source](asked, choice)
    if isinstance(found, Unusable):
        return found
    stated = [
        molecule._replace(
            charge=molecule.charge if asked.charge is None else asked.charge,
            multiplicity=molecule.multiplicity if asked.multiplicity is None else asked.multiplicity,
        )
        for molecule in found
    ]
    drawn = choice.draw(stated)
    wrong = next(filter(None, map(unsound, () if isinstance(drawn, Unusable) else drawn)), None)
    return wrong or drawn


def _g2(asked: _Asked, choice: Choice) -> Found:
    found = g2.read()
    return found if isinstance(found, Unusable) else list(found)


def _qm7(asked: _Asked, choice: Choice) -> Found:
    (written,) = asked.paths
    path = asked.folder / written
    if not path.exists():
        return Unusable("MLP0306", f"`{written}` does not exist", "file", qm7.HOW)
    problem, remedy = look(asked.folder, written) if path.suffix != ".mat" else ("", "")
    if problem:
        return Unusable("MLP0306", f"`{written}` {problem}", "file", remedy)
    try:
        return qm7.read(path, written, choice.wants)
    except OSError as error:
        return Unusable("MLP0306", f"`{written}` cannot be read: {error.strerror or error}", "file")


def _files(asked: _Asked, choice: Choice) -> Found:
    molecules: list[Molecule] = []
    for written in asked.paths:
        problem, remedy = look_at_frames(asked.folder, written)
        if problem:
            return Unusable("MLP0306", f"`{written}` {problem}", "files", remedy)
        try:
            found = frames.read(asked.folder / written, written, choice.wants)
        except OSError as error:
            return Unusable("MLP0306", f"`{written}` cannot be read: {error.strerror or error}", "files")
        if isinstance(found, Unusable):
            return found
        molecules += found
    names = Counter(molecule.name for molecule in molecules)
    twice = next((name for name, times in names.items() if times > 1), None)
    if twice is not None:
        return Unusable("MLP1070", f"two molecules are called `{twice}`", "files", "name each file once")
    return molecules


def _smiles(asked: _Asked, choice: Choice) -> Found:
    return smiles.read(list(asked.texts), asked.seed)


_SOURCES: dict[str, Callable[[_Asked, Choice], Found]] = {
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
