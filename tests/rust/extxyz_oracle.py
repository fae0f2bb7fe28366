"""What ASE reads, in the shape of `_core.read_extxyz`: the oracle of the reader's tests."""

from pathlib import Path
from typing import Any

import ase.io
import numpy as np
from ase import Atoms
from ase.calculators.calculator import all_properties

from mlipilot import _core

COLUMN_NAMES = {"charges": "charge"}
"""ASE's name of a column, where the file's is another."""


def frames_of(path: Path) -> list[_core.ExtxyzFrame]:
    """All frames of a file that must have no fault."""
    found = _core.read_extxyz(path)
    assert not [item for item in found if isinstance(item, _core.ScanFault)]
    return [item for item in found if isinstance(item, _core.ExtxyzFrame)]


def faults_of(path: Path) -> list[_core.ScanFault]:
    return [item for item in _core.read_extxyz(path) if isinstance(item, _core.ScanFault)]


def assert_same_as_ase(path: Path) -> int:
    """Every frame of a file is what ASE makes of it; returns how many there are."""
    expected = ase.io.read(path, index=":", format="extxyz")
    found = frames_of(path)
    assert len(found) == len(expected)
    for frame, atoms in zip(found, expected, strict=True):
        assert_same_frame(frame, atoms)
    return len(found)


def assert_same_frame(frame: _core.ExtxyzFrame, atoms: Atoms) -> None:
    assert np.array_equal(frame.numbers, atoms.numbers)
    assert same(frame.positions, atoms.positions)
    assert same(np.zeros((3, 3)) if frame.cell is None else frame.cell, atoms.cell.array)
    assert list(frame.periodic) == atoms.pbc.tolist()
    header, columns = dict(atoms.info), {}
    for name, values in (*atoms.arrays.items(), *_results(atoms).items()):
        if name in {"numbers", "positions"}:
            continue
        if name in all_properties and np.shape(values)[:1] != (len(atoms),):
            header[name] = values
        else:
            columns[COLUMN_NAMES.get(name, name)] = values
    assert_same_header(frame.header, header)
    assert set(frame.columns) == set(columns)
    for name, values in columns.items():
        found = frame.columns[name]
        assert found == values.tolist() if isinstance(found, list) else same(found, values), name


def assert_same_header(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert set(found) == set(expected)
    for key, value in expected.items():
        mine = found[key]
        if key == "stress" and np.shape(value) == (6,):  # what ASE's calculator makes of a matrix
            mine = mine[[0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]]
        assert same(mine, value), (key, mine, value)


def same(mine: Any, theirs: Any) -> bool:
    """Equal to the bit, with the same shape and sort; NaN equals NaN."""
    if isinstance(theirs, (list, np.ndarray, np.generic, bool, int, float)) and not _has_objects(theirs):
        mine, theirs = np.asarray(mine), np.asarray(theirs)
        real = theirs.dtype.kind == "f"
        return (
            mine.dtype.kind == theirs.dtype.kind
            and mine.shape == theirs.shape
            and np.array_equal(mine, theirs, equal_nan=real)
        )
    return type(mine) is type(theirs) and bool(mine == theirs)


def _has_objects(value: Any) -> bool:
    return np.asarray(value).dtype.kind not in "biuf"


def _results(atoms: Atoms) -> dict[str, Any]:
    return dict(atoms.calc.results) if atoms.calc is not None else {}
