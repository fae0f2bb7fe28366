"""A `.json` file of isolated atoms' energies, as MACE reads it."""

from __future__ import annotations

import json
from typing import NamedTuple

from mlipilot.compiler.lint.lookup import find
from mlipilot.compiler.lint.settings import Settings


class EnergyFile(NamedTuple):
    """What a file holds, or why MACE cannot take it; all empty where it is not here."""

    energies: dict[int, float] | None = None
    """By atomic number, eV."""
    fault: str = ""
    remedy: str = ""


def read_energies(settings: Settings) -> EnergyFile:
    """The file that `E0s` names."""
    path = find(str(settings.value("E0s")), settings.given["E0s"].item.source) if settings.has("E0s") else None
    if path is None:
        return EnergyFile()
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return EnergyFile(fault=f"cannot be read: {error.strerror or error}", remedy="check the file")
    except ValueError as error:
        return EnergyFile(fault=f"is not JSON: {error}", remedy='write such as {"1": -13.6, "8": -432.5}')
    if not isinstance(written, dict) or not written:
        return EnergyFile(fault="holds no energies by element", remedy='write such as {"1": -13.6, "8": -432.5}')
    wrong = next((key for key in written if not _is_number(key)), None)
    if wrong is not None:
        return EnergyFile(
            fault=f"has the key `{wrong}`, which is not an atomic number",
            remedy='name elements by their number, such as {"29": 3.51}',
        )
    odd = next((key for key, value in written.items() if not _is_energy(value)), None)
    if odd is not None:
        return EnergyFile(fault=f"has no energy of `{odd}`", remedy="write a number of eV")
    return EnergyFile({int(key): float(value) for key, value in written.items()})


def _is_number(key: str) -> bool:
    try:
        int(key)
    except ValueError:
        return False
    return True


def _is_energy(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


__all__ = ["EnergyFile", "read_energies"]
