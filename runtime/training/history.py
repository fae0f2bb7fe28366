"""The history: one row for each epoch, without gap or duplicate.

Rows travel inside the checkpoint, so that a resumed training has exactly those of an uninterrupted one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from mlipilot.runtime.foundation.atomic_files import write_durably

SCHEMA = {
    "stage": pl.String,
    "stage_epoch": pl.Int64,
    "epoch": pl.Int64,
    "train_loss": pl.Float64,
    "valid_loss": pl.Float64,
    "valid_energy_rmse": pl.Float64,
    "valid_force_rmse": pl.Float64,
    "lr": pl.Float64,
    "grad_norm": pl.Float64,
    "seconds": pl.Float64,
    "selected": pl.Boolean,
}


@dataclass(frozen=True)
class Epoch:
    """Figures of one epoch."""

    stage: str
    stage_epoch: int
    """Within the stage, from 1."""
    epoch: int
    """Within the training, from 1."""
    train_loss: float
    """Mean over the frames, each batch at the parameters it was seen with."""
    valid_loss: float
    """Of the stage's loss, with averaged weights, as MACE defines it."""
    valid_energy_rmse: float
    """eV/atom."""
    valid_force_rmse: float
    """eV/Å."""
    lr: float
    """Learning rate during the epoch."""
    grad_norm: float
    """Largest norm of the gradient before clipping."""
    seconds: float
    """Wall time of training and validation."""


def write_history(rows: Sequence[Epoch], selected: Collection[int], path: Path) -> None:
    """Write the rows as Parquet; `selected` holds the number (`epoch`) of each stage's chosen epoch."""
    table = pl.DataFrame([{**asdict(row), "selected": row.epoch in selected} for row in rows], schema=SCHEMA)
    write_durably(path, table.write_parquet)
