"""Every trial: hypothesis, prediction against outcome, decision and reason, and the steps with their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlipilot.runtime.pilot.outcome import wording
from mlipilot.runtime.pilot.outcome.result import OPEN, Edit, LaneResult, Result, TrialResult
from mlipilot.runtime.pilot.outcome.sample import Sample
from mlipilot.runtime.report.drawing import VARIABLES
from mlipilot.runtime.report.quantity import Quantity, Unknown, format_duration, quantity
from mlipilot.runtime.reporting.campaign.progress import colour_of
from mlipilot.spec.numerals import count, format_number

MOST_TRIALS = 200
"""Of each lane that are shown, the latest."""
TONES = {"accepted": "pass", "infeasible": "fail", "failed": "fail", "undecided": "undecided", "vetoed": "undecided"}


@dataclass(frozen=True)
class RunLine:
    """A run of a trial."""

    purpose: str
    seed: int
    figures: tuple[Quantity, ...]
    """By rule."""
    failure: str
    seconds: Quantity


@dataclass(frozen=True)
class TrialBlock:
    """A trial as it is shown."""

    number: int
    state: str
    tone: str
    edits: tuple[Edit, ...]
    kept: tuple[Edit, ...] | None
    """Where ablation left less than was proposed."""
    hypothesis: str
    falsifier: str
    maker: str
    """Who made the proposal, where that is not the arm's own proposer."""
    predicted: str
    observed: str
    came_true: bool | None
    objective: Quantity
    seeds: int
    reason: str
    fault: str
    seconds: str
    steps: tuple[str, ...]
    runs: tuple[RunLine, ...]


@dataclass(frozen=True)
class LaneTrials:
    """The trials of a lane."""

    name: str
    colour: str
    ended: str
    hidden: int
    predictions: str
    trials: tuple[TrialBlock, ...]


def lane_trials(result: Result) -> tuple[LaneTrials, ...]:
    """All lanes, in the order of the table of arms."""
    ordered = sorted(result.lanes, key=lambda lane: (result.settings.arms.index(lane.arm), lane.replicate))
    return tuple(
        LaneTrials(
            lane.name,
            f"var(--{VARIABLES[colour_of(result, lane)]})",
            lane.ended,
            max(0, len(lane.trials) - MOST_TRIALS),
            _predictions(lane),
            tuple(_block(result, lane, trial) for trial in lane.trials[-MOST_TRIALS:]),
        )
        for lane in ordered
    )


def _predictions(lane: LaneResult) -> str:
    """How often the direction that was predicted came true; empty where nothing was predicted and measured."""
    judged = [
        bool(trial.prediction["came_true"])
        for trial in lane.trials
        if trial.prediction is not None and trial.prediction.get("came_true") is not None
    ]
    return f"{sum(judged)} of {count(len(judged), 'prediction')} had the right direction" if judged else ""


def _block(result: Result, lane: LaneResult, trial: TrialResult) -> TrialBlock:
    rule = result.objective
    objective: Quantity = Unknown("not measured")
    if rule is not None and trial.objective is not None:
        objective = quantity(rule.in_unit(trial.objective), rule.unit)
    kept = trial.kept if trial.kept is not None and len(trial.kept) < len(trial.edits) else None
    return TrialBlock(
        trial.number,
        "under way" if trial.state == OPEN else trial.state,
        TONES.get(trial.state, "none"),
        trial.edits,
        kept,
        trial.proposal.hypothesis,
        trial.proposal.falsifier,
        wording.maker_in_words(lane.arm, trial.proposal.origin),
        wording.predicted_in_words(trial),
        wording.observed_in_words(trial),
        None if trial.prediction is None else trial.prediction.get("came_true"),
        objective,
        trial.seeds,
        trial.reason,
        "" if trial.failure is None else trial.failure.value,
        format_duration(quantity(trial.device_seconds)),
        tuple(_step(step) for step in trial.steps),
        tuple(_run(result, sample) for sample in trial.samples),
    )


def _step(step: Mapping[str, Any]) -> str:
    """A step in a line: its name, what came of it, its numbers."""
    words = [str(step.get("step", ""))]
    if step.get("look"):
        words[0] += f", look {step['look']}"
    words += [f"{step[name]}" for name in ("outcome", "reason") if step.get(name)]
    shown = [_number(name, value) for name, value in step.items() if name not in ("step", "look", "outcome", "reason")]
    numbers = ", ".join(word for word in shown if word)
    return ": ".join(words[:2]) + "".join(f"; {word}" for word in words[2:]) + (f" ({numbers})" if numbers else "")


def _number(name: str, value: Any) -> str:
    label = {"p": "p", "sigma": "σ"}.get(name, name.replace("_", " "))
    if isinstance(value, float):
        return f"{label} {format_number(value)}"
    if isinstance(value, list):
        return f"{label} {', '.join(format_number(v) if isinstance(v, float) else str(v) for v in value)}"
    return "" if value is None else f"{label} {value}"


def _run(result: Result, sample: Sample) -> RunLine:
    found = sample.measurement
    return RunLine(
        sample.purpose,
        sample.seed,
        tuple(
            quantity(None if figure.estimate is None else rule.in_unit(figure.estimate), rule.unit)
            for rule, figure in zip(result.rules, found.figures, strict=False)
            if not rule.is_objective
        ),
        "" if found.failure is None else f"{found.failure.value}: {found.reason}",
        quantity(found.device_seconds, "s"),
    )
