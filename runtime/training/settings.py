"""Parameters of a train job, typed.

The plan hands them over as JSON; the names are the spec's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlipilot.runtime.mace.loss import LossSettings
from mlipilot.runtime.mace.model import ModelSettings


@dataclass(frozen=True)
class SchedulerSettings:
    """How the learning rate moves from epoch to epoch."""

    kind: str
    """"plateau", "exponential" or "constant"."""
    factor: float = 0.8
    patience: int = 50
    gamma: float = 0.9993


@dataclass(frozen=True)
class StageSettings:
    """One stage: a number of epochs under one loss."""

    name: str
    epochs: int
    lr: float
    loss: LossSettings
    scheduler: SchedulerSettings

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> StageSettings:
        """Settings from one entry of `stages`."""
        return cls(
            name=params["name"],
            epochs=params["epochs"],
            lr=params["lr"],
            loss=LossSettings.from_params(params["loss"]),
            scheduler=SchedulerSettings(**params.get("scheduler", {"kind": "plateau"})),
        )


@dataclass(frozen=True)
class TrainingSettings:
    """All parameters of a train job."""

    model: ModelSettings
    stages: tuple[StageSettings, ...]
    batch: int
    valid_batch: int
    ema: float | None
    clip: float | None
    weight_decay: float
    amsgrad: bool
    patience: int | None
    """Epochs without a lower validation loss after which a stage ends; None: never."""
    seed: int

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> TrainingSettings:
        """Settings from the parameters of a train job."""
        return cls(
            model=ModelSettings.from_params(params["model"]),
            stages=tuple(StageSettings.from_params(stage) for stage in params["stages"]),
            batch=params["batch"],
            valid_batch=params["valid_batch"],
            ema=params["ema"],
            clip=params["clip"],
            weight_decay=params["weight_decay"],
            amsgrad=params["amsgrad"],
            patience=params["patience"],
            seed=params["seed"],
        )

    @property
    def epochs(self) -> int:
        """Epochs of all stages together."""
        return sum(stage.epochs for stage in self.stages)

    @property
    def needs_stress(self) -> bool:
        """Whether any stage minimises a stress term."""
        return any(stage.loss.needs_stress for stage in self.stages)
