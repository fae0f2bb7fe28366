"""Runs that are hotter than all frames that their potential was fitted to."""

from __future__ import annotations

from mlipilot.compiler.check.files import sizes
from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.faults import about, beside, place, target
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec


def check(spec: Spec) -> list[Diagnostic]:
    """Runs that ask the potential for what no frame shows."""
    found: list[Diagnostic] = []
    for block in spec.of_kind("dynamics"):
        training = target(spec, block, "potential")
        data = target(spec, training, "data") if training is not None else None
        if data is None or not block.has("temperature"):
            continue
        hottest = facts_of(data).hottest
        if hottest is None:
            size = sizes(spec).get(data.name, {}).get("train")
            hottest = size.hottest if size is not None else None
        if hottest is None or float(block.number("temperature")) <= hottest:
            continue
        span = place(data, "temperatures") if data.has("temperatures") else data.span
        found.append(
            about(
                block,
                "MLP0527",
                f"`{block.name}` is hotter than all frames of `{data.name}`",
                place(block, "temperature"),
                f"the hottest are of {hottest:g} K",
                help="add frames at that temperature, or run at one that the potential has seen: what it does beyond "
                "is a guess",
                secondary=(beside(data, span, "what it is fitted to"),),
            )
        )
    return found
