"""A method of labelling as a spec writes it, and what is known to be wrong with one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mlipilot.compiler.molecules.molecule import Unusable
from mlipilot.spec.schema.molecules import DISPERSIONS, FUNCTIONALS
from mlipilot.spec.values import Applied, Name, Value

_CARTESIAN = re.compile(r"(431|631)\+{0,2}g")
"""Bases that were made with six d functions; 6-311G was made with five."""
_POPLE = re.compile(r"(321|431|6311?)\+{0,2}g")
_POPLE_WHOLE = re.compile(
    r"(321|431|6311?)\+{0,2}g(\*{0,2}|\((?=[^,)])(\d?d)?(\d?f)?(\d?g)?(,(?=[^)])(\d?p)?(\d?d)?(\d?f)?)?\))"
)
_DISPERSED = re.compile(r"(.+?)[-_]?(d[34]\w*)", re.DOTALL)
"""Functionals whose names have dispersion: PySCF adds it, and labels would say they have none, or it adds none."""
_REFUSED = {
    "b3lyp3": "its VWN3 is not the one of Gaussian's B3LYP, which libxc calls VWN_RPA",
    "b3lypg": "Gaussian's B3LYP is called `b3lyp` here",
    **dict.fromkeys(
        ("mp2", "ri-mp2", "mp3", "cc2", "ccsd", "ccsd(t)", "casscf", "fci"),
        "labels are by density functionals, or by Hartree-Fock",
    ),
}


def label_method(call: Applied) -> dict[str, Any]:
    """The method of `labels = pyscf(…)` as a job has it."""
    arguments = call.arguments
    basis = _text(arguments["basis"])
    functions = arguments.get("d_functions")
    given = None if functions is None else _text(functions) == "cartesian"
    return {
        "functional": _text(arguments["functional"]).lower(),
        "basis": basis.lower(),
        "cartesian": is_cartesian(basis) if given is None else given,
        "fitting": _unless_none(arguments["fitting"]),
        "grid": arguments["grid"].data,
        "pruning": _unless_none(arguments["pruning"]),
        "dispersion": _unless_none(arguments["dispersion"]),
        "conv_tol": float(arguments["conv_tol"].data),  # type: ignore[arg-type]
        "conv_tol_grad": float(arguments["conv_tol_grad"].data),  # type: ignore[arg-type]
    }


def fast_method(call: Applied) -> dict[str, Any]:
    """The method of the Hessian of `displace = normal_modes(…)` as a job has it."""
    basis = _text(call.arguments["basis"])
    functional = _text(call.arguments["functional"]).lower()
    return {"functional": functional, "basis": basis.lower(), "cartesian": is_cartesian(basis)}


def is_cartesian(basis: str) -> bool:
    """Whether a basis has Cartesian d functions unless a spec says otherwise."""
    return _CARTESIAN.match(re.sub(r"[-_ ]", "", basis.lower())) is not None


def wrong_with(functional: str) -> Unusable | None:
    """Why a functional is refused."""
    if not functional.strip():
        return Unusable("MLP1074", "no functional is named", "functional", "write one such as `b3lyp`")
    dispersed = _DISPERSED.fullmatch(functional.lower())
    if dispersed:
        plain, dispersion = dispersed.groups()
        known = dispersion if dispersion in DISPERSIONS else "d3bj"
        headline = f"`{functional}` is refused: dispersion is a field of its own"
        return Unusable("MLP1074", headline, "functional", f"write `{plain}` here, and add `dispersion = {known}`")
    reason = _REFUSED.get(functional.lower())
    if reason is None:
        return None
    known = ", ".join(f"`{name}`" for name in FUNCTIONALS)
    return Unusable("MLP1074", f"`{functional}` is refused: {reason}", "functional", f"write one of {known}")


def wrong_with_basis(basis: str) -> Unusable | None:
    """Why a basis is refused: PySCF takes some misspelt ones of Pople's for one without what it cannot read."""
    plain = re.sub(r"[-_ ]", "", basis.lower())
    if not plain:
        return Unusable("MLP1074", "no basis is named", "basis", "write one such as `6-31g(d)`")
    if not _POPLE.match(plain) or _POPLE_WHOLE.fullmatch(plain):
        return None
    return Unusable("MLP1074", f"the basis `{basis}` does not exist", "basis", "write one such as `6-31g(d)`")


WRONG: Mapping[str, Callable[[str], Unusable | None]] = {"functional": wrong_with, "basis": wrong_with_basis}
"""By the argument of a method: why its text is refused."""


def described(method: Mapping[str, Any]) -> str:
    """A method in words: `b3lyp/6-31g(d), Cartesian, fitted in def2-universal-jkfit`."""
    words = [f"{method['functional']}/{method['basis']}", "Cartesian" if method["cartesian"] else "spherical"]
    words += [f"fitted in {method['fitting']}"] if method.get("fitting") else []
    words += [method["dispersion"]] if method.get("dispersion") else []
    return ", ".join(words)


def _text(value: Value) -> str:
    return value.data.text if isinstance(value.data, Name) else str(value.data)


def _unless_none(value: Value) -> str | None:
    text = _text(value)
    return None if text == "none" else text.lower()
