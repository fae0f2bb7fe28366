"""Losses by name: MACE's own modules, and whether they read a stress.

A stage names its loss afresh, so nothing is silently replaced at a stage change (stock MACE turns Huber and L1/L2
into mean squares there).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from mace import modules

from mlipilot.compiler.operations.train import LossParameters
from mlipilot.runtime.backends.mace.graphs import Batch

Output = dict[str, torch.Tensor]
Loss = Callable[[Batch, Output], torch.Tensor]
"""(labelled batch, what the model gives for it) -> scalar."""


def build_loss(settings: LossParameters, device: torch.device) -> Loss:
    """MACE's loss module, in the default dtype.

    The Huber and the universal loss always read a stress; with weight 0 they are handed the label itself, so that
    the derivative with respect to the cell need not be computed.
    """
    module = _module(settings).to(device)
    reads_stress = settings.kind in ("huber", "universal")

    def loss(batch: Batch, output: Output) -> torch.Tensor:
        if reads_stress and not settings.needs_stress:
            output = {**output, "stress": batch.stress}
        value: torch.Tensor = module(pred=output, ref=batch)
        return value

    return loss


def _module(settings: LossParameters) -> torch.nn.Module:
    energy, forces, stress = settings.energy, settings.forces, settings.stress
    if settings.kind == "huber":
        return modules.WeightedHuberEnergyForcesStressLoss(energy, forces, stress, settings.delta)
    if settings.kind == "universal":
        return modules.UniversalLoss(energy, forces, stress, settings.delta)
    if settings.kind == "l1l2":
        return modules.WeightedEnergyForcesL1L2Loss(energy, forces)
    if settings.needs_stress:
        return modules.WeightedEnergyForcesStressLoss(energy, forces, stress)
    return modules.WeightedEnergyForcesLoss(energy, forces)
