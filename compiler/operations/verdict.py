"""The verdict: every seed's model against the rules of a scorecard."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from mlipilot.compiler.block_meaning import enabled_stages
from mlipilot.compiler.canonical import canonical_scorecard, digest
from mlipilot.compiler.extent import Extents
from mlipilot.compiler.operations.operation import Lowering, Measuring, Operation, Role, seeds, target_key
from mlipilot.compiler.operations.train import training_id
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.compiler.source_map import SourceMap, item_name
from mlipilot.spec.schema import METRICS
from mlipilot.spec.units import Unit, unit
from mlipilot.spec.values import BlockValue, Constraint, MetricCall, Name

VERSION = 2
_SECONDS = 2.0


class VerdictInput(NamedTuple):
    """What a verdict reads: a file of what was measured of a seed's model, or of its training."""

    seed: int
    target: str
    """What was measured; empty for the training."""
    file: str

    @property
    def role(self) -> str:
        """Among the inputs of the job."""
        return "/".join(part for part in (f"seed-{self.seed}", self.target, self.file) if part)

    @classmethod
    def read(cls, role: str) -> VerdictInput:
        """Of a role."""
        seed, _, rest = role.removeprefix("seed-").partition("/")
        target, _, file = rest.rpartition("/")
        return cls(int(seed), target, file)


class _Verdict(Operation):
    kind = "verdict"
    role = Role.VERDICT

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """A moment."""
        return _SECONDS

    def places(self, source_map: SourceMap, block: BlockValue, job: Job) -> dict[str, str]:
        """Each rule has its place."""
        found = source_map.fields(block, ["confidence"])
        for rule, params in zip(block.constraints, job.params["constraints"], strict=True):
            found[f"constraints/{item_name(params)}"] = source_map.at(rule.source, rule.span)
        return found


def verdict_job(lowering: Lowering, measured: Sequence[tuple[Job, Measuring]]) -> Job:
    """The job that judges every seed's model, by jobs that measure and what their kinds are."""
    scorecard, training = lowering.scorecard, lowering.judged()
    assert scorecard is not None
    stages = tuple(stage.name for stage in enabled_stages(training))
    sources: dict[tuple[str, int | None], list[tuple[Job, Measuring]]] = {}
    for job, operation in measured:
        sources.setdefault((job.target, job.seed), []).append((job, operation))
    valid = training.reference("data").block + ".valid"
    targets = [valid, *(target_key(rule.metric) for rule in scorecard.constraints)]
    inputs: dict[str, Input] = {}
    for seed in seeds(training):
        for file in ("training.json", "model.model"):
            inputs[VerdictInput(seed, "", file).role] = Input(training_id(training.name, seed), file)
        for target in targets:
            for source, operation in sources[target, seed]:
                for file in operation.files(stages):
                    inputs[VerdictInput(seed, target, file).role] = Input(source.id, file)
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
            "stages": list(stages),
            "final": stages[-1],
            "valid": valid,
            "constraints": [_constraint(constraint) for constraint in scorecard.constraints],
        },
        inputs=inputs,
        threads=1,
        device="cpu",
        packages=("numpy",),
        block=scorecard.name,
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
        "unit": shown_unit(constraint),
        "because": constraint.because,
        "shown": shown_metric(metric),
        "bound": shown_bound(constraint),
    }


def shown_metric(metric: MetricCall) -> str:
    """A metric call as the formatter would write it: the same text for the same meaning."""
    target = metric.target.text
    if metric.target_arguments:
        target = f"{target}({', '.join(str(n) for n in metric.target_arguments)})"
    named = [f"{name} = {value.data.text}" for name, value in metric.arguments.items() if isinstance(value.data, Name)]
    return f"{metric.metric}({', '.join([target, *named])})"


def shown_unit(constraint: Constraint) -> str:
    """The unit that a rule's figures are shown in: that of its threshold; the metric's own where it wrote none."""
    threshold = constraint.threshold
    return (threshold.unit if threshold is not None else "") or METRICS[constraint.metric.metric].unit


def shown_bound(constraint: Constraint) -> str | None:
    """The threshold of a rule in its unit; None of one without a threshold."""
    if constraint.threshold is None:
        return None
    word = shown_unit(constraint)
    found = unit(word)
    assert isinstance(found, Unit)
    assert isinstance(constraint.threshold.data, (Fraction, int))
    return f"{float(Fraction(constraint.threshold.data) / found.factor):.10g} {word}"


OPERATION = _Verdict()
