"""The guard: training stops at the first number that is not finite.

Stock MACE goes on, counts NaN as an improvement, overwrites its last good checkpoint and exits 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch

from mlipilot.runtime.foundation.failures import JobFailure

HELP = "lower the learning rate, clip the gradient, or look for an outlier among the labels"


@dataclass(frozen=True)
class Position:
    """Where training stands, for messages; epochs and steps are counted from 1."""

    stage: str
    epoch: int
    step: int
    lr: float


def check_step(position: Position, loss: float, gradient_norm: float) -> None:
    """Raise `JobFailure` MLP0810 for a loss or a gradient norm that is not finite."""
    for name, value in (("loss", loss), ("gradient norm", gradient_norm)):
        if not math.isfinite(value):
            raise _failure(f"the {name} is {value}", position, loss)


def check_epoch(position: Position, valid_loss: float, figures: Iterable[float]) -> None:
    """Raise `JobFailure` MLP0810 for a validation loss or error that is not finite."""
    if not all(math.isfinite(value) for value in (valid_loss, *figures)):
        raise _failure("a validation error is not finite", position, valid_loss)


def check_parameters(position: Position, loss: float, tensors: Iterable[torch.Tensor]) -> None:
    """Raise `JobFailure` MLP0810 for a parameter that is not finite."""
    if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors):
        raise _failure("a parameter is not finite", position, loss)


def _failure(what: str, position: Position, loss: float) -> JobFailure:
    return JobFailure(
        "MLP0810",
        f"{what} at stage {position.stage}, epoch {position.epoch}, step {position.step} "
        f"(loss {loss:g}, lr {position.lr:g})",
        HELP,
    )
