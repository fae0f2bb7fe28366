"""Rules of trainings: something is trained, on labels that exist, in batches that fit."""

from __future__ import annotations

from mlipilot.compiler.block_meaning import enabled_stages
from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.faults import about, beside, place, target
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.values import BlockValue


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
                help="enable one" if block.children else "add `stage main { epochs = 100 }`",
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


def _seeds(block: BlockValue) -> list[Diagnostic]:
    seeds = [value.data for value in block.items("seeds")] if block.has("seeds") else []
    if len(set(seeds)) == len(seeds):
        return []
    return [
        about(block, "MLP0205", f"the seeds of `{block.name}` repeat", place(block, "seeds"), "each seed is one model")
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
                    place(stage, "loss"),
                    f"needs {label} labels",
                    help=f"{remedy}, or drop the weight",
                    secondary=(beside(data, data.span, "the data set"),),
                )
            )
    return found


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
