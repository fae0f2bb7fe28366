"""The molecules of a data set as pictures, part by part; sealed ones are counted and not shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import ase.io
from ase import Atoms
from markupsafe import Markup

from mlipilot.runtime.datasets.frames import trajectory_of
from mlipilot.runtime.datasets.labels import is_isolated_atom
from mlipilot.runtime.dynamics.bonds import GIVEN
from mlipilot.runtime.report.molecule import MOST_ATOMS, draw_molecule

SHOWN = ("train", "valid", "test")
MOST_MOLECULES = 18
"""Of a part on the page."""
MOST_READ = 5000
"""Frames that are looked through."""


class Picture(NamedTuple):
    """A molecule, by the name of its trajectory."""

    name: str
    formula: str
    drawing: Markup


class Wall(NamedTuple):
    """The pictures of one part."""

    part: str
    pictures: tuple[Picture, ...]
    more: bool
    """Whether the part has molecules that are not shown."""


def read_gallery(folder: Path) -> tuple[Wall, ...]:
    """The pictures of a finished dataset job; none for a set that is periodic or cannot be read."""
    walls = []
    for part in SHOWN:
        found = read_molecules(folder / f"{part}.xyz", MOST_MOLECULES + 1)
        if found:
            shown = [Picture(name, frame.get_chemical_formula(), draw_molecule(frame)) for name, frame in found.items()]
            walls.append(Wall(part, tuple(shown[:MOST_MOLECULES]), len(found) > MOST_MOLECULES))
    return tuple(walls)


def read_molecules(file: Path, most: int = MOST_READ) -> dict[str, Atoms]:
    """By its trajectory, in the order of the file, the frame that nothing displaced, or else the first."""
    chosen: dict[str, Atoms] = {}
    for number, frame in enumerate(_frames(file)):
        if is_isolated_atom(frame):
            continue
        if frame.pbc.any() or len(frame) > MOST_ATOMS:
            return {}
        name = trajectory_of(frame, default=f"frame-{number}")
        if name not in chosen:
            if len(chosen) == most:
                break
            chosen[name] = frame
        elif frame.info.get("geometry") == GIVEN:
            chosen[name] = frame
    return chosen


def _frames(file: Path) -> Iterator[Atoms]:
    """At most `MOST_READ` frames; none of a file that is empty, absent or damaged."""
    try:
        if file.stat().st_size:
            yield from ase.io.iread(file, index=slice(0, MOST_READ), format="extxyz")
    except (OSError, ValueError, KeyError, EOFError):
        return
