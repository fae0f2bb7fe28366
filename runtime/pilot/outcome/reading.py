"""From the entries of a campaign's record to its result, by pure functions of the entries alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mlipilot.runtime.pilot.campaign import judging
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.rules import Rule, objective_of, read_rules
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.pilot.campaign.settings import read_settings
from mlipilot.runtime.pilot.gate.noise import Noise, mean
from mlipilot.runtime.pilot.gate.plateau import Plateau, plateau
from mlipilot.runtime.pilot.language.ledger import Ledger
from mlipilot.runtime.pilot.language.reliability import reliability
from mlipilot.runtime.pilot.outcome.final import Final, read_finals
from mlipilot.runtime.pilot.outcome.result import (
    OPEN,
    Calibrated,
    Edit,
    LaneResult,
    Result,
    Stage,
    TrialResult,
)
from mlipilot.runtime.pilot.outcome.sample import Sample, read_sample
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.proposers.replay import read_proposal
from mlipilot.runtime.pilot.trial import Failure, Proposal, Trial
from mlipilot.spec.edit import Change
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile


def read_result(entries: Sequence[Mapping[str, Any]], baseline: SourceFile | None = None) -> Result | str:
    """The result of a record, or why it is none; `baseline` says what stood where something was changed."""
    if not entries or entries[0].get("event") != "campaign":
        return "it does not begin with the settings of a campaign"
    try:
        return _read(entries, written(baseline) if baseline is not None else {})
    except (LookupError, TypeError, ValueError, AttributeError, AssertionError) as misfit:
        return f"its entries do not fit together ({type(misfit).__name__}: {misfit})"


def written(baseline: SourceFile) -> dict[str, str]:
    """What the baseline has at each path that can be edited, in the spec's syntax."""
    space = resolve(baseline).spec.space
    if space is None:
        return {}
    chart = Chart(space)
    found = {draw.path.text: chart.written(draw.path.text, space.baseline[draw.path.text]) for draw in space.draws}
    return {path: text for path, text in found.items() if text is not None}


def _read(entries: Sequence[Mapping[str, Any]], before: Mapping[str, str]) -> Result:
    first = entries[0]
    settings, rules = read_settings(first["settings"]), read_rules(first["rules"])
    by_lane: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries[1:]:
        by_lane[str(entry.get("lane", ""))].append(entry)
    calibrated = _calibrated(by_lane[BASELINE], rules)
    finals = read_finals(by_lane[SEAL])
    lanes = tuple(_lane(name, by_lane[name], rules, calibrated, finals, before) for name in settings.lanes)
    stage: Stage = "closed" if any(e["event"] == "closed" for e in by_lane[SEAL]) else "searching"
    if calibrated is None or not calibrated.noise:
        stage = "calibrating"
    elif stage != "closed" and all(lane.ended for lane in lanes):
        stage = "closing"
    return Result(
        str(first["name"]),
        str(first["question"]),
        {name: str(first[name]) for name in ("spec", "scorecard", "plan")} | {"record": str(entries[-1]["hash"])},
        dict(first["packages"]),
        settings,
        rules,
        calibrated,
        lanes,
        tuple(read_sample(e) for e in by_lane[SEAL] if e["event"] in ("measured", "sealed")),
        stage,
        float(first["time"]),
        float(entries[-1]["time"]),
    )


def _calibrated(entries: Iterable[Mapping[str, Any]], rules: Sequence[Rule]) -> Calibrated | None:
    samples: list[Sample] = []
    for entry in entries:
        if entry["event"] == "measured":
            samples.append(read_sample(entry))
        elif entry["event"] == "calibrated":
            names = ("sigma", "freedom", "sigma_eval", "freedom_eval")
            noise = tuple(Noise(**{name: known[name] for name in names}) for known in entry["noise"])
            if len(noise) != len(rules):
                raise ValueError("the calibration has another number of rules")
            return Calibrated(
                tuple(samples),
                noise,
                tuple(bool(known["assumed"]) for known in entry["noise"]),
                str(entry["outcome"]),
                str(entry["reason"]),
                float(entry["run_seconds"]),
                float(entry["spent"]),
            )
    return Calibrated(tuple(samples), (), (), "", "", 0.0, 0.0) if samples else None


