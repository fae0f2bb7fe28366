"""Frames to scan, and their scans."""

from pathlib import Path

import ase.io
import numpy as np
from ase import Atoms
from hypothesis import settings
from hypothesis import strategies as st

from mlipilot import _core

steady = settings(deadline=None, max_examples=60)  # a busy machine is no failure


def scan(
    path: Path, images: list[Atoms] | None = None, r_max: float | None = None, search: float = 12.0
) -> _core.FrameScan:
    """The scan of a file, which is written first where images are given."""
    if images is not None:
        ase.io.write(path, images, format="extxyz")
    return _core.scan_extxyz(path, energy="E", forces="F", stress="S", r_max=r_max, search=search)


def scan_text(path: Path, text: str) -> _core.FrameScan:
    path.write_text(text, encoding="utf-8")
    return scan(path)


def labelled(atoms: Atoms, energy: float, forces: object, stress: object = None) -> Atoms:
    atoms = Atoms(atoms.symbols, atoms.positions, cell=atoms.cell, pbc=atoms.pbc, info={"E": energy})
    atoms.new_array("F", np.asarray(forces, dtype=float))
    if stress is not None:
        atoms.info["S"] = np.asarray(stress, dtype=float)
    return atoms


@st.composite
def structures(draw: st.DrawFn) -> Atoms:
    """Atoms in and out of a skewed cell, any mixture of periodic directions."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(1, 8))
    cell = np.diag(rng.uniform(2.0, 12.0, size=3)) + draw(st.sampled_from([0.0, 0.5, 1.5])) * rng.normal(size=(3, 3))
    if abs(np.linalg.det(cell)) < 20.0:
        cell = np.diag(np.abs(np.diag(cell))) + 2 * np.eye(3)
    positions = rng.uniform(-1, 2, size=(n, 3)) @ cell
    pbc = [draw(st.booleans()) for _ in range(3)]
    return Atoms(rng.choice(["H", "C", "Cu"], size=n), positions=positions, cell=cell, pbc=pbc)
