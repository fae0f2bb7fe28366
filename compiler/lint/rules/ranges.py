"""Numbers that lie where an option can mean nothing."""

from __future__ import annotations

import math

from mlipilot.compiler.backends.mace.knowledge import BOUNDS
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic


def _range(settings: Settings) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for name, setting in settings.given.items():
        value = setting.value
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            continue
        bounds = BOUNDS.get(name)
        if math.isfinite(value) and (bounds is None or bounds.hold(value)):
            continue
        wanted = bounds.words if bounds is not None and math.isfinite(value) else "finite"
        found.append(
            settings.report(
                "MLP1109",
                f"{settings.written(name)} is out of range",
                name,
                label=f"must be {wanted}",
                consequence=bounds.consequence if bounds is not None else "MACE computes with it",
            )
        )
    return found


def _fraction(settings: Settings) -> list[Diagnostic]:
    fraction = settings.value("valid_fraction")
    if settings.value("valid_file") is not None or 0 < fraction < 1:
        return []
    return [
        settings.report(
            "MLP1109",
            f"{settings.written('valid_fraction')} leaves nothing to train on, or nothing to validate with",
            "valid_fraction",
            label="must lie between 0 and 1",
            consequence="MACE stops with a bare `AssertionError` after it has loaded the data",
        )
    ]


RULES = (Rule((), _range), Rule(("valid_fraction", "valid_file"), _fraction))
