"""Tiny specs to probe, of made data and of files, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

from mlipilot.compiler.compile import check_file, compile_spec
from mlipilot.compiler.plan import Compiled
from mlipilot.spec.document import Spec

MODEL = "model small : mace { r_max = 4 Å, channels = 4, max_L = 0, max_ell = 1, radial_mlp = [8] }\n"
TRAINING = """\
training fit {
    model = small
    data  = cu
    batch = 2
    seeds = [1, 2]
    stage forces { epochs = 3, lr = 1e-2, loss = weighted(energy = 1, forces = 100) }
    stage energy { epochs = 2, lr = 1e-3, loss = weighted(energy = 100, forces = 100) }
}
"""
MADE = """\
dataset cu : emt_supercells {
    element      = Cu
    lattice      = 3.59 Å
    repeats      = [2, 1, 1]
    strain       = -2 % .. 2 %
    temperatures = [300 K]
    trajectories = 8
    frames       = 4
    split        = by_trajectory(train = 4, valid = 2, test = 2, sealed = 0)
    seed         = 1
}
"""
FILES = 'dataset cu : files { train = ["train.xyz"], valid = ["valid.xyz"], test = ["valid.xyz"] }\n'
REST = """\
dynamics hot : nvt {
    potential   = fit
    start       = cu.test
    temperature = 300 K
    thermostat  = langevin(relaxation = 100 fs)
    timestep    = 2 fs
    duration    = 0.2 ps
    replicas    = 3
}
scorecard s {
    judges = fit
    require force_rmse(cu.test) <= 1 eV/Å because "it is a test"
}
"""

Lowered = Callable[..., tuple[Spec, Compiled]]


@pytest.fixture
def lowered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lowered:
    """Writes and lowers a spec with a workspace of its own; what the scan of its files says is passed over."""
    monkeypatch.delenv("MLIPILOT_WORKSPACE", raising=False)

    def lower(data: str = MADE, training: str = TRAINING, name: str = "tiny.mlp", rest: str = REST) -> Any:
        path = tmp_path / name
        path.write_text(f'edition "2026"\n{data}{MODEL}{training}{rest}', encoding="utf-8")
        spec = check_file(path).spec
        assert spec is not None
        compiled = compile_spec(spec)
        assert isinstance(compiled, Compiled), compiled
        return spec, compiled

    return lower


def labelled(repeats: int, seed: int) -> Atoms:
    """Copper with random labels, of 4 atoms a repeat."""
    draw = np.random.default_rng(seed)
    atoms = bulk("Cu", "fcc", a=3.6, cubic=True) * (repeats, 1, 1)
    atoms.positions += 0.05 * draw.standard_normal(atoms.positions.shape)
    atoms.info["REF_energy"] = float(draw.standard_normal())
    atoms.arrays["REF_forces"] = draw.standard_normal(atoms.positions.shape)
    return atoms


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The folder of the specs with train.xyz and valid.xyz."""
    ase.io.write(tmp_path / "train.xyz", [labelled(1 + seed % 3, seed) for seed in range(9)], format="extxyz")
    ase.io.write(tmp_path / "valid.xyz", [labelled(1, seed) for seed in range(20, 23)], format="extxyz")
    return tmp_path
