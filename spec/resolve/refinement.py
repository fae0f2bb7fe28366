"""Refinement: a scorecard that adds rules to another's and tightens those it has, and does nothing else to them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from mlipilot.spec.diagnostics import Annotation, Applicability, Edit, Fix
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema.structure import BlockSchema
from mlipilot.spec.syntax.tree import Path, Word
from mlipilot.spec.values import BlockValue, Constraint, MetricCall, Value, meaning


class Base(NamedTuple):
    """The scorecard that is refined."""

    block: BlockValue
    path: Path


def base_of(scope: Scope, schema: BlockSchema, path: Path) -> Base | None:
    """The block that a head refines; None after a fault."""
    if not schema.rules:
        scope.report(
            "MLP0421", f"a `{schema.kind}` refines nothing", path.span, "only a `scorecard` refines", help="remove it"
        )
        return None
    block = scope.imported.get(path.text)
    if block is None:
        known = [name for name, other in scope.imported.items() if other.kind == schema.kind]
        help_ = f'import the file that has it: `import "base.mlp" as base`, then `{schema.kind} strict '
        help_ += "refines base.name { … }`"
        scope.report_unknown(path, Word(path.text, path.span), "", f"imported `{schema.kind}`", known, help_)
        return None
    if block.kind != schema.kind:
        help_, fix = _others(scope, schema, path)
        scope.report(
            "MLP0421",
            f"`{path.text}` is a `{block.kind}`, and a `{schema.kind}` refines a `{schema.kind}`",
            path.span,
            f"a `{block.kind}`",
            secondary=(Annotation(block.span, "declared here", block.source),),
            help=help_,
            fix=fix,
        )
        return None
    return Base(block, path)


def _others(scope: Scope, schema: BlockSchema, path: Path) -> tuple[str, Fix | None]:
    """Which imported blocks may be refined in place of the one that is named, or what to do where there are none."""
    known = [name for name, other in scope.imported.items() if other.kind == schema.kind]
    known.sort(key=lambda name: name.split(".")[0] != path.words[0].text)  # of the same file first
    if not known:
        return f"leave `refines {path.text}` out: no imported file has a `{schema.kind}`", None
    fix = Fix(f"write `{known[0]}`", (Edit(path.span, known[0]),), Applicability.UNSAFE) if len(known) == 1 else None
    return "write " + " or ".join(f"`refines {name}`" for name in known), fix


def refined(scope: Scope, base: Base, own: list[Constraint], fields: Mapping[str, Value]) -> list[Constraint]:
    """The rules of the base, tightened or replaced by those of its refinement, and the rules that it adds."""
    _confidence(scope, base, fields)
    mine = {_key(constraint): constraint for constraint in own}
    merged: list[Constraint] = []
    for inherited in base.block.constraints:
        newer = mine.pop(_key(inherited), None)
        if newer is not None and newer.verb == "require":
            _tighter(scope, inherited, newer)
        merged.append(newer or inherited)
    return [*merged, *mine.values()]


def _key(constraint: Constraint) -> tuple[object, ...]:
    return (constraint.verb, *measured(constraint.metric))


def measured(metric: MetricCall) -> tuple[object, ...]:
    """What a metric measures: equal for calls that are spelled differently and mean the same."""
    arguments = sorted((name, meaning(value.data)) for name, value in metric.arguments.items())
    return (metric.metric, metric.target, metric.target_arguments, tuple(arguments))


def _tighter(scope: Scope, base: Constraint, newer: Constraint) -> None:
    assert base.threshold is not None
    assert newer.threshold is not None
    old, new = base.threshold.data, newer.threshold.data
    assert isinstance(old, (int, Fraction))
    assert isinstance(new, (int, Fraction))
    if (new <= old) if newer.comparator == "<=" else (new >= old):
        return
    scope.report(
        "MLP0420",
        f"`{newer.metric.written} {newer.comparator} {newer.threshold.written}` is looser than the rule it refines",
        newer.threshold.span or newer.span,
        f"the base has {base.threshold.written}",
        secondary=(Annotation(base.span, "the rule that is refined", base.source),),
        help="a refined scorecard may only tighten its rules, and add others",
    )


def _confidence(scope: Scope, base: Base, fields: Mapping[str, Value]) -> None:
    value, old = fields.get("confidence"), base.block.fields.get("confidence")
    if value is None or old is None or value.span is None:
        return
    assert isinstance(value.data, (int, Fraction))
    assert isinstance(old.data, (int, Fraction))
    if value.data < old.data:
        scope.report(
            "MLP0420",
            f"a confidence of {value.written} is lower than the base's",
            value.span,
            f"the base has {old.written}",
            secondary=(Annotation(base.block.span, "the scorecard that is refined", base.block.source),),
            help="a refined scorecard may only be stricter",
        )
