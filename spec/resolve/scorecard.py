"""Rules to constraints: a metric of the catalogue, what it is measured on, a threshold, a reason."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TypedDict

from mlipilot.spec.diagnostics import Applicability, Edit, Fix
from mlipilot.spec.resolve.cells import cell
from mlipilot.spec.resolve.expressions import resolve_arguments, resolve_value
from mlipilot.spec.resolve.reason import check_reason
from mlipilot.spec.resolve.scope import Scope, did_you_mean
from mlipilot.spec.schema import METRICS, BlockSchema, Metric, block_schema, tags
from mlipilot.spec.schema.types import ReferenceTo, Signature, describe
from mlipilot.spec.source import Span
from mlipilot.spec.syntax.tree import Call, Expression, Number, Operation, Path, Quantity, Rule
from mlipilot.spec.values import Constraint, MetricCall, Reference, Value


def resolve_rule(scope: Scope, rule: Rule) -> Constraint | None:
    """The constraint of a rule; None after a fault."""
    verb = rule.verb.text
    if rule.when is not None:
        scope.report(
            "MLP0406", "`when` cannot stand in a scorecard: it judges every model alike", rule.when.span, "remove it"
        )
        return None
    if verb == "predict":
        scope.report(
            "MLP0406",
            "`predict` cannot stand in a `scorecard` block",
            rule.verb.span,
            "misplaced",
            help="predictions stand in an `encoding` block; here `prefer` says what would be good",
        )
        return None
    subject, comparator, bound = rule.subject, None, None
    if verb in ("require", "prefer"):
        if not isinstance(subject, Operation) or subject.operator not in ("<=", ">=") or _is_mirrored(subject):
            _no_comparison(scope, rule)
            return None
        comparator = subject.operator
        subject, bound = subject.operands
    elif isinstance(subject, Operation) and isinstance(subject.operands[0], Call):
        _bounded_objective(scope, rule, subject)
        return None
    metric = _metric(scope, subject)
    check_reason(scope, rule)
    if metric is None:
        return None
    if comparator is not None and (comparator == "<=") != METRICS[metric.metric].lower_is_better:
        operator = _operator(scope, rule.subject)
        report_wrong_bound(scope, METRICS[metric.metric], comparator, operator)
        return None
    wanted = "minimize" if METRICS[metric.metric].lower_is_better else "maximize"
    if verb in ("minimize", "maximize") and verb != wanted:
        better = "smaller" if wanted == "minimize" else "larger"
        scope.report(
            "MLP0509",
            f"`{metric.metric}` is better when {better}: to {verb} it would seek bad models",
            rule.verb.span,
            f"write `{wanted}`",
            fix=Fix(f"write `{wanted}`", (Edit(rule.verb.span, wanted),), Applicability.UNSAFE),
        )
        return None
    threshold: Value | None = None
    if bound is not None:
        threshold = resolve_value(scope, bound, METRICS[metric.metric].threshold, f"the threshold of `{metric.metric}`")
        if threshold is None:
            return None
    because = rule.because.text if rule.because else ""
    return Constraint(verb, metric, comparator, threshold, because, rule.span, scope.source)


def report_wrong_bound(scope: Scope, metric: Metric, comparator: str, operator: Span) -> None:
    """Report a bound on the side of a metric where it is good."""
    better, wanted = ("smaller", "<=") if metric.lower_is_better else ("larger", ">=")
    scope.report(
        "MLP0509",
        f"`{metric.name}` is better when {better}: a bound of `{comparator}` would reject good models",
        operator,
        f"write `{wanted}`",
        fix=Fix(f"write `{wanted}`", (Edit(operator, wanted),), Applicability.UNSAFE),
    )


def _no_comparison(scope: Scope, rule: Rule) -> None:
    """Report a subject that is no metric with a bound; a strict comparison is one character short of it."""
    subject = rule.subject
    headline = f"`{rule.verb.text}` takes a metric, `<=` or `>=`, and a threshold"
    if isinstance(subject, Operation) and _is_mirrored(subject):
        bound, measure = (scope.source.slice(operand.span) for operand in subject.operands)
        meant = f"{measure} {_MIRRORED[subject.operator]} {bound}"
        fix = Fix(f"write `{meant}`", (Edit(subject.span, meant),), Applicability.UNSAFE)
        scope.report("MLP0201", headline, subject.span, "the metric stands first", help=f"write `{meant}`", fix=fix)
    elif isinstance(subject, Operation) and subject.operator in ("<", ">"):
        wanted, place = subject.operator + "=", _operator(scope, subject)
        call = subject.operands[0]
        metric = METRICS.get(call.function.text) if isinstance(call, Call) else None
        is_right = metric is not None and metric.lower_is_better == (wanted == "<=")
        sure = Applicability.SAFE if is_right else Applicability.UNSAFE
        fix = Fix(f"write `{wanted}`", (Edit(place, wanted),), sure)
        scope.report("MLP0201", headline, place, f"write `{wanted}`", fix=fix)
    elif isinstance(subject, Operation) and subject.operator in ("and", "or"):
        _joined(scope, rule, subject)
    else:
        _shapeless(scope, headline, subject)


_MIRRORED = {"<=": ">=", ">=": "<=", "<": ">=", ">": "<="}
"""Comparisons with their sides exchanged; strict ones lose their strictness."""


def _is_mirrored(node: Operation) -> bool:
    """Whether a threshold stands before its metric."""
    if node.operator not in _MIRRORED:
        return False
    first, second = node.operands
    return isinstance(first, (Number, Quantity)) and isinstance(second, Call)


def _joined(scope: Scope, rule: Rule, subject: Operation) -> None:
    """Report two rules in one: joined by `and` each is a rule; `or` has no place where every model is judged alike."""
    parts, verb = _parts(subject, subject.operator), rule.verb.text
    place = scope.source.text.index(subject.operator, parts[0].span.end)
    reason = f' because "{rule.because.text}"' if rule.because is not None else ""
    if subject.operator == "or":
        help_, fix = "keep the one that matters: a model must satisfy every rule", None
    else:
        column = scope.source.location(rule.span.start).column
        line = scope.source.line(scope.source.location(rule.span.start).line)
        indent = line[: column - 1] if not line[: column - 1].strip() else "    "
        gaps = [Span(one.span.end, other.span.start) for one, other in itertools.pairwise(parts)]
        rules = ", ".join(f"`{verb} {scope.source.slice(part.span)}{reason}`" for part in parts)
        help_ = f"write each as a rule on a line of its own: {rules}"
        edits = tuple(Edit(gap, f"{reason}\n{indent}{verb} ") for gap in gaps)
        fix = Fix("make each a rule", edits, Applicability.UNSAFE)
    span = Span(place, place + len(subject.operator))
    scope.report("MLP0101", "a rule bounds one metric", span, f"`{subject.operator}` joins two", help=help_, fix=fix)


def _parts(node: Expression, word: str) -> list[Expression]:
    """What is joined by one word, in order."""
    if isinstance(node, Operation) and node.operator == word:
        return [part for operand in node.operands for part in _parts(operand, word)]
    return [node]


def _shapeless(scope: Scope, headline: str, subject: Expression) -> None:
    """Report a subject without a bound, with one by example: of its own metric, else of a data set of this file."""
    call = subject.operands[0] if isinstance(subject, Operation) and subject.operands else subject
    metric = METRICS.get(call.function.text) if isinstance(call, Call) else None
    if metric is not None:
        sign, threshold = "<=" if metric.lower_is_better else ">=", describe(metric.threshold).split("`")[1]
        if isinstance(subject, Operation) and isinstance(subject.operands[-1], (Number, Quantity)):
            threshold = scope.source.slice(subject.operands[-1].span)
        help_ = f"write such as `{scope.source.slice(call.span)} {sign} {threshold}`"
    else:
        data = next((name for name, block in scope.blocks.items() if block.kind == "dataset"), "name")
        help_ = f"write such as `force_rmse({data}.test) <= 30 meV/Å`"
    scope.report("MLP0201", headline, subject.span, "not of this form", help=help_)


def _bounded_objective(scope: Scope, rule: Rule, subject: Operation) -> None:
    """Report an objective with a threshold."""
    metric, verb = subject.operands[0], rule.verb.text
    rest = Span(metric.span.end, subject.span.end)
    scope.report(
        "MLP0201",
        f"`{verb}` takes a metric alone",
        rest,
        "a threshold",
        help="a threshold stands in a `require` or `prefer`, as a rule of its own",
        fix=Fix(f"write `{verb} {scope.source.slice(metric.span)}`", (Edit(rest, ""),), Applicability.UNSAFE),
    )


def _operator(scope: Scope, node: Expression) -> Span:
    """Where a comparison's operator stands."""
    assert isinstance(node, Operation)
    start = scope.source.text.index(node.operator, node.operands[0].span.end)
    return Span(start, start + len(node.operator))


