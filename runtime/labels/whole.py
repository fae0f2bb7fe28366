"""Molecules that were displaced and labelled whole: marks beside the labels, by which an estimate leaves them out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from mlipilot.compiler.canonical import digest
from mlipilot.compiler.molecules.cost import molecule_seconds
from mlipilot.runtime.labels.dispersion import version_of
from mlipilot.runtime.labels.program import installed_version
from mlipilot.runtime.labels.shelf import VERSION

_FOLDER = "whole"


def mark(shelf: Path, params: Mapping[str, Any], molecule: Mapping[str, Any]) -> None:
    """Remember that a molecule of a job with these parameters is labelled; where it cannot be written, it is not."""
    path = _path(shelf, params, molecule)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def labelled(shelf: Path, params: Mapping[str, Any]) -> int:
    """How many molecules of such a job are labelled; free atoms are none."""
    if not (shelf / _FOLDER).is_dir():
        return 0
    return sum(_path(shelf, params, m).exists() for m in params["molecules"] if len(m["numbers"]) > 1)


def share_left(shelf: Path, params: Mapping[str, Any]) -> float:
    """How much of the work of such a job is not done yet, from 0 to 1."""
    if not (shelf / _FOLDER).is_dir():
        return 1.0
    whole = left = 0.0
    for molecule in params["molecules"]:
        cost = molecule_seconds(molecule, params)
        whole += cost
        left += 0.0 if _path(shelf, params, molecule).exists() else cost
    return left / whole if whole else 0.0


def _path(shelf: Path, params: Mapping[str, Any], molecule: Mapping[str, Any]) -> Path:
    asked = {name: params[name] for name in ("method", "displace", "equilibrium", "seed")}
    programs = [installed_version(), version_of(params["method"]["dispersion"])]  # the fast method has no dispersion
    name = digest({**asked, "molecule": dict(molecule), "programs": programs, "version": VERSION})
    return shelf / _FOLDER / name[:2] / name
