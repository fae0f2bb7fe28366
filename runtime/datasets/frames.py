"""A labelled configuration as it is stored: extended XYZ with the labels under `REF_` names.

The names are those that MACE's own loader expects, and unlike `energy` and `forces` ASE leaves them alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
from ase import Atoms
from numpy.typing import NDArray

SPLITS = ("train", "valid", "test", "sealed")
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
    frame.info["REF_energy"] = float(energy)
    if stress is not None:
        frame.info["REF_stress"] = np.asarray(stress, dtype=np.float64)
    frame.info.update(info)
    frame.new_array("REF_forces", np.asarray(forces, dtype=np.float64))
    return frame


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


def is_isolated_atom(frame: Atoms) -> bool:
    """Whether MACE takes this frame for the energy of a free atom (`config_type=IsolatedAtom`, one atom)."""
    return len(frame) == 1 and frame.info.get("config_type") == "IsolatedAtom"


def trajectory_of(frame: Atoms, default: str = "") -> str:
    """The frame's trajectory: the group whose frames stand or fall together in a bootstrap."""
    return str(frame.info.get("trajectory", default))
