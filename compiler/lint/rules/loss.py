"""The loss: weights that count."""

from __future__ import annotations

from mlipilot.compiler.backends.mace.knowledge import DIPOLE_MODELS
from mlipilot.compiler.backends.mace.losses import FORCES, LOSSES
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic


def _ignored_weights(settings: Settings) -> list[Diagnostic]:
    weights = settings.value("energy_weight"), settings.value("forces_weight")
    if settings.value("loss") != "ef" or weights == (1.0, 1.0):
        return []
    energy, forces = (f"{weight:g}" for weight in weights)
    return [
        settings.report(
            "MLP1110",
            f"`loss: ef` weighs energy and forces 1 to 1, not {energy} to {forces}",
            "loss",
            "energy_weight",
            "forces_weight",
            label="ignores both weights",
            consequence="MACE trains another loss than the one asked for, without a word",
            help="write `loss: weighted`, which is the same loss with its weights",
        )
    ]


def _terms(settings: Settings) -> tuple[str, ...]:
    """The weighted terms; `ef` has none that its options weigh."""
    loss = settings.value("loss")
    return LOSSES[loss].terms if loss in LOSSES and loss != "ef" else ()


def _nothing(settings: Settings) -> list[Diagnostic]:
    names = [f"{term}_weight" for term in _terms(settings)]
    if not names or any(settings.value(name) for name in names):
        return []
    return [
        settings.report(
            "MLP1109",
            "the loss has no weight at all",
            *names,
            label="all are 0",
            consequence="MACE trains every epoch with a gradient of zero and exits with 0",
        )
    ]


def _not_computed(settings: Settings) -> list[Diagnostic]:
    loss = settings.value("loss")
    if settings.value("compute_forces") is not False or FORCES not in LOSSES.get(loss, LOSSES["ef"]).terms:
        return []
    if settings.value("model") in DIPOLE_MODELS:
        return []
    return [
        settings.report(
            "MLP1146",
            f"`{settings.spelled('compute_forces')}: false` leaves out the forces that `loss: {loss}` trains",
            "compute_forces",
            "loss",
            "forces_weight",
            label="forces are trained",
            consequence="MACE stops with a `TypeError` at the first step",
            help="leave it out; `forces_weight: 0` trains the energy alone",
        )
    ]


RULES = (
    Rule(("compute_forces", "loss", "model"), _not_computed),
    Rule(("loss", "energy_weight", "forces_weight"), _ignored_weights),
    Rule(("loss", "energy_weight", "forces_weight", "stress_weight", "virials_weight"), _nothing),
)
