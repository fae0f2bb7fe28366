"""Rules of models: cutoffs that reach a neighbour, harmonics that reach the features."""

from __future__ import annotations

import math

from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.faults import about, place, target
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import count
from mlipilot.spec.values import BlockValue

MOST_NEIGHBOURS = 100
"""Of an atom, on average; MACE itself warns above it."""


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of the `model` blocks, alone and with the data they are trained on."""
    found: list[Diagnostic] = []
    for block in spec.of_kind("model"):
        found += _harmonics(block)
    for training in spec.of_kind("training"):
        model, data = target(spec, training, "model"), target(spec, training, "data")
        if model is not None and data is not None:
            found += _cutoff(model, data)
            found += _neighbours(model, data)
            found += _isolated_energies(model, data)
    return list(dict.fromkeys(found))


def _harmonics(model: BlockValue) -> list[Diagnostic]:
    if not (model.has("max_L") and model.has("max_ell")) or model.integer("max_ell") >= model.integer("max_L"):
        return []
    return [
        about(
            model,
            "MLP0502",
            f"`max_ell = {model.integer('max_ell')}` is below `max_L = {model.integer('max_L')}`",
            place(model, "max_ell"),
            "spherical harmonics do not reach the hidden features",
            help=f"set `max_ell` to at least {model.integer('max_L')}",
            notes=("MACE trains such a model, and then fails to save it",),
        )
    ]


def _cutoff(model: BlockValue, data: BlockValue) -> list[Diagnostic]:
    nearest = facts_of(data).nearest
    if nearest is None or not model.has("r_max") or float(model.number("r_max")) > nearest.value:
        return []
    distance = nearest.value
    return [
        about(
            model,
            "MLP0501",
            f"`r_max` is shorter than the nearest-neighbour distance of `{data.name}`, {distance:.2f} Å",
            place(model, "r_max"),
            "no atom would see another",
            help=f"choose a cutoff that reaches several shells, such as `r_max = {max(2 * distance, 4.0):.1f} Å`",
            secondary=() if nearest.place is None else (nearest.place,),
            notes=("MACE trains such a model to NaN and exits with 0",),
        )
    ]


def _neighbours(model: BlockValue, data: BlockValue) -> list[Diagnostic]:
    density = facts_of(data).density
    if density is None or not model.has("r_max"):
        return []
    count = density * 4 / 3 * math.pi * float(model.number("r_max")) ** 3 - 1
    if count <= MOST_NEIGHBOURS:
        return []
    radius = (MOST_NEIGHBOURS / density * 3 / 4 / math.pi) ** (1 / 3)
    return [
        about(
            model,
            "MLP0518",
            f"an atom of `{data.name}` has about {count:.0f} neighbours within `r_max`",
            place(model, "r_max"),
            "time and memory grow with them",
            help=f"MACE is made for up to about {MOST_NEIGHBOURS}, which are within {radius:.1f} Å here",
        )
    ]


def _isolated_energies(model: BlockValue, data: BlockValue) -> list[Diagnostic]:
    if not model.has("e0"):
        return []
    e0, facts = model.call("e0"), facts_of(data)
    if e0.name == "isolated" and facts.isolated_atoms is False:
        return [
            about(
                model,
                "MLP0511",
                f"`{data.name}` has no isolated atoms",
                place(model, "e0"),
                "needs frames with config_type=IsolatedAtom",
                help="write `e0 = average`, or give `values(…)`",
            )
        ]
    if e0.name == "average" and facts.elements is not None and facts.compositions is not None:
        return _averages(model, data, facts.compositions, len(facts.elements.symbols))
    if e0.name != "values" or facts.elements is None or set(e0.arguments) == set(facts.elements.symbols):
        return []
    named = ", ".join(f"`{symbol}`" for symbol in facts.elements.symbols)
    noun = "element" if len(facts.elements.symbols) == 1 else "elements"
    wanted = ", ".join(f"{symbol} = …" for symbol in facts.elements.symbols)
    return [
        about(
            model,
            "MLP0511",
            f"`e0` must give the energy of {named}, the {noun} of `{data.name}`, and of no other",
            place(model, "e0"),
            f"expected `values({wanted})`",
        )
    ]


def _averages(model: BlockValue, data: BlockValue, independent: int, elements: int) -> list[Diagnostic]:
    """Least squares share energy out at will between elements that always come in the same proportions."""
    if independent >= elements:
        return []
    return [
        about(
            model,
            "MLP0511",
            f"the training molecules of `{data.name}` do not determine an average energy of each element",
            place(model, "e0"),
            f"{count(independent, 'independent composition')} for {count(elements, 'element')}",
            help="write `e0 = isolated`, or train on molecules of other compositions too",
        )
    ]
