"""The faster step gives what eager MACE gives: loss, gradients of all parameters, energies, forces, stresses."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
import torch
from ase import Atoms
from mace.data import AtomicData
from mace.tools import AtomicNumberTable
from mace.tools.torch_geometric.batch import Batch as StockBatch

from mlipilot.compiler.operations.train import LossParameters, ModelParameters
from mlipilot.runtime.backends.mace.frames import read_split
from mlipilot.runtime.backends.mace.graphs import Batch, build_graphs, collate
from mlipilot.runtime.backends.mace.loss import build_loss
from mlipilot.runtime.backends.mace.model import build_model
from mlipilot.runtime.backends.mace.normalisation import normalise
from mlipilot.runtime.backends.mace.radial import RadialNetworks, silu
from mlipilot.runtime.backends.mace.step import PlainStep, predict

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def double_precision() -> Any:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.fixture(params=[0, 1], ids=["scalar features", "vector features"])
def model_and_batch(request: pytest.FixtureRequest, data: dict[str, Path], params: dict[str, Any]) -> Any:
    params["model"].update(max_L=request.param, r_max=5.0)
    settings = ModelParameters.read(params["model"])
    split = read_split("train", data["train"], needs_stress=True, r_max=4.0)
    graphs = build_graphs(split, split.elements, settings.r_max)
    torch.manual_seed(3)
    model = build_model(settings, normalise(split, graphs, settings.e0, settings.scaling))
    return model, collate(graphs[:3])


@pytest.mark.parametrize("stress", [False, True])
def test_pairs_change_nothing(
    model_and_batch: tuple[torch.nn.Module, Batch], stress: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, batch = model_and_batch
    loss = build_loss(LossParameters("weighted", 1.0, 100.0, 10.0 if stress else 0.0), CPU)
    step = PlainStep(model, loss, stress=stress)
    fast = step(batch)
    radial = RadialNetworks(model)
    with radial.on_pairs(batch):
        predicted = predict(model, batch, stress=stress)
    monkeypatch.setattr(RadialNetworks, "on_pairs", lambda self, batch: nullcontext())
    plain, expected = step(batch), predict(model, batch, stress=stress)

    torch.testing.assert_close(fast.loss, plain.loss, rtol=1e-12, atol=0)
    for mine, stock in zip(fast.gradients, plain.gradients, strict=True):
        torch.testing.assert_close(mine, stock, rtol=1e-9, atol=1e-12)
    for name in ("energy", "forces", *(("stress",) if stress else ())):
        torch.testing.assert_close(predicted[name], expected[name], rtol=1e-10, atol=1e-12)


def test_the_model_is_stock_again_afterwards(model_and_batch: tuple[Any, Batch]) -> None:
    model, batch = model_and_batch
    with RadialNetworks(model).on_pairs(batch):
        assert all("forward" in i.conv_tp_weights.__dict__ for i in model.interactions)
    assert all("forward" not in i.conv_tp_weights.__dict__ for i in model.interactions)


def test_silu_derivatives() -> None:
    x = torch.linspace(-6, 6, 25).requires_grad_(True)
    assert torch.autograd.gradcheck(silu, (x,))
    assert torch.autograd.gradgradcheck(silu, (x,))


def test_every_edge_has_its_pair(data: dict[str, Path]) -> None:
    split = read_split("train", data["train"], needs_stress=False, r_max=4.0)
    batch = collate(build_graphs(split, [29], 4.5)[:4])
    assert len(batch.pair_edge) * 2 == len(batch.edge_pair)
    assert torch.equal(torch.bincount(batch.edge_pair), torch.full((len(batch.pair_edge),), 2))
    sender, receiver = batch.edge_index
    lengths = (batch.positions[receiver] - batch.positions[sender] + batch.shifts).norm(dim=1)
    assert torch.equal(lengths[batch.pair_edge][batch.edge_pair], lengths)


@pytest.mark.parametrize("name", ["train_50.xyz", "md_stable.xyz"])
def test_molecules_and_several_elements(name: str, tmp_path: Path) -> None:
    """Real molecular frames where the test data folder has them: graphs collate as MACE's own do."""
    folder = os.environ.get("MLIPILOT_TEST_DATA")
    if folder is None or not (Path(folder) / "solvent" / name).exists():
        pytest.skip("MLIPILOT_TEST_DATA has no solvent data")
    frames: list[Atoms] = ase.io.read(Path(folder) / "solvent" / name, index=":6")
    for atoms in frames:
        atoms.info["REF_energy"] = float(atoms.info.get("energy_xtb", 0.0))
        atoms.arrays["REF_forces"] = atoms.arrays.get("forces_xtb", np.zeros((len(atoms), 3)))
        atoms.calc = None
    ase.io.write(tmp_path / "frames.xyz", frames, format="extxyz")
    split = read_split("train", tmp_path / "frames.xyz", needs_stress=False, r_max=4.0)
    table = AtomicNumberTable(split.elements)
    stock = StockBatch.from_data_list(
        [AtomicData.from_config(c, z_table=table, cutoff=5.0) for c in split.configurations]
    )
    ours = collate(build_graphs(split, split.elements, 5.0)).tensors()
    assert [field for field in ours if field not in stock] == ["pair_edge", "edge_pair"]
    for field in (field for field in ours if field in stock):
        assert torch.equal(ours[field], stock[field]), field
