"""Evaluation: only an evaluated epoch can be kept; what ends a training."""

from __future__ import annotations

from mlipilot.compiler.backends.mace.knowledge import PATIENCE_DEAD
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic


def _tail(settings: Settings) -> list[Diagnostic]:
    epochs, interval = settings.value("max_num_epochs"), settings.value("eval_interval")
    if interval < 1 or epochs < 1 or (epochs - 1) % interval == 0 or settings.stage_two_unseen:
        return []
    last = (epochs - 1) // interval * interval
    all_lost = last == 0
    lost = epochs - 1 - last
    return [
        settings.report(
            "MLP1136" if all_lost else "MLP1137",
            f"only epoch 0 of {epochs} is evaluated"
            if all_lost
            else f"the last {f'{lost} epochs' if lost > 1 else 'epoch'} of {epochs} can never be kept",
            "eval_interval",
            "max_num_epochs",
            label="longer than the training" if all_lost else f"the last evaluation is at epoch {last}",
            consequence="MACE keeps the model of epoch 0, throws all training away and exits with 0"
            if all_lost
            else "MACE saves a checkpoint only where it evaluates, so what comes after is trained and thrown away",
            help="write `eval_interval: 1`"
            if all_lost
            else f"let `eval_interval` divide the epochs less one, such as `max_num_epochs: {last + interval + 1}`",
        )
    ]


def _patience(settings: Settings) -> list[Diagnostic]:
    patience, epochs = settings.value("patience"), settings.value("max_num_epochs")
    if settings.table.version not in PATIENCE_DEAD or settings.value("distributed"):
        return []
    if not settings.has("patience") or patience >= epochs:
        return []
    where = "Stage Two" if settings.stage_two else "a training on one device"
    return [
        settings.report(
            "MLP1138",
            f"{settings.written('patience')} does not end {where} in mace-torch {settings.table.version}",
            "patience",
            label="early stopping does not work",
            consequence=f"MACE logs `Stopping optimization` each epoch and goes on until epoch {epochs}",
            help="set `max_num_epochs` to what you can afford, or take mace-torch 0.3.14",
        )
    ]


RULES = (
    Rule(("eval_interval", "max_num_epochs", "swa", "start_swa"), _tail),
    Rule(("patience", "max_num_epochs", "distributed", "swa", "start_swa"), _patience),
)
