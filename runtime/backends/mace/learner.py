"""A MACE model that is trained: its losses, its gradients, its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from ase.data import chemical_symbols

from mlipilot.compiler.operations.train import LossParameters
from mlipilot.runtime.backends.mace.graphs import Batch, collate
from mlipilot.runtime.backends.mace.loss import build_loss
from mlipilot.runtime.backends.mace.model import parameter_groups, save_model
from mlipilot.runtime.backends.mace.normalisation import Normalisation
from mlipilot.runtime.backends.mace.step import PlainStep, Step
from mlipilot.runtime.backends.mace.validation import validate
from mlipilot.runtime.backends.protocol import StepResult, Validation


class MaceObjective:
    """A model under one of MACE's losses."""

    def __init__(self, model: torch.nn.Module, settings: LossParameters, device: torch.device) -> None:
        self._model, self._stress = model, settings.needs_stress
        self._loss = build_loss(settings, device)
        self._step: Step = PlainStep(model, self._loss, stress=settings.needs_stress)

    def step(self, batch: Batch) -> StepResult:
        """Through double backward."""
        return self._step(batch)

    def validate(self, batches: Sequence[Batch]) -> Validation:
        """Over fixed batches."""
        return validate(self._model, self._loss, batches, stress=self._stress)


class MaceLearner:
    """A model on its device, with the constants that it was made with."""

    def __init__(
        self, model: torch.nn.Module, normalisation: Normalisation, scaling: str, device: torch.device
    ) -> None:
        self.model = model
        self._normalisation, self._scaling, self._device = normalisation, scaling, device

    def parameter_groups(self, weight_decay: float) -> list[dict[str, Any]]:
        """MACE's."""
        return parameter_groups(self.model, weight_decay)

    def objective(self, loss: LossParameters) -> MaceObjective:
        """The model under a loss."""
        return MaceObjective(self.model, loss, self._device)

    def collate(self, graphs: Sequence[Batch]) -> Batch:
        """One graph of several."""
        return collate(graphs).to(self._device)

    def save(self, path: Path) -> None:
        """As stock tools load it."""
        save_model(self.model, path)

    def facts(self) -> dict[str, Any]:
        """Elements, reference energies (eV), scale in the unit of `scaling`, neighbours."""
        found = self._normalisation
        symbols = [chemical_symbols[z] for z in found.elements]
        return {
            "elements": symbols,
            "e0": dict(zip(symbols, found.e0, strict=True)),
            "scaling": self._scaling,
            "scale": found.scale,
            "average_neighbours": found.average_neighbours,
        }
