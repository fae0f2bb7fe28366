"""What a job makes of molecules, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from mlipilot.compiler.molecules.bonding import untrained
from mlipilot.compiler.molecules.method import described
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import SPLITS

_SHOWN = 3
"""Molecules that are named."""


def made_in_words(params: Mapping[str, Any]) -> Iterator[str]:
    """Which molecules go where, how they are displaced, and what labels them, by a job's parameters or its summary."""
    first = [molecule for molecule in params["molecules"] if "group" not in molecule]
    parts = Counter(molecule["part"] for molecule in first)
    shared = ", ".join(f"{parts[part]} {part}" for part in SPLITS if parts[part])
    yield f"{count(len(first), 'molecule')} by `{params['split']}`: {shared}"
    more = [molecule for molecule in params["molecules"] if "group" in molecule]
    if more:
        named = [f"`{molecule['name']}` of `{molecule['group']}`" for molecule in more[:_SHOWN]]
        named += [f"{len(more) - _SHOWN} more"] if len(more) > _SHOWN else []
        alone = "is another conformation of a molecule, and stays with it"
        are = alone if len(more) == 1 else "are other conformations of molecules, and stay with them"
        yield f"{len(more)} {are}: {', '.join(named)}"
    displaced = _DISPLACED[params["displace"]["kind"]](params["displace"])
    yield f"{count(params['geometries'], 'geometry', 'geometries')} of each, {displaced}"
    yield f"labelled by {described(params['method'])}"
    for part, lacking in _untrained(params).items():
        if lacking:
            shown = [f"`{name}` {', '.join(bonded)}" for name, bonded in islice(lacking.items(), _SHOWN)]
            more = [f"{len(lacking) - _SHOWN} more"] if len(lacking) > _SHOWN else []
            have = "has an atom" if len(lacking) == 1 else "have an atom"
            yield (
                f"{len(lacking)} of {count(parts[part], f'{part} molecule')} {have} bonded as none in train: "
                + ", ".join(shown + more)
            )
    if params["tolerate"]:
        yield f"{100 * params['tolerate']:g} % of the geometries may fail"


def _untrained(params: Mapping[str, Any]) -> Mapping[str, Mapping[str, list[str]]]:
    """By geometries, or by what a data set that was made keeps of them."""
    if "positions" in params["molecules"][0]:
        return untrained(params["molecules"])
    kept: Mapping[str, Mapping[str, list[str]]] = params.get("untrained", {})
    return kept


def _none(displace: Mapping[str, Any]) -> str:
    return "not displaced"


def _normal_modes(displace: Mapping[str, Any]) -> str:
    return f"along vibrations of {_fast(displace)}"


def _dynamics(displace: Mapping[str, Any]) -> str:
    return f"along {displace['duration']:g} fs of dynamics by {_fast(displace)}"


def _gaussian(displace: Mapping[str, Any]) -> str:
    return f"each coordinate by {displace['width']:g} Å"


def _fast(displace: Mapping[str, Any]) -> str:
    fast = displace["method"]
    temperatures = ", ".join(f"{temperature:g}" for temperature in displace["temperatures"])
    return f"{fast['functional']}/{fast['basis']} at {temperatures} K"


_DISPLACED = {"none": _none, "normal_modes": _normal_modes, "dynamics": _dynamics, "gaussian": _gaussian}
