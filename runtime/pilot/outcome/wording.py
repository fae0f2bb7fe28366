"""A campaign in words, the same ones on a terminal, in `status` and in the report."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.lane import USER
from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.pilot.gate.noise import mean
from mlipilot.runtime.pilot.outcome.added_value import sentence
from mlipilot.runtime.pilot.outcome.final import Final
from mlipilot.runtime.pilot.outcome.result import OPEN, Edit, LaneResult, Result, TrialResult, asks_language_model
from mlipilot.runtime.pilot.outcome.under_way import SEALED, Phase
from mlipilot.runtime.pilot.trial import FALLBACK
from mlipilot.spec.numerals import count, percent, short, signed_percent


class Activity(NamedTuple):
    """Whether anybody works at a campaign now."""

    is_running: bool
    is_paused: bool = False


def headline(result: Result, activity: Activity) -> str:
    """The first line: the added value of a campaign that has come to its end, else where it stands."""
    if result.stage == "closed":
        return sentence(result)
    done = sum(lane.decided for lane in result.lanes)
    most = result.settings.limits.trials
    accepted = sum(len(lane.accepted) for lane in result.lanes)
    match result.stage:
        case "calibrating":
            where = f"calibrating: the baseline is measured under {count(len(result.settings.baseline_seeds), 'seed')}"
        case "closing":
            where = f"closing: what the arms accepted is measured under new seeds, after {count(done, 'trial')}"
        case _:
            of = "" if most is None else f" of at most {most * len(result.lanes)}"
            where = f"{count(done, 'trial')}{of} decided, {accepted} accepted"
    if activity.is_paused:
        return f"Paused; {where}"
    return where[0].upper() + where[1:] if activity.is_running else f"Stopped; {where}"


def edits_in_words(edits: Iterable[Edit]) -> str:
    """`fit.lr 0.01 → 0.02, model.channels 4 → 8`."""
    return ", ".join(edit_in_words(edit) for edit in edits) or "the baseline"


def edit_in_words(edit: Edit) -> str:
    """`fit.lr 0.01 → 0.02`."""
    return f"{edit.path} {edit.before or '?'} → {edit.after}"


def figure_in_words(result: Result, trial: TrialResult) -> str:
    """The objective that a trial measured; empty where it measured none."""
    rule = result.objective
    if rule is None or trial.objective is None:
        return ""
    over = f" over {trial.seeds} seeds" if trial.seeds > 1 else ""
    return f"{rule.reads(trial.objective)}{over}"


def maker_in_words(arm: str, origin: str) -> str:
    """Who made a proposal, where that is not the arm's own proposer; empty where it is."""
    if origin == USER:
        return "put forward by a person"
    if not asks_language_model(arm) or origin in ("", "llm"):
        return ""
    if origin.endswith(FALLBACK):
        return f"by `{origin.removesuffix(FALLBACK)}`, as the language model made no proposal"
    if origin.startswith("llm"):
        return "chosen by the language model from a menu"
    return f"by `{origin}`"


def predicted_in_words(trial: TrialResult) -> str:
    """What a proposal predicted; empty where it predicted nothing."""
    proposal = trial.proposal
    if not proposal.direction or not proposal.metric:
        return ""
    by = "" if proposal.magnitude is None else f" by {percent(abs(proposal.magnitude))}"
    return f"{proposal.metric} {proposal.direction}{by}"


def observed_in_words(trial: TrialResult) -> str:
    """What came of a prediction; empty where nothing was predicted."""
    if not predicted_in_words(trial) or trial.state == OPEN:
        return ""
    found = trial.prediction
    observed = None if found is None else found.get("observed")
    if found is None or observed is None:
        return "not measured"
    right = "as predicted" if found.get("came_true") else "not as predicted"
    return f"{signed_percent(observed)}, {right}"


def final_in_words(result: Result, lane: LaneResult) -> str:
    """The objective of what a lane ended with: mean over seeds and range."""
    final, rule = lane.final, result.objective
    if final is None:
        return "nothing accepted"
    if rule is None:
        return final.verdict(result.rules)
    place = result.rules.index(rule)
    low, high = final.range(place)
    return f"{rule.reads(final.mean(place))} {span_in_words(rule, low, high)}".rstrip()


def verdict_in_words(result: Result, final: Final) -> str:
    """Why a design is not accepted in the end, by the rule that decides; empty where it is."""
    word = {"rejected": "fail", "undecided": "undecided"}.get(final.verdict(result.rules))
    for place, rule in enumerate(result.rules):
        if word is not None and final.outcome(rule, place) == word:
            return f"`{rule.shown} {rule.comparator} {rule.reads(rule.threshold)}`: {final.reason(rule, place)}"
    return ""


def span_in_words(rule: Rule, low: float, high: float) -> str:
    """`(51.2 to 60.3)`, in the unit that goes before; empty where it is not known or nothing."""
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        return ""
    return f"({short(rule.in_unit(low))} to {short(rule.in_unit(high))})"


def best_so_far(result: Result, lane: LaneResult) -> float | None:
    """The objective of a lane's incumbent, in base units; None where nothing feasible is known."""
    if lane.accepted:
        return lane.accepted[-1].objective
    return baseline_objective(result)


def baseline_objective(result: Result) -> float | None:
    """The objective of the baseline, in base units; None where it is not known to satisfy the scorecard."""
    rule, known = result.objective, result.calibrated
    if rule is None or known is None or known.outcome != "feasible":
        return None
    place = result.rules.index(rule)
    values = [run.figures[place].estimate for run in known.whole]
    return mean([value for value in values if value is not None]) if values else None


def plateau_in_words(lane: LaneResult) -> str:
    """Whether a lane still gets anywhere; empty where it does."""
    found = lane.plateau
    return f"plateau: {count(found.measured, 'measured trial')} without an accepted one" if found.is_reached else ""


def phase_in_words(phase: Phase, duration: str) -> str:
    """`tpe/1, trial 3: screen, 0 of 1 run measured, 12.3 s device time`; the duration is already in words."""
    who = {BASELINE: "baseline", SEAL: "close"}.get(phase.lane, f"{phase.lane}, trial {phase.trial}")
    words = [] if phase.lane in (BASELINE, SEAL) else [phase.name or "waits for a device"]
    if phase.name == SEALED:
        words.append(f"the sealed split is opened for {count(phase.requested or 0, 'model')}")
    elif phase.requested is not None:
        words.append(f"{phase.measured} of {count(phase.requested, 'run')} measured")
    elif phase.name:
        words.append(f"{count(phase.measured, 'run')} measured so far")
    if phase.failed:
        words.append(f"{phase.failed} failed")
    return f"{who}: {', '.join([*words, f'{duration} device time'])}"


def left_in_words(result: Result, duration: str, total: str) -> list[str]:
    """The budget that is left, a phrase for each limit; the two durations are already in words."""
    limits = result.settings.limits
    words = []
    if limits.device_seconds is not None:
        words.append(f"device time {duration} of {total}")
    if limits.trials is not None:
        left = [limits.trials - len(lane.trials) for lane in result.lanes]
        shown = f"{min(left)}" if min(left) == max(left) else f"{min(left)} to {max(left)}"
        words.append(f"{shown} of {count(limits.trials, 'trial')} in each arm")
    if limits.tokens is not None:
        words.append(f"{max(0, limits.tokens - result.tokens):,} of {count(limits.tokens, 'token')}")
    if limits.money is not None and result.money is not None:
        words.append(f"{short(max(0.0, limits.money - float(result.money)), 4)} of {short(limits.money, 4)} in money")
    return words
