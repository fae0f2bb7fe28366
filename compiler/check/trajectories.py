"""Splits of so few trajectories that what is picked or bounded by them says little."""

from __future__ import annotations

from mlipilot.compiler.check.files import sizes
from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.faults import about, beside, place, target
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.schema import METRICS, Bounds
from mlipilot.spec.source import Span
from mlipilot.spec.values import BlockValue, Constraint

FEWEST = 3
"""Trajectories that a bound needs to say something; of two there are but three resamples."""


def check(spec: Spec) -> list[Diagnostic]:
    """One trajectory that picks the checkpoint, two that bounds of errors resample."""
    found: list[Diagnostic] = []
    for data in spec.of_kind("dataset"):
        if any(target(spec, block, "data") is data for block in spec.of_kind("training")):
            found += _picking(data)
        judged: dict[str, Constraint] = {}
        for scorecard in spec.of_kind("scorecard"):
            for rule in scorecard.constraints:
                if rule.metric.target.block == data.name and METRICS[rule.metric.metric].bounds is Bounds.BOOTSTRAP:
                    judged.setdefault(rule.metric.target.member or "", rule)
        for split, rule in judged.items():
            found += _bounded(spec, data, split, rule)
    return found


def _picking(data: BlockValue) -> list[Diagnostic]:
    facts = facts_of(data)
    if facts.trajectories is None or facts.trajectories.get("valid") != 1:
        return []
    one, several = facts.trajectory
    return [
        about(
            data,
            "MLP0525",
            f"one {one} of `{data.name}` picks the checkpoint",
            _argument(data, "valid"),
            "of one temperature" if one == "trajectory" else f"1 {one}",
            help=f"give `valid` 2 {several} or more: the epoch that is kept is otherwise the best for one draw",
        )
    ]


def _bounded(spec: Spec, data: BlockValue, split: str, rule: Constraint) -> list[Diagnostic]:
    facts = facts_of(data)
    if facts.trajectories is not None:
        count, span = facts.trajectories.get(split, 0), _argument(data, split)
    else:
        size = sizes(spec).get(data.name, {}).get(split)
        count, span = size.trajectories if size is not None else 0, place(data, split)
    if not 2 <= count < FEWEST:
        return []
    return [
        about(
            data,
            "MLP0525",
            f"`{data.name}.{split}` has {count} {facts.trajectory[1]}, and bounds of its errors say little",
            span,
            "two can be resampled in three ways",
            help=f"give `{split}` at least {FEWEST} {facts.trajectory[1]}, better 8",
            secondary=(beside(rule, rule.metric.span, "bounded by them"),),
        )
    ]


def _argument(data: BlockValue, split: str) -> Span:
    """Where the size of a split is written."""
    value = data.call("split").arguments.get(split) if data.has("split") else None
    return value.span if value is not None and value.span is not None else place(data, "split")
