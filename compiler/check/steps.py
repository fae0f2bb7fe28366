"""Times of a run against its timestep: nothing is rounded in silence, nothing is shorter than the steps it needs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

from mlipilot.compiler.faults import about, beside, place
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.schema.plausible import IN_STEPS, Steps
from mlipilot.spec.units import time_in_words
from mlipilot.spec.values import Applied, BlockValue, Value

_ROUNDED: dict[str, Callable[[Fraction], int]] = {"up": math.ceil, "down": math.floor, "to the nearest": round}


def check(spec: Spec) -> list[Diagnostic]:
    """Times that are no whole number of steps, or hardly enough of them."""
    return [
        found
        for block in spec.blocks
        if block.has("timestep")
        for name, value in _times(block)
        for found in _time(block, name, value, IN_STEPS[name])
    ]


def _times(block: BlockValue) -> Iterator[tuple[str, Value]]:
    for name, value in block.fields.items():
        arguments = value.data.arguments.items() if isinstance(value.data, Applied) else ()
        yield from ((word, time) for word, time in ((name, value), *arguments) if word in IN_STEPS)


def _time(block: BlockValue, name: str, value: Value, steps: Steps) -> Iterator[Diagnostic]:
    timestep = block.fields["timestep"]
    if value.is_default and timestep.is_default:
        return
    step = block.number("timestep")
    assert isinstance(value.data, (int, Fraction))
    count = Fraction(value.data) / step
    span, other = (value.span, timestep) if value.span is not None else (timestep.span, value)
    secondary = () if other.span is None else (beside(block, other.span, "the step" if other is timestep else ""),)
    if steps.least is not None and count < steps.least:
        yield about(
            block,
            "MLP0522",
            f"`{name}` of {value.written} is {float(count):.2g} step{'' if count == 1 else 's'} of {timestep.written}",
            span or place(block, name),
            f"usual: at least {steps.least} step{'' if steps.least == 1 else 's'}",
            notes=(steps.reason,),
            secondary=secondary,
            help=f"write `{name} = {time_in_words(math.ceil(steps.least) * step)}` or more, or a shorter timestep",
        )
    elif steps.rounded and count.denominator != 1:
        whole = max(1, _ROUNDED[steps.rounded](count)) if name != "equilibration" else round(count)
        near = sorted({math.floor(count), math.ceil(count)} - {0})
        shown_times = [time_in_words(number * step) for number in near]
        yield about(
            block,
            "MLP0523",
            f"`{name}` of {value.written} is no whole number of steps of {timestep.written}",
            span or place(block, name),
            f"rounded {steps.rounded}: {whole} step{'' if whole == 1 else 's'}, {time_in_words(whole * step)}",
            secondary=secondary,
            help=f"write {' or '.join(f'`{name} = {shown}`' for shown in shown_times)}, or another timestep",
        )
