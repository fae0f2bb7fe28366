"""Rules of molecular dynamics: steps that resolve vibrations, runs that are long enough to be measured."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from mlipilot.compiler.block_meaning import steps
from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.faults import about, beside, place
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.schema.elements import MASSES
from mlipilot.spec.schema.plausible import DURATION, in_base_units
from mlipilot.spec.units import time_in_words
from mlipilot.spec.values import BlockValue

SHORTEST = 20
"""Steps; a drift fit over fewer says nothing."""


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of the `dynamics` blocks, and of the timesteps of data sets that are made by dynamics."""
    found: list[Diagnostic] = []
    for block in spec.of_kind("dataset"):
        elements = facts_of(block).elements
        if elements is not None and block.has("timestep"):
            found += timestep_faults(block, elements.symbols)
    for block in spec.of_kind("dynamics"):
        if not (block.has("duration") and block.has("timestep")):
            continue
        found += _timestep(spec, block)
        found += _cell(spec, block)
        count = steps(block)
        if count < SHORTEST:
            found.append(
                about(
                    block,
                    "MLP0508",
                    f"`{block.name}` is {count} steps long; nothing can be measured on so few",
                    place(block, "duration"),
                    f"at least `{time_in_words(_least(block))}`",
                    help=_longer(block),
                )
            )
        elif block.has("sampling") and block.number("duration") < 3 * block.number("sampling"):
            found.append(
                about(
                    block,
                    "MLP0508",
                    f"`{block.name}` stores fewer than three frames",
                    place(block, "sampling"),
                    f"longer than a third of {block.fields['duration'].written}",
                    help=f"survival looks at three frames in a row: {_longer(block)}",
                )
            )
    return found


_LONGER = ("fs", "ps", "ns")
"""Units of a run's length, each a thousand of the one before it."""


def _least(block: BlockValue) -> Fraction:
    """The shortest duration in fs that can be measured, in whole steps of its run."""
    step = Fraction(block.number("timestep"))
    frames = 3 * Fraction(block.number("sampling")) if block.has("sampling") else Fraction(0)
    usual = in_base_units(DURATION.low) if DURATION.low is not None else Fraction(0)
    return math.ceil(max(SHORTEST * step, frames, usual) / step) * step


def _longer(block: BlockValue) -> str:
    """A duration that can be measured: of the number that is written in a longer unit, and the least."""
    least, value = _least(block), block.fields["duration"]
    number, _, word = value.written.partition(" ")
    longer = _LONGER[_LONGER.index(word) + 1 :] if word in _LONGER else ()
    meant = next((f"{number} {u}" for u in longer if in_base_units(f"{number} {u}") >= least), None)
    shortest = f"`duration = {time_in_words(least)}` or more"
    return f"write `duration = {meant}` if that is meant, or {shortest}" if meant else f"write {shortest}"


def longest_timestep(elements: Iterable[str]) -> float:
    """The longest timestep, in fs, that resolves the fastest vibrations: they go with the root of the lightest mass.

    1.25 fs for hydrogen, whose stretches have periods of about 10 fs, is the usual upper end.
    """
    return 1.25 * min(math.sqrt(MASSES[element] / MASSES["H"]) for element in elements)


def _timestep(spec: Spec, block: BlockValue) -> list[Diagnostic]:
    data = spec.block(block.reference("start").block) if block.has("start") else None
    elements = facts_of(data).elements
    return [] if elements is None else timestep_faults(block, elements.symbols)


def timestep_faults(block: BlockValue, elements: Iterable[str]) -> list[Diagnostic]:
    """Whether a run's timestep is long for the elements that it moves; dummy atoms have no mass and do not count."""
    known = [element for element in elements if element in MASSES]
    if not known:
        return []
    lightest, longest = min(known, key=MASSES.__getitem__), longest_timestep(known)
    if block.number("timestep") <= longest:
        return []
    return [
        about(
            block,
            "MLP0517",
            f"a timestep of {block.fields['timestep'].written} is long for `{lightest}`",
            place(block, "timestep"),
            f"its vibrations want at most {longest:.2g} fs",
            help="energy drifts, or atoms fly apart, for want of steps and not for a fault of the potential",
        )
    ]


def _cell(spec: Spec, block: BlockValue) -> list[Diagnostic]:
    """A cell so small that an atom is within the cutoff of its own image, which moves as it does."""
    data = spec.block(block.reference("start").block) if block.has("start") else None
    training = spec.block(block.reference("potential").block) if block.has("potential") else None
    model = spec.block(training.reference("model").block) if training is not None and training.has("model") else None
    width = facts_of(data).width
    if data is None or width is None or model is None or not model.has("r_max"):
        return []
    if float(model.number("r_max")) < width.value:
        return []
    return [
        about(
            block,
            "MLP0521",
            f"the cells of `{data.name}` are {width.value:.2f} Å wide, no wider than `r_max` of `{model.name}`",
            place(block, "start"),
            "each atom meets its own image",
            help=f"{width.remedy}; a cell of twice the cutoff keeps images apart",
            secondary=(beside(model, place(model, "r_max"), "the cutoff"),),
        )
    ]
