"""What the options have MACE read of a frame besides energy, forces and stress, and how the loss weighs all of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from mlipilot.compiler.backends.mace.losses import DIPOLE, LOSSES, POLARIZABILITY, STRESS, VIRIALS
from mlipilot.compiler.lint.settings import Settings
from mlipilot.compiler.lint.value import literal

if TYPE_CHECKING:
    from mlipilot.compiler.data.question import OtherLabel, UsedLoss

_SIZES: Mapping[str, tuple[int, ...]] = {VIRIALS: (6, 9), DIPOLE: (3,), POLARIZABILITY: (6, 9)}
"""Numbers of a frame."""
_CHARGED = ("total_charge", "total_spin")
"""What a model of long-range charges is given of each frame."""


def used_loss(settings: Settings, *, stress: bool, unknown: Collection[str] = ()) -> UsedLoss:
    """The loss with its weights; the stress's only where the files should have one, and none of `unknown` labels."""
    from mlipilot.compiler.data.question import UsedLoss

    name = settings.value("loss")
    loss = LOSSES.get(name, LOSSES["ef"])
    weights = {term: 1.0 if name == "ef" else float(settings.value(f"{term}_weight") or 0.0) for term in loss.terms}
    for label in (*unknown, *(() if stress else (STRESS,))):
        weights.pop(label, None)
    return UsedLoss(f"loss: {name}", loss, weights)


def other_labels(settings: Settings) -> dict[str, OtherLabel]:
    """By name: terms of the loss, and what the model is given."""
    from mlipilot.compiler.data.question import OtherLabel

    loss = LOSSES.get(settings.value("loss"))
    found = {
        term: OtherLabel(settings.value(f"{term}_key"), _SIZES[term])
        for term in (loss.terms if loss is not None else ())
        if term in _SIZES and settings.value(f"{term}_weight")
    }
    given = {name: {"per": "graph"} for name in _CHARGED if settings.value("model") == "PolarMACE"}
    embedded = literal(settings.value("embedding_specs"))
    if isinstance(embedded, dict):
        given |= {str(name): spec for name, spec in embedded.items() if isinstance(spec, dict)}
    for name, spec in given.items():
        key = str(spec.get("key") or settings.value(f"{name}_key") or name)
        found[name] = OtherLabel(key, (1,), per_atom=spec.get("per") == "atom", is_trained=False)
    return found


def type_weights(settings: Settings) -> dict[str, float]:
    """Weights of frames by `config_type`; empty where the option is none that MACE takes."""
    written = literal(settings.value("config_type_weights"))
    if not isinstance(written, dict):
        return {}
    return {str(name): float(weight) for name, weight in written.items() if is_weight(weight)}


def is_weight(value: object) -> bool:
    """Whether a value of `config_type_weights` weighs something."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0


__all__ = ["is_weight", "other_labels", "type_weights", "used_loss"]
