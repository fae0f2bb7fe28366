"""One stage at work: its loss, optimizer, scheduler and averaged weights.

Every stage starts these afresh from the weights that the stage before it chose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch.optim.lr_scheduler import ExponentialLR, ReduceLROnPlateau
from torch_ema import ExponentialMovingAverage

from mlipilot.compiler.operations.train import StageParameters, TrainParameters
from mlipilot.runtime.backends.protocol import Graphs, Learner, Validation
from mlipilot.runtime.foundation.failures import Stopped
from mlipilot.runtime.training.checkpoint import Weights
from mlipilot.runtime.training.guard import Position, check_epoch, check_parameters, check_step

BETAS = (0.9, 0.999)


@dataclass(frozen=True)
class Sweep:
    """Figures of one pass over the training set."""

    loss: float
    """Mean over the frames."""
    grad_norm: float
    """Largest norm before clipping."""


class Stage:
    """A stage in progress, changing the learner's model in place."""

    def __init__(self, learner: Learner, settings: TrainParameters, stage: StageParameters) -> None:
        self.settings = stage
        self._learner, self._model = learner, learner.model
        self._clip = settings.clip
        self._parameters = list(self._model.parameters())
        self._objective = learner.objective(stage.loss)
        self._optimizer = torch.optim.Adam(
            learner.parameter_groups(settings.weight_decay),
            lr=stage.lr,
            betas=BETAS,
            amsgrad=settings.amsgrad,
            fused=True,
        )
        self._scheduler = _scheduler(self._optimizer, stage)
        self._ema = None if settings.ema is None else ExponentialMovingAverage(self._parameters, settings.ema)

    @property
    def lr(self) -> float:
        """Learning rate of the next step."""
        return float(self._optimizer.param_groups[0]["lr"])

    def sweep(
        self, graphs: Sequence[Graphs], order: Iterable[Sequence[int]], epoch: int, stopped: Callable[[], bool]
    ) -> Sweep:
        """Train on every batch of `order` once. Raises `Stopped` between steps when asked to."""
        total, frames, largest = 0.0, 0, 0.0
        for number, indices in enumerate(order, start=1):
            if stopped():
                raise Stopped
            batch = self._learner.collate([graphs[i] for i in indices])
            loss, norm = self._update(batch, Position(self.settings.name, epoch, number, self.lr))
            total += loss * len(indices)
            frames += len(indices)
            largest = max(largest, norm)
        return Sweep(total / frames, largest)

    def validate(self, batches: Sequence[Graphs], epoch: int) -> Validation:
        """Evaluate the averaged weights; every figure and parameter is finite on return."""
        with self.averaged():
            result = self._objective.validate(batches)
            position = Position(self.settings.name, epoch, 0, self.lr)
            check_epoch(position, result.loss, (result.energy_rmse, result.force_rmse))
            check_parameters(position, result.loss, self._parameters)
        check_parameters(position, result.loss, self._parameters)
        return result

    def advance(self, valid_loss: float) -> None:
        """Move the learning rate at the end of an epoch."""
        if isinstance(self._scheduler, ReduceLROnPlateau):
            self._scheduler.step(valid_loss)
        elif self._scheduler is not None:
            self._scheduler.step()

    def averaged(self) -> AbstractContextManager[None]:
        """The model with averaged weights for the length of a `with` block."""
        return nullcontext() if self._ema is None else self._ema.average_parameters()

    def weights(self) -> Weights:
        """A copy of the averaged weights, on the CPU."""
        with self.averaged():
            return {name: tensor.detach().cpu().clone() for name, tensor in self._model.state_dict().items()}

    def state(self) -> dict[str, Any]:
        """Everything that decides the stage's next number."""
        return {
            "model": self._model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "scheduler": None if self._scheduler is None else self._scheduler.state_dict(),
            "ema": None if self._ema is None else self._ema.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a state."""
        self._model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        if self._scheduler is not None:
            self._scheduler.load_state_dict(state["scheduler"])
        if self._ema is not None:
            self._ema.load_state_dict(state["ema"])

    def _update(self, batch: Graphs, position: Position) -> tuple[float, float]:
        result = self._objective.step(batch)
        for parameter, gradient in zip(self._parameters, result.gradients, strict=True):
            parameter.grad = gradient
        limit = float("inf") if self._clip is None else self._clip
        norm = float(torch.nn.utils.clip_grad_norm_(self._parameters, limit))
        loss = float(result.loss)
        check_step(position, loss, norm)
        self._optimizer.step()
        if self._ema is not None:
            self._ema.update()
        return loss, norm


def _scheduler(optimizer: torch.optim.Optimizer, stage: StageParameters) -> ReduceLROnPlateau | ExponentialLR | None:
    settings = stage.scheduler
    if settings.kind == "plateau":
        return ReduceLROnPlateau(optimizer, factor=settings.factor, patience=settings.patience)
    if settings.kind == "exponential":
        return ExponentialLR(optimizer, gamma=settings.gamma)
    return None
