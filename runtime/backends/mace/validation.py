"""The validation pass: one sweep over fixed batches gives the loss and both errors.

The batches are collated once; their loss is defined as in MACE, so that histories can be laid side by side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from mlipilot.runtime.backends.mace.graphs import Batch
from mlipilot.runtime.backends.mace.loss import Loss
from mlipilot.runtime.backends.mace.radial import RadialNetworks
from mlipilot.runtime.backends.mace.step import predict
from mlipilot.runtime.backends.protocol import Validation


def validate(model: torch.nn.Module, loss: Loss, batches: Sequence[Batch], *, stress: bool) -> Validation:
    """Evaluate `model` on `batches`, which must lie on its device. Parameters keep their gradient flags."""
    radial = RadialNetworks(model)
    flags = [p.requires_grad for p in model.parameters()]
    total = energy = force = 0.0
    frames = components = 0
    try:
        model.requires_grad_(False)
        for batch in batches:
            with radial.on_pairs(batch):
                output = predict(model, batch, stress=stress)
            with torch.no_grad():
                total += float(loss(batch, output))
                atoms = batch.ptr[1:] - batch.ptr[:-1]
                energy += float(torch.square((batch.energy - output["energy"]) / atoms).sum())
                force += float(torch.square(batch.forces - output["forces"]).sum())
            frames += batch.frames
            components += batch.forces.numel()
    finally:
        for parameter, flag in zip(model.parameters(), flags, strict=True):
            parameter.requires_grad_(flag)
    return Validation(total / frames, math.sqrt(energy / frames), math.sqrt(force / components))
