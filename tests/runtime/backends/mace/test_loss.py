"""Losses: each is its formula, and one that does not weigh the stress does not ask for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms

from mlipilot.compiler.operations.train import LossParameters
from mlipilot.runtime.backends.mace.frames import read_split
from mlipilot.runtime.backends.mace.graphs import Batch, build_graphs, collate
from mlipilot.runtime.backends.mace.loss import build_loss

CPU = torch.device("cpu")
KINDS = ["weighted", "huber", "universal", "l1l2"]


@pytest.fixture
def batch(frames: list[Atoms], written: Callable[[list[Atoms]], Path]) -> Batch:
    split = read_split("train", written(frames), needs_stress=True, r_max=4.0)
    return collate(build_graphs(split, split.elements, 4.0))


def exact(batch: Batch) -> dict[str, torch.Tensor]:
    """A prediction that is the label."""
    return {name: batch[name].clone() for name in ("energy", "forces", "stress")}


def near(batch: Batch) -> dict[str, torch.Tensor]:
    """A prediction that is off by a little, each time the same."""
    torch.manual_seed(2)
    return {name: tensor + 0.1 * torch.randn_like(tensor) for name, tensor in exact(batch).items()}


def value(settings: LossParameters, batch: Batch, output: dict[str, torch.Tensor]) -> float:
    return float(build_loss(settings, CPU)(batch, output))


def mean(tensor: torch.Tensor) -> float:
    return float(np.mean(tensor.numpy()))


@pytest.mark.parametrize("stress", [0.0, 10.0])
@pytest.mark.parametrize("kind", KINDS)
def test_a_prediction_that_is_the_label_costs_nothing(kind: str, stress: float, batch: Batch) -> None:
    assert value(LossParameters(kind, 1.0, 100.0, stress), batch, exact(batch)) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("stress", [0.0, 10.0])
def test_the_weighted_loss_is_a_sum_of_mean_squares(stress: float, batch: Batch) -> None:
    output = near(batch)
    atoms = batch.ptr[1:] - batch.ptr[:-1]
    energy, forces, strain = ((output[name] - batch[name]) for name in ("energy", "forces", "stress"))
    expected = 2 * mean((energy / atoms) ** 2) + 50 * mean(forces**2) + stress * mean(strain**2)
    assert value(LossParameters("weighted", 2.0, 50.0, stress), batch, output) == pytest.approx(expected, rel=1e-12)


def test_l1l2_is_the_mean_of_absolute_energies_and_lengths_of_forces(batch: Batch) -> None:
    output = near(batch)
    atoms = batch.ptr[1:] - batch.ptr[:-1]
    energy, forces = output["energy"] - batch.energy, output["forces"] - batch.forces
    expected = 2 * mean((energy / atoms).abs()) + 50 * mean(forces.norm(dim=-1))
    assert value(LossParameters("l1l2", 2.0, 50.0), batch, output) == pytest.approx(expected, rel=1e-12)


def test_huber_is_a_mean_square_below_delta_and_linear_above(batch: Batch) -> None:
    forces = exact(batch)
    settings = LossParameters("huber", 0.0, 1.0, delta=0.5)

    def off(by: float) -> float:
        return value(settings, batch, {**forces, "forces": batch.forces + by})

    assert off(0.1) == pytest.approx(0.5 * 0.1**2)
    assert off(3.0) == pytest.approx(0.5 * (3.0 - 0.25))


@pytest.mark.parametrize("kind", KINDS)
def test_a_loss_that_does_not_weigh_the_stress_does_not_ask_for_it(kind: str, batch: Batch) -> None:
    settings = LossParameters(kind, 1.0, 100.0)
    assert not settings.needs_stress
    whole = {name: tensor + 0.1 for name, tensor in exact(batch).items()}
    without = {name: tensor for name, tensor in whole.items() if name != "stress"}
    assert value(settings, batch, without) == value(settings, batch, whole) > 0


@pytest.mark.parametrize("kind", ["weighted", "huber", "universal"])
def test_a_loss_that_weighs_the_stress_asks_for_it(kind: str, batch: Batch) -> None:
    settings = LossParameters(kind, 1.0, 100.0, 10.0)
    assert settings.needs_stress
    output = exact(batch)
    output["stress"] = output["stress"] + 0.1
    assert value(settings, batch, output) > 0
