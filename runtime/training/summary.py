"""What a training was made with and how each stage went, as JSON.

Stock MACE leaves no trace of this in the model file.
"""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

import torch
from ase.data import chemical_symbols

from mlipilot.compiler.operations.train import TrainParameters
from mlipilot.runtime.backends.mace.model import count_parameters
from mlipilot.runtime.backends.mace.normalisation import Normalisation
from mlipilot.runtime.training.checkpoint import Progress

PACKAGES = {"torch": "torch", "mace": "mace-torch", "e3nn": "e3nn", "numpy": "numpy"}


def summarise(
    settings: TrainParameters,
    normalisation: Normalisation,
    model: torch.nn.Module,
    progress: Progress,
    *,
    device: torch.device,
    threads: int,
) -> dict[str, Any]:
    """Content of training.json: energies in eV, scale in the unit of `scaling`, times in s."""
    symbols = [chemical_symbols[z] for z in normalisation.elements]
    return {
        "parameters": count_parameters(model),
        "versions": {"python": platform.python_version(), **{n: version(p) for n, p in PACKAGES.items()}},
        "seed": settings.seed,
        "device": str(device),
        "threads": threads,
        "dtype": settings.model.precision,
        "elements": symbols,
        "e0": dict(zip(symbols, normalisation.e0, strict=True)),
        "scaling": settings.model.scaling,
        "scale": normalisation.scale,
        "average_neighbours": normalisation.average_neighbours,
        "epochs": len(progress.rows),
        "seconds": sum(row.seconds for row in progress.rows),
        "stages": [_stage(stage.name, progress) for stage in settings.stages],
    }


def _stage(name: str, progress: Progress) -> dict[str, Any]:
    rows = [row for row in progress.rows if row.stage == name]
    best = next(row for row in rows if row.epoch == progress.selected_epochs[name])
    return {
        "name": name,
        "epochs": len(rows),
        "best_epoch": best.stage_epoch,
        "best_valid_loss": best.valid_loss,
        "best_valid_energy_rmse": best.valid_energy_rmse,
        "best_valid_force_rmse": best.valid_force_rmse,
        "seconds": sum(row.seconds for row in rows),
        "ended": progress.ended[name],
    }
