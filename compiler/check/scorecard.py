"""Rules of scorecards: constraints that some outcome could pass, on what the judged training made."""

from __future__ import annotations

import math
from fractions import Fraction

from mlipilot._core import clopper_pearson, replicas_needed
from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.faults import about, beside, place
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import count
from mlipilot.spec.resolve.refinement import measured
from mlipilot.spec.schema import METRICS, SPLITS, Bounds
from mlipilot.spec.values import BlockValue, Constraint, Name


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of the `scorecard` blocks."""
    found: list[Diagnostic] = []
    for block in spec.of_kind("scorecard"):
        if not any(constraint.verb == "require" for constraint in block.constraints) and not block.incomplete:
            found.append(
                about(
                    block,
                    "MLP0404",
                    f"scorecard `{block.name}` requires nothing",
                    block.span,
                    "no `require`",
                    help='add such as `require force_rmse(cu.test) <= 30 meV/Å because "…"`',
                )
            )
        found += _redundant(block)
        for constraint in block.constraints:
            found += _potential(spec, block, constraint)
            found += _judging_split(constraint)
            found += _element(spec, constraint)
            found += _label(spec, constraint)
            found += _alone(spec, constraint)
            found += _provable(spec, block, constraint)
    return found


def _redundant(block: BlockValue) -> list[Diagnostic]:
    """Rules that a stricter one of the same verb already holds."""
    strictest: dict[object, Constraint] = {}
    found: list[Diagnostic] = []
    for constraint in block.constraints:
        key = (constraint.verb, *measured(constraint.metric))
        other = strictest.setdefault(key, constraint)
        if other is constraint:
            continue
        weaker = constraint
        if constraint.threshold is not None and other.threshold is not None:
            mine, theirs = constraint.threshold.data, other.threshold.data
            assert isinstance(mine, (int, Fraction))
            assert isinstance(theirs, (int, Fraction))
            if (mine < theirs) if constraint.comparator == "<=" else (mine > theirs):
                strictest[key], weaker, other = constraint, other, constraint
        found.append(
            Diagnostic(
                "MLP0519",
                f"`{weaker.verb} {weaker.metric.written}` says nothing that another rule does not",
                weaker.source,
                Annotation(weaker.span, "no stricter than the other"),
                (Annotation(other.span, "this one decides", other.source),),
                help="keep one of them",
            )
        )
    return found


def _potential(spec: Spec, block: BlockValue, constraint: Constraint) -> list[Diagnostic]:
    run = spec.block(constraint.metric.target.block)
    if run is None or not run.has("potential"):
        return []
    if not block.has("judges") or run.reference("potential").block == block.reference("judges").block:
        return []
    judged = block.reference("judges").block
    if constraint.source is not block.source:  # a rule of the base, whose run is not the importing file's to change
        return [
            about(
                block,
                "MLP0507",
                f"`{block.name}` judges `{judged}`, and `{run.name}`, which its base looks at, moves atoms with "
                f"`{run.reference('potential').text}`",
                place(block, "judges"),
                "another training",
                secondary=(beside(constraint, constraint.metric.span, "the rule that it has from its base"),),
                help="leave `judges` out to judge the training of the base, or write a scorecard of your own",
            )
        ]
    return [
        about(
            constraint,
            "MLP0507",
            f"`{run.name}` moves atoms with `{run.reference('potential').text}`, and this scorecard judges `{judged}`",
            constraint.metric.span,
            "another training",
            help=f"set `potential = {judged}` in `{run.name}`",
        )
    ]


def _judging_split(constraint: Constraint) -> list[Diagnostic]:
    """A requirement on frames that the model was fitted to or picked by; a preference rejects nothing, and may."""
    metric, split = constraint.metric, constraint.metric.target.member
    if constraint.verb != "require" or split not in SPLITS or split == "test":
        return []
    data = metric.target.block
    role = {"train": "the model is fitted to it", "valid": "the checkpoint is picked by it"}.get(str(split), "")
    return [
        about(
            constraint,
            "MLP0506",
            f"`{metric.written}` cannot judge: {role}",
            metric.span,
            "only `test` judges",
            help=f"require it of `{data}.test`; `prefer` and `minimize` may look at `{data}.{split}`",
        )
    ]


def _element(spec: Spec, constraint: Constraint) -> list[Diagnostic]:
    """An error over the atoms of an element that the data set, as far as the spec tells, does not have."""
    wanted = constraint.metric.arguments.get("element")
    data = spec.block(constraint.metric.target.block)
    elements = facts_of(data).elements
    if wanted is None or data is None or elements is None or not isinstance(wanted.data, Name):
        return []
    if wanted.data.text in elements.symbols:
        return []
    named = ", ".join(f"`{symbol}`" for symbol in elements.symbols)
    choice = f"one of {', '.join(elements.symbols)}" if len(elements.symbols) > 1 else elements.symbols[0]
    return [
        about(
            constraint,
            "MLP0506",
            f"`{constraint.metric.written}` has no atom to measure: `{data.name}` is {named} alone",
            wanted.span or constraint.metric.span,
            "not in the data set",
            help=f"write `element = {choice}`, or leave it out",
            secondary=() if elements.place is None else (elements.place,),
        )
    ]


def _label(spec: Spec, constraint: Constraint) -> list[Diagnostic]:
    """An error of a label that the data set, as far as the spec tells, does not have."""
    label, data = METRICS[constraint.metric.metric].label, spec.block(constraint.metric.target.block)
    lacks = facts_of(data).lacks
    if label is None or data is None or label not in lacks:
        return []
    return [
        about(
            constraint,
            "MLP0511",
            f"`{constraint.metric.written}` compares with the {label}, and `{data.name}` names no {label}",
            constraint.metric.span,
            f"needs {label} labels",
            help=f"{lacks[label]}, or leave the rule out",
            secondary=(beside(data, data.span, "the data set"),),
        )
    ]


def _alone(spec: Spec, constraint: Constraint) -> list[Diagnostic]:
    """An error between frames of a trajectory, of a data set in which each has one."""
    metric, data = constraint.metric, spec.block(constraint.metric.target.block)
    facts, split = facts_of(data), metric.target.member
    is_relative = METRICS[metric.metric].kernel[0] == "relative energy"
    if not is_relative or data is None or not (facts.frames and facts.trajectories):
        return []
    if facts.frames.get(str(split), 0) != facts.trajectories.get(str(split), 0):
        return []
    return [
        about(
            constraint,
            "MLP0506",
            f"`{metric.written}` has nothing to compare: each {facts.trajectory[0]} of `{data.name}` has one frame",
            metric.span,
            "compares two frames of one",
            help="displace each molecule more than once, or leave the rule out",
            secondary=(beside(data, data.span, "the data set"),),
        )
    ]


def _unprovable(constraint: Constraint) -> str:
    """The code: a preference rejects nothing, so one that nothing can meet is a warning."""
    return "MLP0513" if constraint.verb == "prefer" else "MLP0505"


def _provable(spec: Spec, block: BlockValue, constraint: Constraint) -> list[Diagnostic]:
    metric = METRICS[constraint.metric.metric]
    if constraint.threshold is None or not block.has("confidence"):
        return []
    confidence = float(block.number("confidence"))
    subject = spec.block(constraint.metric.target.block)
    if subject is None:
        return []
    bound = constraint.threshold.data
    if metric.lower_is_better and isinstance(bound, (int, Fraction)) and bound <= 0:
        return [
            about(
                constraint,
                _unprovable(constraint),
                f"`{constraint.metric.metric} <= {constraint.threshold.written}` can never be met",
                constraint.threshold.span or constraint.span,
                "it is never below 0, and no bound of it is 0",
            )
        ]
    if metric.bounds is Bounds.PROPORTION:
        return _survival(block, constraint, subject, confidence)
    if metric.bounds is Bounds.BOOTSTRAP:
        facts, split = facts_of(subject), constraint.metric.target.member
        if facts.trajectories is None or split is None:
            return []
        groups, (one, several) = facts.trajectories.get(split, 0), facts.trajectory
        if groups < 2:
            return [
                about(
                    constraint,
                    _unprovable(constraint),
                    f"`{constraint.metric.written}` has no bound: `{subject.name}.{split}` has {groups} {one}",
                    constraint.metric.span,
                    f"bounds resample {several}",
                    help=f"give `{split}` at least 2 {several}, better 8",
                )
            ]
    return []


def _survival(block: BlockValue, constraint: Constraint, run: BlockValue, confidence: float) -> list[Diagnostic]:
    assert constraint.threshold is not None
    data = constraint.threshold.data
    if not run.has("replicas") or isinstance(data, (str, tuple, bool)):
        return []
    threshold = float(data)  # type: ignore[arg-type]
    replicas = run.integer("replicas")
    lower, _ = clopper_pearson(replicas, replicas, confidence)
    if lower >= threshold:
        return []
    span = constraint.threshold.span or constraint.span
    if threshold >= 1:
        return [
            about(
                constraint,
                _unprovable(constraint),
                f"`survival >= {constraint.threshold.written}` can never be proven",
                span,
                "no number of replicas proves that none ever dies",
                help=f"ask for less, such as `>= {int(100 * lower)} %`, which {replicas} of {replicas} prove",
            )
        ]
    needed = replicas_needed(threshold, confidence)
    # Rounded down: a bound that reads higher than it is reads as if it reached the threshold.
    proven = f"{math.floor(1000 * lower) / 10:g} %"
    value = run.fields["replicas"]
    secondary = [beside(run, value.span, f"{replicas} declared")] if value.span is not None else []
    if constraint.source is not block.source:
        secondary.append(beside(block, place(block, "confidence"), "refined here"))
    return [
        about(
            constraint,
            _unprovable(constraint),
            f"`survival >= {constraint.threshold.written}` cannot be proven with {count(replicas, 'replica')}",
            span,
            f"{replicas} of {replicas} prove {proven} at {100 * confidence:g} % confidence",
            help=f"declare `replicas = {needed}` in `{run.name}`, or ask for at most {int(100 * lower)} %",
            secondary=tuple(secondary),
        )
    ]
