"""Errors on a split, whole and in parts: by element, by size of the molecule, by trajectory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ase import Atoms
from ase.symbols import Symbols
from markupsafe import Markup
from numpy.typing import NDArray

from mlipilot.runtime.judgement.constant import constant_for_each_element
from mlipilot.runtime.judgement.errors import ERRORS, Table
from mlipilot.runtime.report.molecule import draw_molecule
from mlipilot.runtime.report.quantity import Quantity, Unknown, quantity
from mlipilot.spec.schema import ELEMENTS
from mlipilot.spec.schema.metrics import METRICS, Metric

COLUMNS: tuple[Metric, ...] = tuple(
    METRICS[name] for name in ("energy_rmse", "relative_energy_rmse", "force_rmse", "relative_force_rmse")
)
"""Root mean squares, all of them."""
MOST_TRAJECTORIES = 12
ARRAYS = ("energy_ref", "energy_pred", "atoms", "group", "groups", "forces_ref", "forces_pred", "numbers", "frame")
_OF_FRAMES = ("energy_ref", "energy_pred", "atoms", "group", "temperature", "stress_ref", "stress_pred")
_OF_ATOMS = ("forces_ref", "forces_pred", "numbers")
NO_MODEL = "a constant for each element, fitted to these frames"
"""The row of the least that a model must beat."""
_NOTHING_OF = {
    "force_rmse": "The forces of this model are no better than none.",
    "energy_rmse": "The energies of this model are no better than constants that were fitted to these very frames.",
}
"""What is said of a model whose error is no smaller than that of no model."""
_HYDROGEN = 1
_OF_NO_ELEMENT = "an energy is of a whole frame"


@dataclass(frozen=True)
class Row:
    """Errors of one part of a split."""

    name: str
    frames: int
    errors: tuple[Quantity, ...]
    """In the order of `COLUMNS`."""
    formula: str = ""
    picture: Markup | None = None


@dataclass(frozen=True)
class Part:
    """Rows that belong together."""

    title: str
    rows: tuple[Row, ...]
    left_out: int = 0
    """Rows that are not shown, whose errors are smaller."""
    remark: str = ""
    """What a reader should not overlook."""


def break_down(table: Table, molecules: Mapping[str, Atoms] | None = None) -> tuple[Part, ...]:
    """The parts of a split's errors; those that would have one row are left out. `molecules` are by trajectory."""
    model, constants = _row("this model", table), _row(NO_MODEL, constant_for_each_element(table))
    whole = Part("All", (model, constants), remark=_learned(model, constants))
    return (whole, *filter(None, (_by_element(table), _by_size(table), _by_trajectory(table, molecules or {}))))


def _learned(model: Row, constants: Row) -> str:
    """What the model has learned nothing of, as far as these frames tell."""
    words = [words for name, words in _NOTHING_OF.items() if _value(model, name) >= _value(constants, name) > 0]
    return " ".join(words)


def _value(row: Row, name: str) -> float:
    found = row.errors[COLUMNS.index(METRICS[name])]
    return 0.0 if isinstance(found, Unknown) else found.value


def _by_element(table: Table) -> Part | None:
    numbers = np.unique(table["numbers"])
    if len(numbers) < 2:
        return None
    rows = []
    for number in numbers:
        frames = len(np.unique(table["frame"][table["numbers"] == number]))
        symbol = ELEMENTS[int(number) - 1]
        errors = (
            _error(metric, table, {"element": symbol}) if metric.parameters else Unknown(_OF_NO_ELEMENT)
            for metric in COLUMNS
        )
        rows.append(Row(symbol, frames, tuple(errors)))
    return Part("By element", tuple(rows))


def _by_size(table: Table) -> Part | None:
    """By the number of atoms other than hydrogen, where frames have hydrogen and this number differs."""
    heavy = np.bincount(table["frame"], table["numbers"] != _HYDROGEN, len(table["atoms"])).astype(np.int64)
    sizes = np.unique(heavy)
    if len(sizes) < 2 or not (table["numbers"] == _HYDROGEN).any():
        return None
    rows = tuple(_row(str(int(size)), _part_of(table, heavy == size)) for size in sizes)
    return Part("By atoms other than hydrogen", rows)


def _by_trajectory(table: Table, molecules: Mapping[str, Atoms]) -> Part | None:
    """By trajectory, or by molecule where each has one picture; the worst forces first."""
    groups = np.unique(table["group"])
    if len(groups) < 2:
        return None
    rows = []
    for group in groups:
        part = _part_of(table, table["group"] == group)
        name = str(table["groups"][int(group)])
        rows.append(_row(name, part, _formula(part)))
    rows.sort(key=lambda row: _value(row, "force_rmse"), reverse=True)
    shown = tuple(
        replace(row, picture=draw_molecule(molecules[row.name])) if row.name in molecules else row
        for row in rows[:MOST_TRAJECTORIES]
    )
    word = "molecule" if molecules else "trajectory"
    return Part(f"By {word}, the largest errors of forces first", shown, len(rows) - len(shown))


def _formula(table: Table) -> str:
    """Of the frames' composition; empty where they differ."""
    found = {
        Symbols(table["numbers"][table["frame"] == frame]).get_chemical_formula()
        for frame in range(len(table["atoms"]))
    }
    return found.pop() if len(found) == 1 else ""


def _part_of(table: Table, chosen: NDArray[Any]) -> Table:
    """The frames of a mask (F,)."""
    atoms = chosen[table["frame"]]
    part = {name: table[name][chosen] for name in _OF_FRAMES if name in table}
    part |= {name: table[name][atoms] for name in _OF_ATOMS}
    renumbered = np.cumsum(chosen) - 1
    return part | {"frame": renumbered[table["frame"][atoms]], "groups": table["groups"]}


def _row(name: str, table: Table, formula: str = "") -> Row:
    return Row(name, len(table["atoms"]), tuple(_error(metric, table, {}) for metric in COLUMNS), formula)


def _error(metric: Metric, table: Table, arguments: Mapping[str, str]) -> Quantity:
    errors = ERRORS[metric.kernel[0]](table, arguments)
    if not len(errors.values):
        return Unknown(errors.empty)
    return quantity(metric.shown(float(np.sqrt(np.mean(np.square(errors.values))))), metric.unit)
