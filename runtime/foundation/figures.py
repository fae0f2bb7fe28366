"""Figures that jobs report while they run, in the units that people read them in.

Jobs compute in eV and Å; a log or a terminal that shows 0.0173 without saying of what leaves its reader to guess.
"""

from __future__ import annotations

import math

from mlipilot.spec.schema.metrics import METRICS

_DIGITS = {"force_rmse": ".1f", "force_mae": ".1f", "energy_rmse": ".2f", "energy_mae": ".2f"}


def with_unit(name: str, value: float) -> str:
    """A figure in its unit, such as `17.3 meV/Å`; one without a unit, or that is unknown, as it is."""
    if not math.isfinite(value):
        return "not finite"
    if name in _DIGITS:
        return f"{METRICS[name].shown(value):{_DIGITS[name]}} {METRICS[name].unit}"
    return f"{value:.4g}" if name == "loss" else f"{value:.6g}"
