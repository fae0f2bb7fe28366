"""Labels that are asked for, by a key, a table of errors or a switch, and that no stage trains."""

from __future__ import annotations

from collections.abc import Mapping

from mlipilot.compiler.backends.mace.knowledge import DIPOLE_MODELS
from mlipilot.compiler.backends.mace.losses import DIPOLE, ENERGY, FORCES, LOSSES, POLARIZABILITY, STRESS, VIRIALS
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic

_TABLES: Mapping[str, tuple[str, ...]] = {
    "PerAtomRMSEstressvirials": (STRESS, VIRIALS),
    "PerAtomMAEstressvirials": (STRESS, VIRIALS),
    "DipoleRMSE": (DIPOLE,),
    "DipoleMAE": (DIPOLE,),
    "DipolePolarRMSE": (DIPOLE, POLARIZABILITY),
    "EnergyDipoleRMSE": (DIPOLE,),
}
"""Labels of which a table of errors shows one at least."""
_SWITCHES = {"compute_stress": STRESS, "compute_virials": VIRIALS, "compute_dipole": DIPOLE}
_BETTER = {STRESS: "universal", VIRIALS: "virials", ENERGY: "weighted", FORCES: "weighted"}
"""A loss that trains the label."""


def askers(settings: Settings) -> dict[str, tuple[str, ...]]:
    """By label that is asked for and not trained: the options that ask, its own weight and key among them."""
    trained = _trained(settings)
    found: dict[str, tuple[str, ...]] = {}
    for label in (ENERGY, FORCES, STRESS, VIRIALS, DIPOLE, POLARIZABILITY):
        if label in trained:
            continue
        key = settings.given.get(f"{label}_key")
        asking = [f"{label}_key"] if key is not None and key.value != key.option.default else []
        asking += [
            name for name, of in _SWITCHES.items() if of == label and settings.has(name) and settings.value(name)
        ]
        table = _TABLES.get(settings.value("error_table"), ())
        if settings.has("error_table") and table[:1] == (label,) and not set(table) & trained:
            asking.append("error_table")
        if asking:
            beside = [name for name in (f"{label}_key", f"{label}_weight") if settings.has(name) and name not in asking]
            found[label] = (*asking, *beside)
    return found


def _trained(settings: Settings) -> set[str]:
    """Labels that some stage weighs."""
    loss = LOSSES.get(settings.value("loss"), LOSSES["ef"])
    names = {"ef": dict.fromkeys(loss.terms, 1.0)}.get(settings.value("loss"), {})
    weights = {term: names.get(term, settings.value(f"{term}_weight")) for term in loss.terms}
    trained = {term for term, weight in weights.items() if weight}
    if settings.stage_two:
        trained |= {ENERGY, FORCES}
        trained |= {STRESS} if STRESS in loss.terms and settings.value("swa_stress_weight") else set()
        trained |= {VIRIALS} if VIRIALS in loss.terms and settings.value("swa_virials_weight") else set()
    return trained


def _untrained(settings: Settings) -> list[Diagnostic]:
    if settings.value("model") in DIPOLE_MODELS:
        return []
    return [
        settings.report(
            "MLP1147",
            f"no {label} is trained: {_why(settings, label)}",
            *names,
            "loss",
            label=f"asks for the {label}",
            consequence="MACE trains without it and says nothing; an error of it is printed as `None`, or of a guess",
            help=f"write `loss: {_BETTER[label]}` and a `{label}_weight`" if label in _BETTER else "",
        )
        for label, names in askers(settings).items()
    ]


def _why(settings: Settings, label: str) -> str:
    loss = settings.value("loss")
    if label in LOSSES.get(loss, LOSSES["ef"]).terms:
        return f"its weight in {settings.written('loss')} is 0"
    return f"{settings.written('loss')} has no term for it"


RULES = (Rule(("loss", "energy_weight", "forces_weight", "stress_weight", "swa", "start_swa"), _untrained),)

__all__ = ["RULES", "askers"]
