"""A labelled configuration as it is stored: extended XYZ, its labels under names of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
from ase import Atoms
from numpy.typing import NDArray

from mlipilot.spec.schema.labels import ENERGY, FORCES, STRESS

DECIMALS = 8
"""Decimals of a stored coordinate (ASE writes `%16.8f`); labels are computed at the rounded positions."""


def labelled(
    atoms: Atoms,
    *,
    energy: float,
    forces: NDArray[np.float64],
    stress: NDArray[np.float64] | None,
    info: Mapping[str, Any],
) -> Atoms:
    """A bare copy of `atoms` with labels: energy (eV, total), forces (n, 3) eV/Å, stress (6,) eV/Å^3 or None."""
    frame = Atoms(numbers=atoms.numbers, positions=atoms.positions, cell=atoms.cell, pbc=atoms.pbc)
    frame.info[ENERGY.key] = float(energy)
    if stress is not None:
        frame.info[STRESS.key] = np.asarray(stress, dtype=np.float64)
    frame.info.update(info)
    frame.new_array(FORCES.key, np.asarray(forces, dtype=np.float64))
    return frame


def plain_name(name: str) -> str:
    """A name as a header holds it unchanged: ASE drops a backslash, and quotes end a text."""
    return name.replace("\\", "|").replace('"', "'")


def write_frames(path: Path, frames: Sequence[Atoms]) -> None:
    """Write extended XYZ; an empty list gives an empty file. The bytes depend on the frames alone."""
    if not frames:
        path.write_bytes(b"")
        return
    ase.io.write(path, list(frames), format="extxyz")


def read_frames(path: Path) -> list[Atoms]:
    """Read a file of `write_frames`."""
    if path.stat().st_size == 0:
        return []
    return list(ase.io.iread(path, index=":", format="extxyz"))


def trajectory_of(frame: Atoms, default: str = "") -> str:
    """The frame's trajectory: the group whose frames stand or fall together in a bootstrap."""
    return str(frame.info.get("trajectory", default))
