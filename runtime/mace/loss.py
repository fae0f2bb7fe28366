"""Losses by name: MACE's own modules, and whether they read a stress.

A stage names its loss afresh, so nothing is silently replaced at a stage change (stock MACE turns Huber and L1/L2
into mean squares there).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from mace import modules

from mlipilot.runtime.mace.graphs import Batch

Output = dict[str, torch.Tensor]
Loss = Callable[[Batch, Output], torch.Tensor]
"""(labelled batch, what the model gives for it) -> scalar."""


@dataclass(frozen=True)
class LossSettings:
    """A loss and its weights (per term: energy per atom, force component, stress component)."""

    kind: str
    """"weighted" (mean squares), "huber", "universal" or "l1l2"."""
    energy: float
    forces: float
    stress: float = 0.0
    delta: float = 0.01

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> LossSettings:
        """Settings from the `loss` entry of a stage."""
        return cls(**params)

    @property
    def needs_stress(self) -> bool:
        """Whether the stress is part of what is minimised."""
        return self.stress > 0.0


def build_loss(settings: LossSettings, device: torch.device) -> Loss:
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


def _module(settings: LossSettings) -> torch.nn.Module:
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
