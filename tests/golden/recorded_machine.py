"""The machine and the packages of the recordings, whatever is here."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from pathlib import Path

HERE = Path(__file__).parent
VERSIONS = {"torch": "2.15.0", "mace-torch": "0.3.16", "e3nn": "0.4.4", "numpy": "2.4.6", "ase": "3.29.0"}
"""Of the packages that keys depend on, when the workspace was filled."""
PROCESSOR, CORES = "AMD EPYC", 2


def version(name: str) -> str:
    """Of a package, as the recording has it."""
    if name not in VERSIONS:
        raise PackageNotFoundError(name)
    return VERSIONS[name]
