"""Dispersion that is added to a field: by pyscf-dispersion, which has D3 and D4 with parameters by functional."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from mlipilot.compiler.packages import installed
from mlipilot.runtime.labels.program import pyscf

PACKAGE = "pyscf-dispersion"


def version_of(dispersion: str | None) -> str:
    """Of the package that adds it; empty where nothing is added, or it is not installed."""
    return "" if dispersion is None else installed((PACKAGE,))[PACKAGE] or ""


def lack_of(dispersion: str, functional: str) -> tuple[str, str] | None:
    """Why it cannot be added to a functional, and what to do; None where it can."""
    leave = "leave `dispersion` out"
    if find_spec("pyscf.dispersion") is None:
        return f"`{dispersion}` needs {PACKAGE}, which is not installed", f"install `{PACKAGE}`, or {leave}"
    hydrogen = pyscf("gto").M(atom="H 0 0 0; H 0 0 0.74", basis="sto-3g", verbose=0, parse_arg=False, dump_input=False)
    try:
        _model(dispersion, functional, hydrogen).get_dispersion(grad=False)
    except RuntimeError as error:
        return f"`{dispersion}` has no parameters for `{functional}`: {error}", f"name another, or {leave}"
    return None


def _model(dispersion: str, functional: str, molecule: Any) -> Any:
    if dispersion == "d4":
        return pyscf("dispersion.dftd4").DFTD4Dispersion(molecule, xc=functional)
    return pyscf("dispersion.dftd3").DFTD3Dispersion(molecule, xc=functional, version=dispersion)
