"""What `rejudge` is asked to decide by: read as a spec is read, and refused where `check` would refuse it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from mlipilot.compiler.check import scorecard
from mlipilot.runtime.pilot.campaign.rules import Rule, rules_of
from mlipilot.spec.diagnostics import Annotation, Diagnostic, has_errors
from mlipilot.spec.document import Spec
from mlipilot.spec.resolve.expressions import resolve_value
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.resolve.scorecard import report_wrong_bound
from mlipilot.spec.schema.campaign import PILOT
from mlipilot.spec.schema.metrics import METRICS
from mlipilot.spec.schema.types import FieldType
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.suggest import nearest
from mlipilot.spec.syntax.parser import read_expression
from mlipilot.spec.values import BlockValue, Constraint, Value

_FLAG = "--threshold"
_HOW = f"write it as `{_FLAG} 'force_rmse(cu.test)=25 meV/Å'`"


class Asked(NamedTuple):
    """Rules to decide by, and what is to be said of them; none where one cannot be used."""

    rules: tuple[Rule, ...] | None
    diagnostics: list[Diagnostic]


def read_setting(field: str, text: str) -> Fraction | int | list[Diagnostic]:
    """A number of the `pilot` block, written as in a spec: `0.01`, `1 %`."""
    type_ = next(schema.type for schema in PILOT.fields if schema.name == field)
    value = _value(SourceFile(f"--{field.replace('_', '-')}", text), 0, type_, f"`{field}`")
    if isinstance(value, list):
        return value
    assert isinstance(value.data, (Fraction, int))
    return value.data


def with_thresholds(texts: Sequence[str], spec: Spec) -> Asked:
    """The rules of a spec with other thresholds, each written as in it: `force_rmse(cu.test)=25 meV/Å`."""
    card = spec.only("scorecard")
    assert card is not None
    rules = list(card.constraints)
    bound: dict[int, str] = {}
    for text in texts:
        read = _bounded(text, card)
        if isinstance(read, list):
            return Asked(None, read)
        for place, constraint in read.items():
            if place in bound:
                name = Annotation(constraint.metric.span, f"`{bound[place]}` is asked for too")
                headline = f"`{constraint.metric.written}` is bounded twice"
                return Asked(None, [Diagnostic("MLP0916", headline, constraint.source, name, help="give one of them")])
            bound[place], rules[place] = text, constraint
    changed = replace(card, constraints=tuple(rules))
    asked = replace(spec, blocks=tuple(changed if block is card else block for block in spec.blocks))
    before = scorecard.check(spec)
    found = [diagnostic for diagnostic in scorecard.check(asked) if diagnostic not in before]
    return Asked(None if has_errors(found) else rules_of(asked), found)


def _bounded(text: str, card: BlockValue) -> dict[int, Constraint] | list[Diagnostic]:
    """The constraints that a text bounds anew, by their place in the scorecard."""
    source = SourceFile(_FLAG, text)

    def refuse(headline: str, end: int, label: str, help_: str = _HOW) -> list[Diagnostic]:
        return [Diagnostic("MLP0916", headline, source, Annotation(Span(0, end), label), help=help_)]

    left, sign, _ = text.rpartition("=")
    name = left.rstrip("<> ")
    if not sign or not name.strip():
        return refuse(f"`{text}` is no metric with a threshold", len(text), "expected `METRIC=VALUE`")
    bounded = {place: rule for place, rule in enumerate(card.constraints) if rule.threshold is not None}
    places = [place for place, rule in bounded.items() if _plain(rule.metric.written) == _plain(name)]
    if not places:
        known = [rule.metric.written for rule in bounded.values()]
        near = nearest(name.strip(), known)
        advice = f"did you mean `{near}`?" if near else "it bounds " + ", ".join(f"`{other}`" for other in known)
        return refuse(f"the scorecard has no bound on `{name.strip()}`", len(name), "unknown", advice)
    first = bounded[places[0]]
    metric = METRICS[first.metric.metric]
    comparator = left[len(name) :].strip()
    if comparator and f"{comparator}=" != first.comparator:
        scope = Scope(source)
        operator = Span(len(left) - len(comparator), len(left) + 1)
        report_wrong_bound(scope, metric, f"{comparator}=", operator)
        return scope.diagnostics
    threshold = _value(source, len(left) + 1, metric.threshold, f"the threshold of `{metric.name}`")
    if isinstance(threshold, list):
        return threshold
    required = [place for place in places if bounded[place].verb == "require"]
    span = Span(0, len(name))
    return {
        place: replace(
            bounded[place],
            metric=replace(bounded[place].metric, span=span),
            threshold=threshold,
            span=Span(0, len(text)),
            source=source,
        )
        for place in required or places
    }


def _value(source: SourceFile, start: int, type_: FieldType, what: str) -> Value | list[Diagnostic]:
    """What a text has from `start` on, as a type; the faults are at their places in the whole of it."""
    scope = Scope(source)
    node = read_expression(SourceFile(source.name, " " * start + source.text[start:]))
    value = None if node is None else resolve_value(scope, node, type_, what)
    if value is not None:
        return value
    if scope.diagnostics:
        return scope.diagnostics
    place = Annotation(Span(start, len(source.text)), "the value")
    return [Diagnostic("MLP0916", f"`{source.text[start:].strip()}` is no value of {what}", source, place, help=_HOW)]


def _plain(name: str) -> str:
    return re.sub(r"\s", "", name)
