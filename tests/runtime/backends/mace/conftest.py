"""Labelled crystals for the backend's tests, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import ase.io
import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk

ENERGY, FORCES, STRESS = "REF_energy", "REF_forces", "REF_stress"


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    """Torch's default, as a job of this precision has it."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.fixture
def frames() -> list[Atoms]:
    """Four crystals of copper, the last two with gold, of 4 and 8 atoms, with random labels."""
    draw, made = np.random.default_rng(5), []
    for number in range(4):
        atoms = bulk("Cu", "fcc", a=3.6, cubic=True) * (1 + number % 2, 1, 1)
        atoms.symbols[: number // 2 * 2] = "Au"
        atoms.positions += 0.08 * draw.standard_normal(atoms.positions.shape)
        atoms.info[ENERGY] = float(draw.standard_normal())
        atoms.info[STRESS] = draw.standard_normal(6)
        atoms.arrays[FORCES] = draw.standard_normal(atoms.positions.shape)
        made.append(atoms)
    return made


@pytest.fixture
def written(tmp_path: Path) -> Callable[[list[Atoms]], Path]:
    """Write frames to a file."""

    def write(images: list[Atoms]) -> Path:
        path = tmp_path / "frames.xyz"
        ase.io.write(path, images, format="extxyz")
        return path

    return write
