"""The loss: weights that count."""

from __future__ import annotations

from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic

_TERMS = {
    "weighted": ("energy", "forces"),
    "forces_only": ("forces",),
    "virials": ("energy", "forces", "virials"),
    "stress": ("energy", "forces", "stress"),
    "huber": ("energy", "forces", "stress"),
    "universal": ("energy", "forces", "stress"),
    "l1l2energyforces": ("energy", "forces"),
}
"""The weighted terms of each loss."""


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


def _nothing(settings: Settings) -> list[Diagnostic]:
    names = [f"{term}_weight" for term in _TERMS.get(settings.value("loss"), ())]
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


RULES = (
    Rule(("loss", "energy_weight", "forces_weight"), _ignored_weights),
    Rule(("loss", "energy_weight", "forces_weight", "stress_weight", "virials_weight"), _nothing),
)
