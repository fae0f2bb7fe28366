"""What a job makes of the user's files, in words: keys, units, what goes where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from mlipilot.compiler.data.question import FREE_ENERGY
from mlipilot.compiler.data.units import unit_word
from mlipilot.spec.numerals import count
from mlipilot.spec.schema.labels import ISOLATED_ATOM


def read_in_words(params: Mapping[str, Any]) -> Iterator[str]:
    """What a job makes of its files, by its parameters: keys, units, what goes where."""
    which = ", the force-consistent one," if params["energy"] == FREE_ENERGY else ","
    yield f"energy from `{params['energy']}`{which} forces from `{params['forces']}`"
    if params["stress"] is not None:
        what = "-virial/volume of the virial" if params["virial"] else "the stress"
        yield f"stress from {what} `{params['stress']}`" + (
            ", its sign turned" if Fraction(params["units"]["stress"]) < 0 else ""
        )
    converted = conversions(params["units"], params["stress"], virial=params["virial"])
    yield f"converted to eV and Å: {converted}" if converted else "in eV and Å, nothing is converted"
    if params["types"]:
        yield f"atom types 1, 2, … are {', '.join(params['types'])} where a dump names no elements"
    yield from _selection(params)


def conversions(units: Mapping[str, str], stress: str | None, *, virial: bool) -> str:
    """What is converted from which unit, by factors as text; `stress` is the key that gives it, of a virial or not."""
    read = [("energy", "energy", "energy"), ("length", "length", "length"), ("forces", "forces", "force")]
    if stress is not None:
        read.append(("virial", "stress", "energy") if virial else ("stress", "stress", "pressure"))
    factors = {name: abs(Fraction(factor)) for name, factor in units.items()}
    return ", ".join(
        f"{what} from {unit_word(factors[name], dimension)}" for what, name, dimension in read if factors[name] != 1
    )


def _selection(params: Mapping[str, Any]) -> Iterator[str]:
    split = params["split"]
    if split is not None:
        given = [f'"{split["key"]}"'] if "key" in split else []
        given += [str(split["number"])] if "number" in split else []
        given += [f"gap = {split['gap']}"] if split.get("gap") else []
        given += [f"{part} = {float(100 * Fraction(share)):g} %" for part, share in split["shares"].items()]
        yield f"shared out by `{split['by']}({', '.join(given)})`, seed {params['seed']}"
    for name, words in (("select", "only config_type"), ("exclude", "without config_type")):
        if params[name]:
            yield f"{words} {', '.join(f'`{text}`' for text in params[name])}"
    if params["every"] > 1:
        yield f"one of every {count(params['every'], 'frame')}"
    if params["isolated"] is None:
        yield "a frame of one atom without an image within 8 Å is an isolated atom"
    elif params["isolated"] != ISOLATED_ATOM:
        yield f"isolated atoms are marked `{params['isolated']}`"


__all__ = ["conversions", "read_in_words"]
