"""The loop: stages in the order written, epochs within them, a checkpoint after each.

A stage's chosen weights are the averaged ones of the epoch with the lowest validation loss under that stage's own
loss; the next stage starts from them, and the last stage's are the model handed out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from mlipilot.compiler.operations.train import TrainParameters
from mlipilot.runtime.backends.protocol import Graphs, Learner
from mlipilot.runtime.training.checkpoint import CheckpointStore, Progress
from mlipilot.runtime.training.history import Epoch
from mlipilot.runtime.training.order import Order
from mlipilot.runtime.training.stage import Stage

COMPLETE = "epochs"
PATIENCE = "patience"
Report = Callable[[Epoch, int], None]
"""Called after each epoch with its figures and the number of epochs planned in all."""


@dataclass
class Training:
    """A training of a model in place; `valid` lies on the model's device, `train` on the CPU."""

    settings: TrainParameters
    learner: Learner
    train: Sequence[Graphs]
    valid: Sequence[Graphs]
    order: Order
    device: torch.device
    checkpoints: CheckpointStore
    report: Report
    stop_requested: Callable[[], bool]

    def run(self) -> Progress:
        """Train to the end, from the checkpoint if there is one.

        Raises `Stopped` between steps when asked to stop, `JobFailure` MLP0810 at the first number that is not
        finite; the checkpoint of the last finished epoch stays in both cases.
        """
        # TorchScript's optimising executor runs other kernels once it has seen a few calls; a resumed process would
        # count them anew, and differ in the last bit.
        with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
            return self._run()

    def _run(self) -> Progress:
        resumed = self.checkpoints.load()
        progress = Progress() if resumed is None else resumed[0]
        state = None if resumed is None else resumed[1]
        while progress.stage < len(self.settings.stages):
            stage = self._start(progress)
            if state is not None:
                stage.restore(state["stage"])
                self.order.restore(state["order"])
                state = None
            while (reason := self._ended(progress)) is None:
                self._epoch(stage, progress)
            self._close(progress, reason)
        return progress

    def _start(self, progress: Progress) -> Stage:
        if progress.stage > 0:
            previous = self.settings.stages[progress.stage - 1].name
            self.learner.model.load_state_dict(progress.selected[previous])
        return Stage(self.learner, self.settings, self.settings.stages[progress.stage])

    def _ended(self, progress: Progress) -> str | None:
        if progress.stage_epoch >= self.settings.stages[progress.stage].epochs:
            return COMPLETE
        patience = self.settings.patience
        if patience is not None and progress.rows and progress.stage_epoch > 0:
            waited = progress.rows[-1].epoch - progress.best_epoch
            if waited >= patience:
                return PATIENCE
        return None

    def _epoch(self, stage: Stage, progress: Progress) -> None:
        started = time.perf_counter()
        lr = stage.lr
        number = len(progress.rows) + 1
        sweep = stage.sweep(self.train, self.order.epoch(), progress.stage_epoch + 1, self.stop_requested)
        valid = stage.validate(self.valid, progress.stage_epoch + 1)
        stage.advance(valid.loss)
        progress.stage_epoch += 1
        if valid.loss < progress.best_loss:
            progress.best_loss, progress.best_epoch, progress.best = valid.loss, number, stage.weights()
        row = Epoch(
            stage=stage.settings.name,
            stage_epoch=progress.stage_epoch,
            epoch=number,
            train_loss=sweep.loss,
            valid_loss=valid.loss,
            valid_energy_rmse=valid.energy_rmse,
            valid_force_rmse=valid.force_rmse,
            lr=lr,
            grad_norm=sweep.grad_norm,
            seconds=time.perf_counter() - started,
        )
        progress.rows.append(row)
        self.checkpoints.save(progress, {"stage": stage.state(), "order": self.order.state()})
        self.report(row, number + self._remaining(progress))

    def _remaining(self, progress: Progress) -> int:
        planned = sum(stage.epochs for stage in self.settings.stages[progress.stage :])
        return planned - progress.stage_epoch

    def _close(self, progress: Progress, reason: str) -> None:
        name = self.settings.stages[progress.stage].name
        assert progress.best is not None, "a stage has at least one epoch, and its loss was finite"
        progress.selected[name] = progress.best
        progress.selected_epochs[name] = progress.best_epoch
        progress.ended[name] = reason
        progress.stage += 1
        progress.stage_epoch, progress.best_loss, progress.best_epoch, progress.best = 0, float("inf"), 0, None
