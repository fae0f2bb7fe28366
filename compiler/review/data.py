"""Data sets of files in words: what is read under which key, converted, shared out and left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mlipilot.compiler.check import files
from mlipilot.compiler.data.question import FREE_ENERGY
from mlipilot.compiler.data.units import unit_word
from mlipilot.compiler.datasets import source_of_job
from mlipilot.compiler.datasets.file_fields import label_keys, shares_of, unit_params
from mlipilot.compiler.plan import Plan
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import count
from mlipilot.spec.schema.labels import ISOLATED_ATOM

if TYPE_CHECKING:
    from mlipilot.compiler.data.answers import Size


def found_in_files(spec: Spec) -> list[str]:
    """A line for each data set of files: keys that no field names, frames of each part, frames that are left out."""
    said = []
    for name, answer in files.answers(spec).items():
        block = spec.block(name)
        assert block is not None
        keys = label_keys(block)
        words = [f"{', '.join(_parts(shares_of(block), answer.sizes))} frames"]
        converted = _conversions(unit_params(block), keys.stress, virial=keys.virial)
        words += [f"converted to eV and Å: {converted}"] if converted else []
        if keys.found:
            words.append("found " + " and ".join(f"{label} `{key}`" for label, key in keys.found.items()))
        words += [f"{number} left out {reason}" for reason, number in answer.left_out.items()]
        said.append(f"`{name}`: {'; '.join(words)}")
    return said


def _parts(shares: Mapping[str, Fraction], sizes: Mapping[str, Size]) -> Iterator[str]:
    """Frames of each part, with the share that was asked for where another came of it."""
    pool = sum(size.frames for part, size in sizes.items() if part == "train" or part in shares)
    for part, size in sizes.items():
        asked, given = float(shares.get(part, 0)), size.frames / max(pool, 1)
        differs = asked and abs(given - asked) > max(_FAR * asked, 1 / max(pool, 1))
        yield f"{size.frames} {part}" + (f" ({given:.0%} where {asked:.0%} was asked)" if differs else "")


_FAR = 0.25
"""Of a share: what groups of some frames may miss it by without a word."""


def data_in_words(plan: Plan) -> list[str]:
    """A line for each data set of files of a plan: what is made of them."""
    return [
        f"`{job.block}`: {'; '.join(read_in_words(job.params))}"
        for job in plan.jobs
        if "op" in job.params and source_of_job(job.params).reads_files
    ]


def read_in_words(params: Mapping[str, Any]) -> Iterator[str]:
    """What a job makes of its files, by its parameters: keys, units, what goes where."""
    which = ", the force-consistent one," if params["energy"] == FREE_ENERGY else ","
    yield f"energy from `{params['energy']}`{which} forces from `{params['forces']}`"
    if params["stress"] is not None:
        what = "-virial/volume of the virial" if params["virial"] else "the stress"
        yield f"stress from {what} `{params['stress']}`" + (
            ", its sign turned" if Fraction(params["units"]["stress"]) < 0 else ""
        )
    converted = _conversions(params["units"], params["stress"], virial=params["virial"])
    yield f"converted to eV and Å: {converted}" if converted else "in eV and Å, nothing is converted"
    if params["types"]:
        yield f"atom types 1, 2, … are {', '.join(params['types'])} where a dump names no elements"
    yield from _selection(params)


def _conversions(units: Mapping[str, str], stress: str | None, *, virial: bool) -> str:
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


__all__ = ["data_in_words", "found_in_files", "read_in_words"]
