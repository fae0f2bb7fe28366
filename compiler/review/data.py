"""Data sets in words: what was found in files, and what is made of the frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from mlipilot.compiler.check import files
from mlipilot.compiler.datasets import source_of_job
from mlipilot.compiler.datasets.file_fields import label_keys, shares_of, unit_params
from mlipilot.compiler.datasets.file_words import conversions
from mlipilot.compiler.plan import Plan
from mlipilot.compiler.review.sentences import said_of
from mlipilot.spec.document import Spec

if TYPE_CHECKING:
    from mlipilot.compiler.data.answers import Size


def found_in_files(spec: Spec) -> list[str]:
    """A text for each data set of files: keys that no field names, frames of each part, frames that are left out."""
    said = []
    for name, answer in files.answers(spec).items():
        block = spec.block(name)
        assert block is not None
        keys = label_keys(block)
        words = [f"{', '.join(_parts(shares_of(block), answer.sizes))} frames"]
        converted = conversions(unit_params(block), keys.stress, virial=keys.virial)
        words += [f"converted to eV and Å: {converted}"] if converted else []
        if keys.found:
            words.append("found " + " and ".join(f"{label} `{key}`" for label, key in keys.found.items()))
        words += [f"{number} left out {reason}" for reason, number in answer.left_out.items()]
        said.append(said_of(name, words))
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
    """A text for each data set of a plan that has more to say than its block: what is made of it."""
    return [
        said_of(job.block, words)
        for job in plan.jobs
        if "op" in job.params and (words := list(source_of_job(job.params).in_words(job.params)))
    ]


__all__ = ["data_in_words", "found_in_files"]
