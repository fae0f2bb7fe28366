"""Small real data sets: rattled and strained copper, labelled with ASE's EMT potential."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT

from mlipilot.runtime.foundation.job_context import JobContext

MODEL: dict[str, Any] = {
    "r_max": 4.5,
    "channels": 8,
    "max_L": 0,
    "max_ell": 3,
    "correlation": 2,
    "interactions": 2,
    "radial_basis": 8,
    "cutoff_basis": 5,
    "radial_mlp": [64, 64, 64],
    "readout": 16,
    "pair_repulsion": False,
    "e0": {"kind": "average"},
    "scaling": "rms_forces",
    "precision": "float64",
}
STAGE: dict[str, Any] = {
    "name": "forces",
    "epochs": 3,
    "lr": 0.01,
    "loss": {"kind": "weighted", "energy": 1, "forces": 100, "stress": 0},
    "scheduler": {"kind": "plateau", "factor": 0.8, "patience": 50},
}
PARAMS: dict[str, Any] = {
    "model": MODEL,
    "stages": [STAGE],
    "batch": 4,
    "valid_batch": 10,
    "ema": 0.99,
    "clip": 10.0,
    "weight_decay": 5e-7,
    "amsgrad": True,
    "patience": None,
    "seed": 1,
}


def copper(frames: int, seed: int, symbols: str = "Cu", repeats: tuple[int, int, int] = (2, 1, 1)) -> list[Atoms]:
    """Frames of 4 * prod(repeats) atoms with EMT energies (eV), forces (eV/Å) and stresses (eV/Å^3)."""
    draw = np.random.default_rng(seed)
    out = []
    for _ in range(frames):
        atoms = bulk("Cu", "fcc", a=3.6 * (1 + 0.02 * draw.standard_normal()), cubic=True) * repeats
        atoms.symbols[0] = symbols
        atoms.positions += 0.08 * draw.standard_normal(atoms.positions.shape)
        atoms.calc = EMT()
        energy, forces, stress = atoms.get_potential_energy(), atoms.get_forces(), atoms.get_stress()
        atoms.calc = None
        atoms.info.update(REF_energy=float(energy), REF_stress=stress)
        atoms.arrays["REF_forces"] = forces
        out.append(atoms)
    return out


@pytest.fixture
def params() -> dict[str, Any]:
    """Parameters of a short training, free to be changed."""
    return copy.deepcopy(PARAMS)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A training set of 16 frames and a validation set of 8, each of 8 atoms."""
    folder = tmp_path_factory.mktemp("copper")
    files = {"train": folder / "train.xyz", "valid": folder / "valid.xyz"}
    ase.io.write(files["train"], copper(16, 1), format="extxyz")
    ase.io.write(files["valid"], copper(8, 2), format="extxyz")
    return files


@pytest.fixture
def make_job(tmp_path: Path, data: dict[str, Path]) -> Callable[..., JobContext]:
    """Build a job context with folders of its own; a `name` used twice shares its scratch folder."""

    def make(params: dict[str, Any], name: str = "job", **changes: Any) -> JobContext:
        out, scratch = tmp_path / name / "out", tmp_path / name / "scratch"
        out.mkdir(parents=True, exist_ok=True)
        scratch.mkdir(exist_ok=True)
        inputs = {**data, **changes.pop("inputs", {})}
        return JobContext(
            params=params,
            inputs=inputs,
            out=out,
            scratch=scratch,
            threads=1,
            progress_file=tmp_path / name / "progress.jsonl",
            **changes,
        )

    return make