def _lane(
    name: str,
    entries: Sequence[Mapping[str, Any]],
    rules: Sequence[Rule],
    calibrated: Calibrated | None,
    finals: Mapping[str, Final],
    before: Mapping[str, str],
) -> LaneResult:
    arm, _, replicate = name.rpartition("/")
    spoken = [entry for entry in entries if str(entry["event"]).startswith("llm-")]
    trials: list[TrialResult] = []
    proposed: Mapping[str, Any] | None = None
    samples: list[Sample] = []
    kept: tuple[Edit, ...] | None = None
    share: float | None = None
    ended, spent = "", 0.0
    for entry in entries:
        match entry["event"]:
            case "baseline":
                share = entry["share"]
            case "proposed":
                proposed, samples, kept = entry, [], None
            case "measured":
                samples.append(read_sample(entry))
                spent += samples[-1].measurement.device_seconds
            case "accepted":
                kept = _edits([Change(*change) for change in entry["changes"]], before)
            case "trial":
                if proposed is None:
                    raise ValueError(f"trial {entry['trial']} of `{name}` was never proposed")
                trials.append(_trial(proposed, entry, samples, kept, spent, rules, before))
                proposed, samples, kept = None, [], None
            case "ended":
                ended = str(entry["reason"])
    if proposed is not None:
        trials.append(_trial(proposed, None, samples, kept, spent, rules, before))
    final = finals.get(name) or _confirmed(trials)
    ledger = Ledger(entries=spoken)
    return LaneResult(
        name,
        arm,
        int(replicate),
        tuple(trials),
        ended,
        spent,
        share,
        _plateau(trials, rules, calibrated),
        final,
        ledger.spent,
        ledger.prices is not None,
        reliability(spoken),
        ledger.spent.tokens - _accounted(spoken),
    )


def _accounted(spoken: Iterable[Mapping[str, Any]]) -> int:
    """Tokens that answers said they used."""
    return sum(int(entry["tokens"]) for entry in spoken if entry["event"] == "llm-settle" and entry["known"])


def _trial(
    proposed: Mapping[str, Any],
    decided: Mapping[str, Any] | None,
    samples: Sequence[Sample],
    kept: tuple[Edit, ...] | None,
    spent: float,
    rules: Sequence[Rule],
    before: Mapping[str, str],
) -> TrialResult:
    proposal = read_proposal(proposed["proposal"])
    if proposal is None:
        raise ValueError(f"trial {proposed['trial']} holds no proposal")
    about = decided or {}
    objective, place = about.get("objective"), objective_of(rules)
    if objective is not None and place is not None and rules[place].verb == "maximize":
        objective = -objective
    failure = about.get("failure")
    return TrialResult(
        int(proposed["trial"]),
        proposal,
        _edits(proposal.changes, before),
        str(about.get("state", OPEN)),
        str(about.get("reason", "")),
        None if failure is None else Failure(failure),
        None if objective is None else float(objective),
        about.get("violation"),
        int(about.get("seeds", 0)),
        sum(sample.measurement.device_seconds for sample in samples),
        spent,
        tuple(about.get("steps", ())),
        about.get("prediction"),
        kept,
        tuple(samples),
        float(proposed["time"]),
    )


def _edits(changes: Iterable[Change], before: Mapping[str, str]) -> tuple[Edit, ...]:
    return tuple(Edit(change.path, before.get(change.path, ""), change.value, change.because) for change in changes)


def _confirmed(trials: Sequence[TrialResult]) -> Final | None:
    """What a lane's last accepted design was accepted by: its own fresh seeds, or those of its ablation."""
    trial = next((trial for trial in reversed(trials) if trial.kept is not None), None)
    if trial is None or trial.kept is None:
        return None
    purpose = "candidate"
    if len(trial.kept) < len(trial.edits):
        purpose = "ablation"
        if not any(sample.purpose == purpose for sample in trial.samples):
            kept = {edit.path for edit in trial.kept}
            purpose = f"ablation-{next(n for n, edit in enumerate(trial.edits) if edit.path not in kept)}"
    return Final("confirmation", tuple(sample for sample in trial.samples if sample.purpose == purpose))


def _plateau(trials: Sequence[TrialResult], rules: Sequence[Rule], calibrated: Calibrated | None) -> Plateau:
    """On the objective's scale of comparison, so that gains and luck are those of the gate."""
    place = objective_of(rules)
    if place is None or calibrated is None or not calibrated.noise:
        return plateau([])

    def losses(value: float | None) -> float | None:
        return None if value is None else rules[place].loss(value)

    start = mean(judging.losses(rules, calibrated.whole))
    history = [Trial(0, Proposal(()), {}, "accepted", start, None, 0, 0.0, None, "")]
    for trial in trials:
        history.append(
            Trial(
                trial.number,
                trial.proposal,
                {},
                trial.state,
                losses(trial.objective),
                trial.violation,
                trial.seeds,
                trial.device_seconds,
                trial.failure,
                trial.reason,
            )
        )
    return plateau(history, calibrated.noise[place])
