"""Rules of molecular dynamics: runs that are long enough to be measured."""

from __future__ import annotations

import math

from mlipilot.compiler.check.report import about, place
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.values import BlockValue, Spec

SHORTEST = 20
"""Steps; a drift fit over fewer says nothing."""


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of the `dynamics` blocks."""
    found: list[Diagnostic] = []
    for block in spec.of_kind("dynamics"):
        if not (block.has("duration") and block.has("timestep")):
            continue
        count = steps(block)
        if count < SHORTEST:
            found.append(
                about(
                    block,
                    "MLP0508",
                    f"`{block.name}` is {count} steps long; nothing can be measured on so few",
                    place(block, "duration"),
                    f"at least {SHORTEST} steps of {block.fields['timestep'].written}",
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
                    help="survival looks at three frames in a row",
                )
            )
    return found


def steps(block: BlockValue) -> int:
    """Steps of a run: the duration is reached, never cut."""
    return math.ceil(block.number("duration") / block.number("timestep"))


def sampling_steps(block: BlockValue) -> int:
    """Steps between stored frames: at most `sampling` apart."""
    return max(1, math.floor(block.number("sampling") / block.number("timestep")))
