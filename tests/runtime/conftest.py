"""Fixtures of the runtime's tests: a tiny MACE model with random weights, and copper cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule


def tiny_mace(elements: list[int], precision: torch.dtype = torch.float64, seed: int = 1) -> torch.nn.Module:
    """A ScaleShiftMACE of 4 channels and r_max 4 Å with random weights, for the elements given (ascending)."""
    from e3nn import o3
    from mace import modules

    torch.manual_seed(seed)
    before = torch.get_default_dtype()
    torch.set_default_dtype(precision)
    try:
        return modules.ScaleShiftMACE(
            r_max=4.0,
            num_bessel=4,
            num_polynomial_cutoff=5,
            max_ell=2,
            interaction_cls=modules.interaction_classes["RealAgnosticResidualInteractionBlock"],
            interaction_cls_first=modules.interaction_classes["RealAgnosticInteractionBlock"],
            num_interactions=2,
            num_elements=len(elements),
            hidden_irreps=o3.Irreps("4x0e"),
            MLP_irreps=o3.Irreps("4x0e"),
            gate=torch.nn.functional.silu,
            atomic_energies=np.linspace(-3.0, -1.0, len(elements)),
            avg_num_neighbors=18.0,
            atomic_numbers=elements,
            correlation=2,
            radial_MLP=[8, 8],
            atomic_inter_scale=0.3,
            atomic_inter_shift=0.0,
        )
    finally:
        torch.set_default_dtype(before)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def copper_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "copper.model"
    torch.save(tiny_mace([29]), path)
    return path


@pytest.fixture(scope="session")
def bound_copper_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose random weights happen to give the energy a minimum near copper's volume."""
    path = tmp_path_factory.mktemp("models") / "bound.model"
    torch.save(tiny_mace([29], seed=56), path)
    return path


@pytest.fixture(scope="session")
def organic_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "organic.model"
    torch.save(tiny_mace([1, 6, 8]), path)
    return path


@pytest.fixture
def copper() -> Atoms:
    """32 copper atoms, rattled by 0.08 Å."""
    atoms = bulk("Cu", "fcc", a=3.59, cubic=True) * (2, 2, 2)
    atoms.rattle(0.08, seed=3)
    return atoms


@pytest.fixture
def ethanol() -> Atoms:
    return molecule("CH3CH2OH")
