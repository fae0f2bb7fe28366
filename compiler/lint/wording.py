"""What the rules over data say in a spec's words, in the words and the form of MACE's options."""

from __future__ import annotations

import re

from mlipilot.compiler.lint.settings import Settings
from mlipilot.compiler.lint.value import literal
from mlipilot.spec.schema.elements import ELEMENTS

_WORDS = (("`e0`", "`E0s`"), ("`values`", "energies in `E0s`"), ("`average`", "`E0s: average`"))
_ENERGY = re.compile(r"`([A-Z][a-z]?) = (-?[\d.]+(?:e[+-]?\d+)?) eV`")
"""An atom's energy as a spec gives it."""


def in_mace_form(settings: Settings, text: str) -> str:
    """A sentence of a finding as whoever writes MACE's options can follow it."""
    for old, new in _WORDS:
        text = text.replace(old, new)
    return _ENERGY.sub(lambda found: _energy(settings, found.group(1), found.group(2)), text)


def _energy(settings: Settings, element: str, energy: str) -> str:
    number = ELEMENTS.index(element) + 1
    written = literal(settings.value("E0s"))
    if not isinstance(written, dict):
        return f'`"{number}": {energy}` in `{settings.value("E0s")}`'  # a file of energies
    parts = {**written, number: energy}
    return "`{" + ", ".join(f"{key}: {value}" for key, value in parts.items()) + "}`"


__all__ = ["in_mace_form"]
