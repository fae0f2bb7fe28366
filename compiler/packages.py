"""Versions of the packages that results depend on, read from their metadata; nothing is imported."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

TRAINING = ("torch", "mace-torch", "e3nn", "numpy")
DYNAMICS = (*TRAINING, "ase")
DATA = ("ase", "numpy")
LABELS = ("pyscf", "numpy")
ENCODINGS = ("numpy", "scipy", "scikit-learn", "numba")


def installed(names: tuple[str, ...]) -> dict[str, str | None]:
    """The version of each package; None where it is not installed."""
    found: dict[str, str | None] = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found