def _metric(scope: Scope, node: Expression) -> MetricCall | None:
    if not isinstance(node, Call):
        scope.report("MLP0305", "expected a metric", node.span, "such as `force_rmse(cu.test)`")
        return None
    name = node.function.text
    metric = METRICS.get(name)
    if metric is None:
        help_, fix = did_you_mean(name, node.function.span, tuple(METRICS))
        scope.report(
            "MLP0305", f"there is no metric `{name}`", node.function.span, "unknown metric", help=help_, fix=fix
        )
        return None
    if not node.arguments or node.arguments[0].name is not None:
        scope.report("MLP0209", f"`{name}` is measured on {metric.target.doc}", node.span, "its target is missing")
        return None
    target = _target(scope, metric, node.arguments[0].value)
    signature = Signature(name, metric.parameters)
    # A metric's own arguments are optional: those not given are left out.
    given = {argument.name.text for argument in node.arguments[1:] if argument.name is not None}
    signature = Signature(name, tuple(p for p in metric.parameters if p.name in given))
    arguments = resolve_arguments(scope, signature, node.arguments[1:], node.span)
    if target is None or arguments is None:
        return None
    reference, repeats = target
    return MetricCall(name, reference, arguments, repeats, node.span, scope.source.slice(node.span))


def _target(scope: Scope, metric: Metric, node: Expression) -> tuple[Reference, tuple[int, ...]] | None:
    target = metric.target
    found = cell(scope, metric, node) if target.repeats else _named(scope, metric, node)
    if found is None:
        return None
    tag = scope.blocks[found[0].block].tag
    if target.tag is not None and tag not in (target.tag, None):
        scope.report(
            "MLP0506",
            f"`{metric.name}` {target.otherwise.format(block=found[0].block)}",
            node.span,
            f"expected a `{target.kind}` block of tag `{target.tag}`",
            **_others(scope, metric, node, found[0].block, lambda schema: schema.tag == target.tag),
        )
        return None
    schema = block_schema(target.kind, tag)
    for need in target.needs:
        if schema is not None and need not in schema.offers:
            having = [f"`{tag}`" for tag in tags(target.kind) if _offers(target.kind, tag, need)]
            label = f"only {' and '.join(having)} {'has' if len(having) == 1 else 'have'} one"
            scope.report(
                "MLP0506",
                f"`{found[0].block}` has no {need}",
                node.span,
                label,
                **_others(scope, metric, node, found[0].block, lambda schema: set(target.needs) <= {*schema.offers}),
            )
            return None
    return found


