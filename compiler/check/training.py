"""Rules of trainings: something is trained, on labels that exist, in batches that fit."""

from __future__ import annotations

import itertools
import re

from mlipilot.compiler.block_meaning import enabled_stages
from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.faults import about, beside, place, target
from mlipilot.spec.diagnostics import Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.document import Spec
from mlipilot.spec.source import Span
from mlipilot.spec.values import BlockValue, Value


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of the `training` blocks."""
    found: list[Diagnostic] = []
    for block in spec.of_kind("training"):
        found += _stages(block)
        found += _seeds(block)
        data = target(spec, block, "data")
        if data is not None:
            found += _labels(block, data)
            found += _batch(block, data)
    return found


def _stages(block: BlockValue) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    if not enabled_stages(block) and not block.incomplete:
        found.append(
            about(
                block,
                "MLP0504",
                f"training `{block.name}` has no stage that runs",
                block.span,
                "every stage is disabled" if block.children else "no stage",
                help=f"write `enabled = true` in {_either(block.children)}"
                if block.children
                else "add `stage main { epochs = 100 }`",
                secondary=tuple(
                    beside(stage, place(stage, "enabled"), "switched off here") for stage in block.children
                ),
            )
        )
    for stage in block.children:
        if not stage.has("loss"):
            continue
        weights = {n: v.data for n, v in stage.call("loss").arguments.items() if n in ("energy", "forces", "stress")}
        if not any(weights.values()):
            found.append(
                about(
                    stage,
                    "MLP0510",
                    f"the loss of stage `{stage.name}` has no weight",
                    place(stage, "loss"),
                    "all are 0",
                )
            )
    return found


def _either(stages: tuple[BlockValue, ...]) -> str:
    return " or ".join(f"`stage {stage.name}`" for stage in stages)


def _seeds(block: BlockValue) -> list[Diagnostic]:
    seeds = block.items("seeds") if block.has("seeds") else ()
    first: dict[object, Value] = {}
    again = [seed for seed in seeds if first.setdefault(seed.data, seed) is not seed and seed.span is not None]
    if not again:
        return []
    twice = [first[number] for number in dict.fromkeys(seed.data for seed in again)]
    unused = iter(number for number in itertools.count(1) if number not in first)
    edits = tuple(Edit(seed.span, str(number)) for seed, number in zip(again, unused, strict=False) if seed.span)
    others = " and ".join(f"`{edit.text}`" for edit in edits)
    places = [beside(block, seed.span, "again") for seed in again[1:] if seed.span is not None]
    return [
        about(
            block,
            "MLP0205",
            f"the seeds of `{block.name}` repeat",
            edits[0].span,
            "each seed is one model",
            secondary=(*(beside(block, seed.span, "first here") for seed in twice if seed.span is not None), *places),
            help=f"drop {'it' if len(again) == 1 else 'them'}, or write {'another' if len(again) == 1 else 'others'}, "
            f"such as {others}",
            fix=Fix(f"write {others}", edits, Applicability.UNSAFE),
        )
    ]


def _labels(block: BlockValue, data: BlockValue) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    lacks = facts_of(data).lacks
    for stage in enabled_stages(block):
        weights = stage.call("loss").arguments if stage.has("loss") else {}
        for label, remedy in lacks.items():
            if label not in weights or not weights[label].data:
                continue
            found.append(
                about(
                    stage,
                    "MLP0511",
                    f"the loss of stage `{stage.name}` weighs the {label}, and `{data.name}` names no {label}",
                    _argument(stage, weights[label], label) or place(stage, "loss"),
                    f"needs {label} labels",
                    help=f"{remedy}, or drop the weight",
                    secondary=(beside(data, data.span, "the data set"),),
                )
            )
    return found


def _argument(block: BlockValue, value: Value, name: str) -> Span | None:
    """Where an argument was written, with its name."""
    if value.span is None:
        return None
    before = re.search(rf"\b{name}\s*=\s*$", block.source.text[: value.span.start])
    return value.span if before is None else Span(before.start(), value.span.end)


def _batch(block: BlockValue, data: BlockValue) -> list[Diagnostic]:
    frames = facts_of(data).frames
    count = None if frames is None else frames["train"]
    if count is None or not block.has("batch") or block.integer("batch") <= count:
        return []
    is_default = block.fields["batch"].span is None
    noun = "the default batch" if is_default else "a batch"
    return [
        about(
            block,
            "MLP0512",
            f"{noun} of {block.integer('batch')} is larger than the {count} training frames of `{data.name}`",
            place(block, "batch"),
            "no full batch",
            help=f"write `batch = {count}` or less in `training {block.name}`"
            if is_default
            else f"choose at most {count}",
        )
    ]
