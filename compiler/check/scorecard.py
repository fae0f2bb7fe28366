"""Rules of scorecards: constraints that some outcome could pass, on what the judged training made."""

from __future__ import annotations

from fractions import Fraction

from mlipilot._core import clopper_pearson, replicas_needed
from mlipilot.compiler.check.dataset import split_sizes
from mlipilot.compiler.check.report import about
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.resolve.refinement import measured
from mlipilot.spec.schema import METRICS, Bounds, Target
from mlipilot.spec.values import BlockValue, Constraint, Spec


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
    metric = METRICS[constraint.metric.metric]
    run = spec.block(constraint.metric.target.block)
    if metric.target not in (Target.NVE, Target.DYNAMICS) or run is None or not run.has("potential"):
        return []
    if not block.has("judges") or run.reference("potential").block == block.reference("judges").block:
        return []
    judged = block.reference("judges").block
    return [
        about(
            block,
            "MLP0507",
            f"`{run.name}` moves atoms with `{run.reference('potential').text}`, and this scorecard judges `{judged}`",
            constraint.metric.span,
            "another training",
            help=f"set `potential = {judged}` in `{run.name}`",
        )
    ]


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
                block,
                "MLP0505",
                f"`{constraint.metric.metric} <= {constraint.threshold.written}` can never be met",
                constraint.threshold.span or constraint.span,
                "it is never below 0, and no bound of it is 0",
            )
        ]
    if metric.bounds is Bounds.PROPORTION:
        return _survival(block, constraint, subject, confidence)
    if metric.bounds is Bounds.BOOTSTRAP and subject.tag == "emt_supercells":
        sizes, split = split_sizes(subject), constraint.metric.target.member
        if sizes is None or split is None or not subject.has("temperatures"):
            return []
        groups = sizes.get(split, 0) * len(subject.items("temperatures"))
        if groups < 2:
            return [
                about(
                    block,
                    "MLP0505",
                    f"`{constraint.metric.written}` has no bound: `{subject.name}.{split}` has {groups} trajectory",
                    constraint.metric.span,
                    "bounds resample trajectories",
                    help=f"give `{split}` at least 2 trajectories, better 8",
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
                block,
                "MLP0505",
                f"`survival >= {constraint.threshold.written}` can never be proven",
                span,
                "no number of replicas proves that none ever dies",
                help=f"ask for less, such as `>= {100 * lower:.0f} %`, which {replicas} of {replicas} prove",
            )
        ]
    needed = replicas_needed(threshold, confidence)
    value = run.fields["replicas"]
    secondary = (Annotation(value.span, f"{replicas} declared"),) if value.span is not None else ()
    return [
        about(
            block,
            "MLP0505",
            f"`survival >= {constraint.threshold.written}` cannot be proven with {replicas} replicas",
            span,
            f"{replicas} of {replicas} prove {100 * lower:.0f} % at {100 * confidence:g} % confidence",
            help=f"declare `replicas = {needed}` in `{run.name}`, or ask for at most {int(100 * lower)} %",
            secondary=secondary,
        )
    ]
