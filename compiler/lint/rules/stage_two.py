"""Stage Two, which MACE's older options call `swa`: whether it runs, is evaluated, and trains the same loss."""

from __future__ import annotations

from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count

_SWITCH = ("swa", "start_swa")
_CHANGES = {
    "huber": "a plain squared error of energy and forces, without the stress",
    "l1l2energyforces": "a plain squared error of energy and forces",
    "ef": "a squared error with the weights of Stage Two",
}
"""Losses that Stage Two replaces, and by what."""
_IMPOSSIBLE = {
    "forces_only": "MACE stops with a `ValueError` after it has built the model",
    "dipole": "MACE stops with an `AssertionError` after it has built the model",
}
_WEIGHTS = ("swa_energy_weight", "swa_forces_weight")


def _other_loss(settings: Settings) -> list[Diagnostic]:
    loss = settings.value("loss")
    if not settings.stage_two or settings.replays or settings.stage_two_start > settings.value("max_num_epochs"):
        return []
    if loss in _IMPOSSIBLE:
        return [
            settings.report(
                "MLP1131",
                f"`loss: {loss}` has no Stage Two",
                "loss",
                *_SWITCH,
                label="cannot be switched",
                consequence=_IMPOSSIBLE[loss],
                help="remove Stage Two, or choose `loss: weighted`",
            )
        ]
    if loss not in _CHANGES:
        return []
    energy, forces = (f"{settings.value(name):g}" for name in _WEIGHTS)
    return [
        settings.report(
            "MLP1130",
            f"Stage Two does not train `loss: {loss}`, but {_CHANGES[loss]}",
            "loss",
            *_SWITCH,
            label="until Stage Two only",
            consequence=f"from epoch {settings.stage_two_start} MACE minimises squared errors of energy and forces, "
            f"weighed {energy} to {forces}, without a word",
            help="choose `loss: universal`, `stress` or `weighted`, which Stage Two keeps, or remove Stage Two",
        )
    ]


def _never_runs(settings: Settings) -> list[Diagnostic]:
    start, epochs = settings.stage_two_start, settings.value("max_num_epochs")
    if not settings.stage_two or start < epochs:
        return []
    same = start == epochs
    return [
        settings.report(
            "MLP1132",
            f"Stage Two begins at epoch {start}, and training ends before it, after {count(epochs, 'epoch')}",
            "start_swa",
            "max_num_epochs",
            "swa",
            label="never reached",
            consequence="MACE evaluates and saves the first stage twice, and calls one of them Stage Two"
            if same
            else "MACE warns in its log, trains without Stage Two and exits with 0",
            help=f"begin at {max(1, epochs // 4 * 3)}, three quarters of the epochs, or train longer",
        )
    ]


def _never_evaluated(settings: Settings) -> list[Diagnostic]:
    if not settings.stage_two_unseen:
        return []
    start, epochs, interval = (
        settings.stage_two_start,
        settings.value("max_num_epochs"),
        settings.value("eval_interval"),
    )
    return [
        settings.report(
            "MLP1133",
            f"no epoch of Stage Two is evaluated: it has {start} to {epochs - 1}, evaluations come every {interval}",
            "eval_interval",
            "start_swa",
            "max_num_epochs",
            "swa",
            label="skips all of Stage Two",
            consequence="MACE trains to the end, then stops with `UnboundLocalError: latest_checkpoint_info`",
            help="write `eval_interval: 1`",
        )
    ]


def _switched_on(settings: Settings) -> list[Diagnostic]:
    if not settings.has("swa") or settings.value("swa") or settings.value("start_swa") is None:
        return []
    return [
        settings.report(
            "MLP1134",
            f"{settings.written('swa')} does not keep Stage Two off: {settings.written('start_swa')} switches it on",
            "start_swa",
            "swa",
            label="switches Stage Two on",
            consequence=f"from epoch {settings.stage_two_start} MACE trains another loss, with another learning rate",
            help=f"remove `{settings.spelled('start_swa')}`",
        )
    ]


RULES = (
    Rule((*_SWITCH, "loss", "max_num_epochs", *_WEIGHTS, "foundation_model", "multiheads_finetuning"), _other_loss),
    Rule((*_SWITCH, "max_num_epochs"), _never_runs),
    Rule((*_SWITCH, "max_num_epochs", "eval_interval"), _never_evaluated),
    Rule(_SWITCH, _switched_on),
)
