"""Figures that jobs report while they run, in the units that people read them in.

Jobs compute in eV and Å; a log or a terminal that shows 0.0173 without saying of what leaves its reader to guess.
"""

from __future__ import annotations

import math
from typing import NamedTuple


class _Shown(NamedTuple):
    unit: str
    factor: float
    digits: str


_SHOWN = {
    "loss": _Shown("", 1.0, ".4g"),
    "force_rmse": _Shown("meV/Å", 1e3, ".1f"),
    "force_mae": _Shown("meV/Å", 1e3, ".1f"),
    "energy_rmse": _Shown("meV/atom", 1e3, ".2f"),
    "energy_mae": _Shown("meV/atom", 1e3, ".2f"),
}


def with_unit(name: str, value: float) -> str:
    """A figure in its unit, such as `17.3 meV/Å`; one without a unit, or that is unknown, as it is."""
    if not math.isfinite(value):
        return "not finite"
    shown = _SHOWN.get(name)
    return f"{value:.6g}" if shown is None else f"{value * shown.factor:{shown.digits}} {shown.unit}".rstrip()
