"""Files whose labels have another unit than those of the largest training file, though the structures are alike."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from mlipilot.compiler.data.energies import Floats
from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.table import Rows, Table, counted, file_name

_FRAMES = 5
"""Frames of a file without which a typical value says little."""
_FORCES_NEAR, _STRESSES_NEAR = 0.15, 0.5
"""Of logarithms: by which a ratio of typical values may differ from that of units; a stress hangs on the volume."""
_CLOSENESS, _VOLUMES, _HOTTER = 0.03, 0.03, 1.5
"""Relative: typical distances of nearest pairs and volumes of an atom, and the factor between typical forces, where two
files are of one kind of structure at one temperature."""
_FORCES = {
    "kJ/mol/nm": 9.6485,
    "kcal/mol/Å": 23.061,
    "Hartree/Å": 1 / 27.211,
    "Rydberg/Bohr": 1 / 25.711,
    "Hartree/Bohr": 1 / 51.422,
    "kJ/mol/Å": 96.485,
    "meV/Å": 1000.0,
}
_STRESSES = {"GPa": 160.218, "kbar": 1602.18, "bar": 1_602_177.0}
"""How many of a unit are one of eV and Å."""


class _Part(NamedTuple):
    """The frames of one file of a split that have both a geometry and forces to be compared."""

    table: Table
    rows: Rows
    file: int

    def typical(self, column: str) -> float:
        return float(np.median(self.table.column(column)[self.rows]))

    @property
    def volume(self) -> float:
        """Å³ of an atom; 0 where some frame has no cell along every axis."""
        table, rows = self.table, self.rows
        if not table.periodic[rows].all():
            return 0.0
        return float(np.median(table.column("volume")[rows] / table.column("atoms")[rows]))

    @property
    def of_file(self) -> str:
        """The name of the file, where its split has several."""
        return f" of `{file_name(self.table.parts[self.file].scan)}`" if len(self.table.parts) > 1 else ""


def find(facts: Facts) -> Iterator[Finding]:
    """Forces, then stresses; where all forces are of another unit, that is said elsewhere."""
    train = facts.train
    if train is None or facts.foreign_forces:
        return
    parts = [part for table in facts.open for part in _parts(table)]
    of_train = [part for part in parts if part.table is train]
    if not of_train:
        return
    usual = max(of_train, key=lambda part: len(part.rows))
    for part in parts:
        if part is not usual and _are_alike(part, usual):
            yield from _forces(part, usual)
            yield from _stresses(part, usual)


def _parts(table: Table) -> Iterator[_Part]:
    able = table.good("forces") & ~table.lone & ~table.constant_forces & (table.column("atoms") > 1)
    with np.errstate(invalid="ignore"):
        able &= (table.column("force_rms") > 0) & np.isfinite(table.column("closeness"))
    for file in range(len(table.parts)):
        rows = np.flatnonzero(able & (table.file == file))
        if len(rows) >= _FRAMES:
            yield _Part(table, rows, file)


def _are_alike(part: _Part, usual: _Part) -> bool:
    """Whether the atoms are as close and as dense: what is hotter or pressed has closer pairs."""
    if abs(part.typical("closeness") / usual.typical("closeness") - 1) > _CLOSENESS:
        return False
    volume, of_usual = part.volume, usual.volume
    return (volume == of_usual == 0) or (of_usual > 0 and abs(volume / of_usual - 1) <= _VOLUMES)


def _forces(part: _Part, usual: _Part) -> Iterator[Finding]:
    ratio = part.typical("force_rms") / usual.typical("force_rms")
    yield from _said(part, usual, "forces", ratio, _meant(ratio, _FORCES, _FORCES_NEAR), "eV/Å, and the energies to eV")


def _stresses(part: _Part, usual: _Part) -> Iterator[Finding]:
    """Only where the forces agree: a stress has no other measure of the unit."""
    ratio = part.typical("force_rms") / usual.typical("force_rms")
    ours, theirs = _stress(part), _stress(usual)
    if not max(ratio, 1 / ratio) < _HOTTER or not min(len(ours), len(theirs)) >= _FRAMES:
        return
    both = float(np.median(ours)), float(np.median(theirs))
    if min(both) > 0:
        ratio = both[0] / both[1]
        yield from _said(part, usual, "stresses", ratio, _meant(ratio, _STRESSES, _STRESSES_NEAR), "eV/Å³")


def _stress(part: _Part) -> Floats:
    """The largest component of each frame."""
    rows = part.rows[part.table.good("stress")[part.rows]]
    largest: Floats = np.abs(part.table.column("stress")[rows]).max(axis=1, initial=0.0)
    return largest


def _meant(ratio: float, units: Mapping[str, float], tolerance: float) -> str:
    """What would give such a ratio to labels in eV and Å; empty where nothing known does."""
    known = [
        (abs(math.log(ratio / step)), f"{whose} in {unit} would give {_figure(step)}")
        for unit, factor in units.items()
        for whose, step in (("these", factor), ("those", 1 / factor))
    ]
    distance, words = min(known)
    return words if distance <= tolerance else ""


def _figure(value: float) -> str:
    return f"{float(f'{value:.3g}'):g}"


def _said(part: _Part, usual: _Part, what: str, ratio: float, meant: str, expected: str) -> Iterator[Finding]:
    if not meant:
        return
    yield Finding(
        "MLP1033",
        f"the {part.table.noun} {what}{part.of_file} are {_figure(ratio)} times those"
        f"{usual.of_file or ' of the training frames'}, and the structures are alike",
        part.table.anchor(part.rows),
        "another unit",
        f"convert the labels of all files to {expected}",
        (meant, f"typical values of {counted(len(part.rows), int(part.table.kept.sum()), part.table.noun)}"),
    )


__all__ = ["find"]