class _Remedy(TypedDict):
    help: str
    fix: Fix | None


def _others(
    scope: Scope, metric: Metric, node: Expression, written: str, suits: Callable[[BlockSchema], bool]
) -> _Remedy:
    """Which blocks of the file a metric could be measured on in place of the one that is written, or what to do."""
    kind = metric.target.kind
    schemas = {name: block_schema(kind, block.tag) for name, block in scope.blocks.items() if block.kind == kind}
    good = [name for name, schema in schemas.items() if schema is not None and suits(schema)]
    if good:
        place = Span(node.span.start, node.span.start + len(written))
        fix = Fix(f"write `{good[0]}`", (Edit(place, good[0]),), Applicability.UNSAFE) if len(good) == 1 else None
        choice = " or ".join(f"`{metric.name}({name}{scope.source.text[place.end : node.span.end]})`" for name in good)
        return {"help": f"write {choice}", "fix": fix}
    having = [f"`{kind} : {tag}`" for tag in tags(kind) if (s := block_schema(kind, tag)) is not None and suits(s)]
    return {"help": f"drop the rule, or measure it on a {' or '.join(having)}, of which the file has none", "fix": None}


def _offers(kind: str, tag: str, need: str) -> bool:
    schema = block_schema(kind, tag)
    return schema is not None and need in schema.offers


def _named(scope: Scope, metric: Metric, node: Expression) -> tuple[Reference, tuple[int, ...]] | None:
    """A block, or a part of it, by name."""
    members = metric.target.members
    if members and isinstance(node, Path) and len(node.words) > 1 and node.words[-1].text == "sealed":
        last, meant = node.words[-1].span, f"{'.'.join(word.text for word in node.words[:-1])}.test"
        headline = "`sealed` is opened once, at a campaign's end, and by no rule"
        fix = Fix("write `test`", (Edit(last, "test"),), Applicability.UNSAFE)
        scope.report("MLP0506", headline, last, "use `test`", help=f"write `{meant}`", fix=fix)
        return None
    value = resolve_value(scope, node, ReferenceTo(metric.target.kind, members), f"`{metric.name}`")
    if value is None:
        return None
    assert isinstance(value.data, Reference)
    return value.data, ()
