"""Rules of schedules and losses together: what is written acts, and what is judged is trained."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mlipilot.compiler.block_meaning import enabled_stages
from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.faults import about, place, target
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import METRICS
from mlipilot.spec.schema.labels import LABELS
from mlipilot.spec.values import BlockValue

SMALLEST_DECAY = 1e-6
"""Of a learning rate over a stage; what comes after it trains nothing."""


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of stages, and of what a scorecard asks of them."""
    found: list[Diagnostic] = []
    for training in spec.of_kind("training"):
        for stage in enabled_stages(training):
            found += _decay(stage)
            found += _idle(stage)
        found += _patience(training)
    for scorecard in spec.of_kind("scorecard"):
        found += _untrained(spec, scorecard)
    return [*found, *_unused_keys(spec)]


def _decay(stage: BlockValue) -> list[Diagnostic]:
    if not (stage.has("scheduler") and stage.has("epochs")) or stage.call("scheduler").name != "exponential":
        return []
    gamma = float(stage.call("scheduler").arguments["gamma"].data)  # type: ignore[arg-type]
    epochs = stage.integer("epochs")
    if epochs * math.log(gamma) >= math.log(SMALLEST_DECAY):
        return []
    useful = math.ceil(math.log(SMALLEST_DECAY) / math.log(gamma))
    return [
        about(
            stage,
            "MLP0514",
            f"the learning rate of stage `{stage.name}` dies: {gamma:g} to the power of {count(epochs, 'epoch')}",
            place(stage, "scheduler"),
            f"a millionth after {count(useful, 'epoch')}",
            help=f"choose `gamma` near {SMALLEST_DECAY ** (0.5 / epochs):.4f}, or fewer epochs",
        )
    ]


def _idle(stage: BlockValue) -> list[Diagnostic]:
    if not (stage.has("scheduler") and stage.has("epochs")) or stage.fields["scheduler"].is_default:
        return []
    scheduler = stage.call("scheduler")
    if scheduler.name != "plateau":
        return []
    patience = scheduler.arguments["patience"]
    assert isinstance(patience.data, int)
    if patience.data < stage.integer("epochs"):
        return []
    return [
        about(
            stage,
            "MLP0515",
            f"the scheduler of stage `{stage.name}` never acts: it waits {count(int(patience.data), 'epoch')} of "
            f"{stage.integer('epochs')}",
            patience.span or place(stage, "scheduler"),
            "as long as the stage, or longer",
            help="choose a smaller `patience`, or `constant`",
        )
    ]


def _patience(training: BlockValue) -> list[Diagnostic]:
    stages = [stage for stage in enabled_stages(training) if stage.has("epochs")]
    if not training.has("patience") or not stages:
        return []
    longest = max(stage.integer("epochs") for stage in stages)
    if training.integer("patience") < longest:
        return []
    return [
        about(
            training,
            "MLP0515",
            f"`patience` of `{training.name}` ends no stage: the longest has {count(longest, 'epoch')}",
            place(training, "patience"),
            "never acts",
            help="choose fewer epochs of patience, or leave it out",
        )
    ]


def _untrained(spec: Spec, scorecard: BlockValue) -> list[Diagnostic]:
    """Rules about a label that no stage of the judged training weighs."""
    training = spec.block(scorecard.reference("judges").block) if scorecard.has("judges") else None
    if training is None or training.incomplete:
        return []
    stages = [stage for stage in enabled_stages(training) if stage.has("loss")]
    found: list[Diagnostic] = []
    for constraint in scorecard.constraints:
        label = METRICS[constraint.metric.metric].label
        if label is None or not stages or _weighs(stages, label):
            continue
        if label in facts_of(spec.block(constraint.metric.target.block)).lacks:
            continue  # it has no such label, which is said
        found.append(
            Diagnostic(
                "MLP0516",
                f"`{constraint.metric.metric}` is asked for, and no stage of `{training.name}` trains the {label}",
                constraint.source,
                Annotation(constraint.metric.span, f"the weight of the {label} is 0 in every stage"),
                (Annotation(training.span, "the judged training", training.source),),
                help=f"give a loss a weight of `{label}`",
            )
        )
    return found


def _weighs(stages: Sequence[BlockValue], label: str) -> bool:
    """Whether the loss of some stage has a weight for a label."""
    weights = [stage.call("loss").arguments.get(label) for stage in stages]
    return any(weight is not None and weight.data for weight in weights)


def _unused_keys(spec: Spec) -> list[Diagnostic]:
    """Keys of labels that data sets name, which no stage trains and no rule judges."""
    if spec.only("search") is not None:
        return []  # which may give a loss the weight
    judged = {
        (constraint.metric.target.block, METRICS[constraint.metric.metric].label)
        for scorecard in spec.of_kind("scorecard")
        for constraint in scorecard.constraints
    }
    found: list[Diagnostic] = []
    for data in spec.of_kind("dataset"):
        trainings = [block for block in spec.of_kind("training") if target(spec, block, "data") is data]
        stages = [stage for block in trainings for stage in enabled_stages(block) if stage.has("loss")]
        for label in LABELS:
            named = data.has(label) and not data.fields[label].is_default
            if not named or not stages or _weighs(stages, label) or (data.name, label) in judged:
                continue
            found.append(
                about(
                    data,
                    "MLP0516",
                    f"`{data.name}` names the {label}, and no stage trains it",
                    place(data, label),
                    "read, and not used",
                    help=f"give a loss a weight of `{label}`, or leave the key out",
                )
            )
    return found
