"""A campaign's result as JSON, with everything that the text leaves out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from mlipilot.runtime.pilot.campaign.measurement import Measurement
from mlipilot.runtime.pilot.campaign.rules import Rule, shown_rules
from mlipilot.runtime.pilot.outcome import wording
from mlipilot.runtime.pilot.outcome.added_value import added_value
from mlipilot.runtime.pilot.outcome.final import Final
from mlipilot.runtime.pilot.outcome.result import Edit, LaneResult, Result, TrialResult
from mlipilot.runtime.pilot.outcome.sample import Sample
from mlipilot.runtime.pilot.outcome.tally import tally
from mlipilot.runtime.pilot.outcome.under_way import Phase
from mlipilot.runtime.pilot.proposers.replay import recorded


def document(result: Result, activity: wording.Activity, under_way: Sequence[Phase] = ()) -> dict[str, Any]:
    """Figures and thresholds are in the units of their rules, times in seconds; what is not known is null."""
    limits = result.settings.limits
    spent = result.spent + sum(phase.device_seconds for phase in under_way)
    value = added_value(result) if result.stage == "closed" else None
    found = tally(result)
    return {
        "headline": wording.headline(result, activity),
        "stage": result.stage,
        "running": activity.is_running,
        "paused": activity.is_paused,
        "name": result.name,
        "hashes": dict(result.hashes),
        "packages": dict(result.packages),
        "settings": result.settings.document(),
        "rules": shown_rules(result.rules),
        "added_value": None if value is None else _finite(value._asdict()),
        "calibration": _calibration(result),
        "lanes": [_lane(result, lane) for lane in result.lanes],
        "budget": {
            "device_seconds": limits.device_seconds,
            "spent_device_seconds": spent,
            "left_device_seconds": None if limits.device_seconds is None else max(0.0, limits.device_seconds - spent),
            "trials": limits.trials,
            "tokens": limits.tokens,
            "spent_tokens": result.tokens,
            "set_aside_tokens": result.set_aside,
            "money": limits.money,
            "spent_money": _money(result.money),
        },
        "runs": [
            {
                "phase": runs.phase,
                "requested": runs.requested,
                "measured": runs.measured,
                "failed": {failure.value: count for failure, count in runs.failed.items()},
            }
            for runs in found.runs
        ],
        "under_way": [_phase(phase) for phase in under_way],
        "trials": dict(found.trials),
        "faults": {"by_class": dict(found.faults), "by_whose": dict(found.whose)},
        "reconciled": found.is_reconciled,
    }


def _phase(phase: Phase) -> dict[str, Any]:
    return {"phase": phase.name or None, **{name: value for name, value in phase._asdict().items() if name != "name"}}


def _calibration(result: Result) -> dict[str, Any] | None:
    known = result.calibrated
    if known is None or not known.noise:
        return None
    noise = [
        {"rule": rule.shown, **vars(n), "assumed": assumed}
        for rule, n, assumed in zip(result.rules, known.noise, known.assumed, strict=True)
    ]
    return {
        "noise": noise,
        "outcome": known.outcome,
        "reason": known.reason,
        "detectable_sigma": result.power.detectable,
        "run_seconds": known.run_seconds,
        "runs": _samples(result, known.samples),
    }


def _lane(result: Result, lane: LaneResult) -> dict[str, Any]:
    return {
        "lane": lane.name,
        "arm": lane.arm,
        "replicate": lane.replicate,
        "ended": lane.ended or None,
        "device_seconds": lane.spent,
        "share": lane.share,
        "plateau": _finite(lane.plateau._asdict()),
        "final": None if lane.final is None else _final(result, lane.final),
        "language_model": None
        if not lane.is_language_model
        else {"tokens": lane.cost.tokens, "money": _money(lane.money), **lane.reliability._asdict()},
        "trials": [_trial(result, trial) for trial in lane.trials],
    }


def _money(amount: Fraction | None) -> float | None:
    return None if amount is None else float(amount)


def _final(result: Result, final: Final) -> dict[str, Any]:
    rules = [
        {
            "rule": rule.shown,
            "verb": rule.verb,
            "mean": _shown(rule, final.mean(place)),
            "values": [_shown(rule, value) for value in final.values(place)],
            "unit": rule.unit,
            "outcome": final.outcome(rule, place),
            "reason": final.reason(rule, place) or None,
        }
        for place, rule in enumerate(result.rules)
    ]
    return {
        "evidence": final.evidence,
        "verdict": final.verdict(result.rules),
        "reason": wording.verdict_in_words(result, final) or None,
        "rules": rules,
    }


def _trial(result: Result, trial: TrialResult) -> dict[str, Any]:
    return {
        "trial": trial.number,
        "state": trial.state,
        "reason": trial.reason,
        "failure": None if trial.failure is None else trial.failure.value,
        "proposal": recorded(trial.proposal),
        "edits": _edits(trial.edits),
        "kept": None if trial.kept is None else _edits(trial.kept),
        "prediction": trial.prediction,
        "objective": None if result.objective is None else _shown(result.objective, trial.objective),
        "violation": trial.violation,
        "seeds": trial.seeds,
        "device_seconds": trial.device_seconds,
        "steps": [dict(step) for step in trial.steps],
        "runs": _samples(result, trial.samples),
    }


def _edits(edits: Iterable[Edit]) -> list[dict[str, Any]]:
    return [{"path": e.path, "from": e.before or None, "to": e.after, "because": e.because} for e in edits]


def _samples(result: Result, samples: Iterable[Sample]) -> list[dict[str, Any]]:
    return [{"purpose": s.purpose, "seed": s.seed, "run": s.run, **_measured(result, s.measurement)} for s in samples]


def _measured(result: Result, measured: Measurement) -> dict[str, Any]:
    rules = result.rules if measured.figures else ()
    figures = [[_shown(rule, value) for value in figure] for rule, figure in zip(rules, measured.figures, strict=False)]
    return measured.document() | {"figures": figures}


def _shown(rule: Rule, value: float | None) -> float | None:
    return rule.in_unit(value) if value is not None and math.isfinite(value) else None


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _number(value) if isinstance(value, float) else value for name, value in values.items()}


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
