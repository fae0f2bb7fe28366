"""What a training was made with and how each stage went, as JSON.

Stock MACE leaves no trace of this in the model file.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import torch

from mlipilot.compiler.operations.train import TrainParameters
from mlipilot.runtime.backends.protocol import Learner
from mlipilot.runtime.training.checkpoint import Progress


def summarise(
    settings: TrainParameters,
    learner: Learner,
    progress: Progress,
    packages: Mapping[str, str],
    *,
    device: torch.device,
    threads: int,
) -> dict[str, Any]:
    """Content of training.json: energies in eV, scale in the unit of `scaling`, times in s."""
    return {
        "parameters": sum(p.numel() for p in learner.model.parameters() if p.requires_grad),
        "versions": {"python": platform.python_version(), **{n: version(p) for n, p in packages.items()}},
        "seed": settings.seed,
        "device": str(device),
        "threads": threads,
        "dtype": settings.model.precision,
        **learner.facts(),
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
