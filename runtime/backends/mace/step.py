"""The step: a batch in, the loss and its gradients out.

It is the one place where training time is spent, hence a protocol: a compiled step can take the place of the
plain one, which stays the reference that equality is tested against.
"""

from __future__ import annotations

from typing import Protocol

import torch

from mlipilot.runtime.backends.mace.graphs import Batch
from mlipilot.runtime.backends.mace.loss import Loss, Output
from mlipilot.runtime.backends.mace.radial import RadialNetworks
from mlipilot.runtime.backends.protocol import StepResult


class Step(Protocol):
    """Loss and gradients of one batch; parameters are read, never changed."""

    def __call__(self, batch: Batch) -> StepResult: ...


class PlainStep:
    """The step in eager torch, through double backward."""

    def __init__(self, model: torch.nn.Module, loss: Loss, *, stress: bool) -> None:
        self._model = model
        self._radial = RadialNetworks(model)
        self._loss = loss
        self._stress = stress
        self._parameters = list(model.parameters())

    def __call__(self, batch: Batch) -> StepResult:
        """Loss and gradients of `batch`, which must lie on the model's device."""
        with self._radial.on_pairs(batch):
            output = predict(self._model, batch, stress=self._stress, training=True)
        loss = self._loss(batch, output)
        # Asking for the parameters alone leaves out the second derivative with respect to the positions,
        # which backward() would work out and store in positions.grad.
        gradients = torch.autograd.grad(loss, self._parameters, allow_unused=True)
        return StepResult(loss.detach(), gradients)


def predict(model: torch.nn.Module, batch: Batch, *, stress: bool, training: bool = False) -> Output:
    """Energy (n_graphs, eV), forces (n_atoms, 3, eV/Å) and, if asked for, stress (n_graphs, 3, 3, eV/Å^3)."""
    # A model replaces positions and shifts in the dictionary it is given, and asks for their gradients in place.
    tensors = batch.tensors()
    tensors["positions"] = batch.positions.detach()
    output: Output = model(tensors, training=training, compute_stress=stress)
    return output
