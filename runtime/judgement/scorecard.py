"""A scorecard's constraints against what was measured: pass, fail or undecided, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mlipilot import _core
from mlipilot.compiler.operations import measured_by
from mlipilot.compiler.operations.verdict import VerdictInput
from mlipilot.runtime.judgement.measured import Measured, missing
from mlipilot.runtime.judgement.number import UNKNOWN, Number
from mlipilot.runtime.judgement.verdict import JudgedConstraint, SeedVerdict
from mlipilot.spec.schema.metrics import METRICS, Metric

Measure = Callable[[Metric, Mapping[str, Path], Mapping[str, str], str, float], Measured]
"""A metric with its bounds: from files, with arguments, after a stage, at a confidence."""


def judge_seed(params: Mapping[str, Any], inputs: Mapping[str, Path], seed: int, measure: Measure) -> SeedVerdict:
    """The outcome of every constraint for the model of one seed, and after each stage of its training."""
    confidence = float(params["confidence"])
    constraints = params["constraints"]
    judged = tuple(_judge(c, _measured(measure, c, inputs, seed, params["final"], confidence)) for c in constraints)
    on_splits = [c for c in constraints if measured_by(c["metric"]).by_stage]
    stages = {
        stage: tuple(_judge(c, _measured(measure, c, inputs, seed, stage, confidence)) for c in on_splits)
        for stage in params["stages"]
    }
    required = [constraint.outcome for constraint in judged if constraint.verb == "require"]
    return SeedVerdict(_core.combine([outcome for outcome in required if outcome is not None]), judged, stages)


def overall(verdicts: list[str]) -> str:
    """Accepted when every seed's model is, rejected when one is, undecided otherwise."""
    outcomes = {"accepted": "pass", "rejected": "fail", "undecided": "undecided"}
    return _core.combine([outcomes[verdict] for verdict in verdicts])


def _measured(
    measure: Measure,
    constraint: Mapping[str, Any],
    inputs: Mapping[str, Path],
    seed: int,
    stage: str,
    confidence: float,
) -> Measured:
    metric = METRICS[constraint["metric"]]
    read = {VerdictInput.read(role): path for role, path in inputs.items()}
    wanted = (seed, constraint["target"])
    folder = {part.file: path for part, path in read.items() if (part.seed, part.target) == wanted}
    absent = [name for name, path in folder.items() if not path.exists()]
    if not folder or absent:
        return missing(f"no result of `{constraint['target']}`")
    return measure(metric, folder, dict(constraint["arguments"]), stage, confidence)


def _judge(constraint: Mapping[str, Any], measured: Measured) -> JudgedConstraint:
    metric = METRICS[constraint["metric"]]
    comparator, threshold = constraint["comparator"], constraint["threshold"]
    outcome: str | None = None
    margin = UNKNOWN
    reason, advice = measured.missing, ""
    if comparator is not None:
        judged = _core.judge(comparator, threshold, measured.estimate, measured.lower, measured.upper)
        outcome, margin = judged.outcome, Number.of(judged.margin)
        unbounded = outcome == "undecided" and measured.lower is None and measured.upper is None
        reason = reason or (_UNBOUNDED if unbounded else _REASONS[judged.outcome])
        if outcome == "undecided":
            advice = f"{metric.target.decided_by.format(split='test')} would decide it"
    return JudgedConstraint(
        verb=constraint["verb"],
        shown=constraint["shown"],
        metric=metric.name,
        target=constraint["target"],
        unit=constraint["unit"],
        comparator=comparator,
        threshold=Number.of(threshold),
        estimate=Number.of(measured.estimate),
        lower=Number.of(measured.lower),
        upper=Number.of(measured.upper),
        outcome=outcome,
        margin=margin,
        reason=reason,
        advice=advice,
        because=constraint["because"],
        method=measured.method,
        details=measured.details,
    )


_UNBOUNDED = "there are no bounds: too few independent values to resample"
_REASONS = {
    "pass": "the bound lies inside the threshold",
    "fail": "even the more favourable bound lies outside the threshold",
    "undecided": "the threshold lies between the bounds",
}
