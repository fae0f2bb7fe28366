"""Data sets of files in words: what is read under which key, converted, shared out and left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from mlipilot.compiler.check import files
from mlipilot.compiler.data.question import FREE_ENERGY
from mlipilot.compiler.data.units import unit_word
from mlipilot.compiler.datasets import source_of_job
from mlipilot.compiler.datasets.file_fields import label_keys
from mlipilot.compiler.plan import Plan
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import count
from mlipilot.spec.schema.labels import ISOLATED_ATOM


def found_in_files(spec: Spec) -> list[str]:
    """A line for each data set of files: keys that no field names, frames of each part, frames that are left out."""
    said = []
    for name, answer in files.answers(spec).items():
        block = spec.block(name)
        assert block is not None
        keys = label_keys(block).found
        parts = [f"{size.frames} {part}" for part, size in answer.sizes.items()]
        words = [f"{', '.join(parts)} frames"]
        if keys:
            words.append("found " + " and ".join(f"{label} `{key}`" for label, key in keys.items()))
        words += [f"{number} left out {reason}" for reason, number in answer.left_out.items()]
        said.append(f"`{name}`: {'; '.join(words)}")
    return said


def data_in_words(plan: Plan) -> list[str]:
    """A line for each data set of files of a plan: what is made of them."""
    return [
        f"`{job.block}`: {'; '.join(read_in_words(job.params))}"
        for job in plan.jobs
        if "op" in job.params and source_of_job(job.params).reads_files
    ]


def read_in_words(params: Mapping[str, Any]) -> Iterator[str]:
    """What a job makes of its files, by its parameters: keys, units, what goes where."""
    units = {name: Fraction(factor) for name, factor in params["units"].items()}
    which = ", the force-consistent one," if params["energy"] == FREE_ENERGY else ","
    yield f"energy from `{params['energy']}`{which} forces from `{params['forces']}`"
    dimensions = {"energy": "energy", "length": "length", "forces": "force"}
    if params["stress"] is not None:
        what = "-virial/volume of the virial" if params["virial"] else "the stress"
        yield f"stress from {what} `{params['stress']}`" + (", its sign turned" if units["stress"] < 0 else "")
        dimensions["stress"] = "energy" if params["virial"] else "pressure"
    converted = [
        f"{name} from {unit_word(abs(units[name]), dimension)}"
        for name, dimension in dimensions.items()
        if abs(units[name]) != 1
    ]
    yield f"converted to eV and Å: {', '.join(converted)}" if converted else "in eV and Å, nothing is converted"
    yield from _selection(params)


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
