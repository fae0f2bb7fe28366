"""How long labels take, by the number of basis functions; measured on one thread of a quiet machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mlipilot.compiler.molecules.count import geometries

_SMALL, _LARGE = 5, 15
"""Functions of an atom other than hydrogen, in a minimal basis and in a split one with polarisation."""
_MINIMAL = ("sto-3g", "minao", "sto-6g")
_LABEL = 5.0, 40, 1.9
"""Seconds of a label with so many functions, without fitting, and the power by which they grow."""
_FITTED = 0.6
"""Of that with density fitting."""
_HESSIAN = 16.0, 40, 3.0
_STEP = 0.6, 40, 1.5
"""Of a step of dynamics, by a method like the Hessian's."""
_ATOM_STARTS = 8
"""Of a free atom; most end soon."""


def functions(numbers: Iterable[int], basis: str) -> int:
    """About how many basis functions atoms have."""
    is_minimal = basis in _MINIMAL
    light, heavy = (1, _SMALL) if is_minimal else (2, _LARGE)
    return sum(light if number < 3 else heavy * (1 + (number > 10)) for number in numbers)


def label_seconds(molecule: Mapping[str, Any], method: Mapping[str, Any]) -> float:
    """Of one geometry; of a free atom with its several starts."""
    seconds, size, power = _LABEL
    found = float(seconds * (functions(molecule["numbers"], method["basis"]) / size) ** power)
    found *= _FITTED if method["fitting"] else 1.0
    return found * (_ATOM_STARTS if len(molecule["numbers"]) == 1 else 1)


def molecule_seconds(molecule: Mapping[str, Any], params: Mapping[str, Any]) -> float:
    """Of all geometries of a molecule of a job that labels: displaced, and labelled."""
    each = geometries(params["displace"], equilibrium=params["equilibrium"])
    return label_seconds(molecule, params["method"]) * each + displacement_seconds(molecule, params["displace"])


def displacement_seconds(molecule: Mapping[str, Any], displace: Mapping[str, Any]) -> float:
    """Of all displaced geometries of a molecule, before they are labelled."""
    made = _DISPLACEMENTS.get(displace["kind"])
    return 0.0 if made is None else made(functions(molecule["numbers"], displace["method"]["basis"]), displace)


def _hessian(size: int, displace: Mapping[str, Any]) -> float:
    seconds, usual, power = _HESSIAN
    return float(seconds * (size / usual) ** power)


def _dynamics(size: int, displace: Mapping[str, Any]) -> float:
    seconds, usual, power = _STEP
    steps = len(displace["temperatures"]) * displace["duration"] / displace["timestep"]
    return float(steps * seconds * (size / usual) ** power)


_DISPLACEMENTS = {"normal_modes": _hessian, "dynamics": _dynamics}
