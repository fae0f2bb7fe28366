"""Failures of MACE trainings that were tried out with mace-torch 0.3.16, and what finds each before training.

The table, `failures.toml`, is printed as `docs/mace-failures.md` (`document`), and its tests lint each `options`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple


class Failure(NamedTuple):
    """One failure: what triggers it, what MACE does, and how it is found."""

    id: str
    observed: str
    """What MACE does."""
    revealed: str
    """When MACE itself lets it be seen: `never`, `late` (after training), `start` or `parse`."""
    spec: str
    """What becomes of it in a `.mlp` spec."""
    options: str = ""
    """As YAML, with what makes the failure alone; empty where it is not in the options."""
    data: str = ""
    """What the data are like; empty where they do not matter."""
    codes: tuple[str, ...] = ()
    """Diagnostics of `mlipilot lint` that find it."""
    reason: str = ""
    """Why `lint` cannot find it, where it cannot."""
    command: str = ""
    """A command line that shows it, where YAML cannot."""


def _read() -> tuple[Failure, ...]:
    with (Path(__file__).parent / "failures.toml").open("rb") as file:
        rows = tomllib.load(file)["failure"]
    return tuple(Failure(**{**row, "codes": tuple(row.get("codes", ()))}) for row in rows)


FAILURES = _read()

__all__ = ["FAILURES", "Failure"]
