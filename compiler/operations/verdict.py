"""`scorecard` blocks to the job that judges."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mlipilot.compiler.canonical import canonical_scorecard, digest
from mlipilot.compiler.check.training import enabled_stages
from mlipilot.compiler.lower.measurement import Measured, target_key
from mlipilot.compiler.operations.train import seeds, training_id
from mlipilot.compiler.plan import Input, Job
from mlipilot.spec.schema import METRICS, Target
from mlipilot.spec.values import BlockValue, Constraint, MetricCall, Name, Spec, Value

VERSION = 1
_FILES = {
    Target.NVE: ("thermo.parquet", "trajectory.npz", "dynamics.json"),
    Target.DYNAMICS: ("thermo.parquet", "trajectory.npz", "dynamics.json"),
    Target.CELL: ("speed.json",),
}


def verdict_job(spec: Spec, scorecard: BlockValue, measured: Measured) -> Job:
    """The job that judges every seed's model by the scorecard."""
    training = spec.block(scorecard.reference("judges").block)
    assert training is not None
    final = enabled_stages(training)[-1].name
    inputs: dict[str, Input] = {}
    valid = training.reference("data").block + ".valid"
    for seed in seeds(training):
        inputs[f"seed-{seed}/training.json"] = Input(training_id(training.name, seed), "training.json")
        inputs[f"seed-{seed}/model.model"] = Input(training_id(training.name, seed), "model.model")
        for stage in enabled_stages(training):
            file = f"predictions-{stage.name}.npz"
            inputs[f"seed-{seed}/{valid}/{file}"] = Input(measured.sources[valid, seed], file)
        for constraint in scorecard.constraints:
            key = target_key(constraint.metric)
            target = METRICS[constraint.metric.metric].target
            files = (
                tuple(f"predictions-{stage.name}.npz" for stage in enabled_stages(training))
                if target is Target.SPLIT
                else _FILES[target]
            )
            for file in files:
                inputs[f"seed-{seed}/{key}/{file}"] = Input(measured.sources[key, seed], file)
    return Job(
        id=f"verdict/{scorecard.name}",
        kind="verdict",
        operation="verdict",
        version=VERSION,
        params={
            "scorecard": scorecard.name,
            "hash": digest(canonical_scorecard(scorecard)),
            "confidence": float(scorecard.number("confidence")),
            "seeds": seeds(training),
            "stages": [stage.name for stage in enabled_stages(training)],
            "final": final,
            "valid": valid,
            "constraints": [_constraint(constraint) for constraint in scorecard.constraints],
        },
        inputs=inputs,
        threads=1,
        device="cpu",
        packages=("numpy",),
    )


def _constraint(constraint: Constraint) -> dict[str, Any]:
    metric = constraint.metric
    threshold = constraint.threshold
    return {
        "verb": constraint.verb,
        "metric": metric.metric,
        "target": target_key(metric),
        "arguments": {n: v.data.text for n, v in metric.arguments.items() if isinstance(v.data, Name)},
        "comparator": constraint.comparator,
        "threshold": None if threshold is None else float(threshold.data),  # type: ignore[arg-type]
        "because": constraint.because,
        "shown": shown_metric(metric),
        "bound": None if threshold is None else shown_threshold(metric.metric, threshold),
    }


def shown_metric(metric: MetricCall) -> str:
    """A metric call as the formatter would write it: the same text for the same meaning."""
    target = metric.target.text
    if metric.target_arguments:
        target = f"{target}({', '.join(str(n) for n in metric.target_arguments)})"
    named = [f"{name} = {value.data.text}" for name, value in metric.arguments.items() if isinstance(value.data, Name)]
    return f"{metric.metric}({', '.join([target, *named])})"


def shown_threshold(metric: str, threshold: Value) -> str:
    """A threshold in the unit that reports use for its metric."""
    found = METRICS[metric]
    assert isinstance(threshold.data, (Fraction, int))
    return f"{float(Fraction(threshold.data) / found.factor):.10g} {found.unit}"
