"""A campaign as text: the first line, a line for each arm, a line or two for each trial, and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mlipilot.compiler.render.style import Style, visible
from mlipilot.runtime.display.words import duration
from mlipilot.runtime.pilot.outcome import wording
from mlipilot.runtime.pilot.outcome.result import OPEN, LaneResult, Result, TrialResult
from mlipilot.runtime.pilot.outcome.tally import tally
from mlipilot.runtime.pilot.outcome.under_way import Phase
from mlipilot.spec.numerals import count, short

MOST_TRIALS = 20
"""Of each lane that are shown; `--json` has all."""
LOOKS = {"accepted": "good", "infeasible": "error", "failed": "error", "undecided": "warning", "vetoed": "warning"}


def arms_text(result: Result, style: Style) -> str:
    """A table with a line for each lane."""
    rule = result.objective
    titles = ["arm", "trials", "accepted", rule.shown if rule else "", "in the end", "device time"]
    rows = [_row(result, lane) for lane in result.lanes]
    widths = [max(len(row[column]) for row in [titles, *rows]) for column in range(len(titles))]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True) if width).rstrip()

    return "\n".join([style.paint(line(titles), "faint"), *(line(row) for row in rows), *_verdicts(result)])


def _verdicts(result: Result) -> list[str]:
    """Why a design that an arm ended with is not accepted: those of the close alone, which says the last word."""
    finals = [(lane.name, lane.final) for lane in result.lanes if lane.final is not None and result.stage == "closed"]
    told = [(name, final, wording.verdict_in_words(result, final)) for name, final in finals]
    return [f"{name} is {final.verdict(result.rules)}: {why}" for name, final, why in told if why]


def _row(result: Result, lane: LaneResult) -> list[str]:
    most = result.settings.limits.trials
    accepted = [str(trial.number) for trial in lane.accepted]
    best, rule = wording.best_so_far(result, lane), result.objective
    spent = duration(lane.spent) + ("" if lane.share is None else f" of {duration(lane.share)}")
    unknown = "unknown yet" if result.stage == "calibrating" else "none feasible"
    return [
        lane.name,
        f"{lane.decided}" + ("" if most is None else f" of {most}"),
        f"{len(accepted)} (#{', #'.join(accepted[-3:])})" if accepted else "none",
        "" if rule is None else unknown if best is None else rule.reads(best),
        _end(result, lane) if result.stage == "closed" else "",
        spent,
    ]


def _end(result: Result, lane: LaneResult) -> str:
    final = lane.final
    if final is None:
        return "nothing accepted"
    shown = wording.final_in_words(result, lane)
    verdict = final.verdict(result.rules)
    evidence = {"sealed": "sealed", "closing": "new seeds", "confirmation": "confirmed"}[final.evidence]
    return f"{verdict} ({evidence})" if shown == verdict else f"{shown} {evidence}, {verdict}"


def trials_text(result: Result, style: Style, most: int = MOST_TRIALS) -> str:
    """Every lane's trials: what was changed and why, what was predicted, what came of it, what was decided."""
    lines = []
    for lane in result.lanes:
        ended = f", ended: {lane.ended}" if lane.ended else ""
        lines.append(f"{style.paint(lane.name, 'strong')}{ended}")
        if len(lane.trials) > most:
            lines.append(style.paint(f"  … {count(len(lane.trials) - most, 'earlier one')}; `--json` has all", "faint"))
        for trial in lane.trials[-most:]:
            lines += trial_lines(result, lane, trial, style)
        if not lane.trials:
            lines.append(style.paint("  no trial yet", "faint"))
        plateau = wording.plateau_in_words(lane)
        lines += [f"  {plateau}"] if plateau else []
    return "\n".join(lines)


def trial_lines(result: Result, lane: LaneResult, trial: TrialResult, style: Style) -> list[str]:
    """One trial in two lines."""
    state = "under way" if trial.state == OPEN else trial.state
    why = _line(trial.proposal.hypothesis)
    edits = wording.edits_in_words(trial.edits)
    first = f"  {trial.number:>3}  {style.paint(state.ljust(10), LOOKS.get(trial.state, 'faint'))}  {edits}"
    predicted = wording.predicted_in_words(trial)
    observed = wording.observed_in_words(trial)
    words = [
        f"“{why}”" if why else "",
        _line(wording.maker_in_words(lane.arm, trial.proposal.origin)),
        f"predicted {predicted}{f': {observed}' if observed else ''}" if predicted else "",
        wording.figure_in_words(result, trial),
        _line(trial.reason),
        _kept(trial),
    ]
    second = "; ".join(word for word in words if word)
    return [first, style.paint(f"       {second}", "faint")] if second else [first]


def _line(text: str) -> str:
    """What a model, a person or a job wrote, on one line and without what would steer a terminal."""
    return visible(" ".join(text.split()))


def _kept(trial: TrialResult) -> str:
    if trial.kept is None or len(trial.kept) == len(trial.edits):
        return ""
    return f"of it is kept: {wording.edits_in_words(trial.kept)}"


def under_way_text(under_way: Sequence[Phase]) -> str:
    """What is measured now, a line for each lane; empty where nothing is."""
    return "\n".join(wording.phase_in_words(phase, duration(phase.device_seconds)) for phase in under_way)


def left_text(result: Result, under_way: Sequence[Phase] = ()) -> str:
    """What was spent, the budget that is left, and the runs with their failures; what is under way counts too."""
    total = result.settings.limits.device_seconds
    spent = result.spent + sum(phase.device_seconds for phase in under_way)
    left = "" if total is None else duration(max(0.0, total - spent))
    phrases = wording.left_in_words(result, left, "" if total is None else duration(total))
    lines = [f"spent: device time {duration(spent)}"]
    lines.append(f"left: {'; '.join(phrases)}" if phrases else "no limit on device time, trials, tokens or money")
    found = tally(result)
    lost: Counter[str] = Counter()
    for part in found.runs:
        lost.update({failure.value: number for failure, number in part.failed.items()})
    known = sum(part.requested for part in found.runs)
    asked = sum(phase.measured + phase.failed if phase.requested is None else phase.requested for phase in under_way)
    measured = known - lost.total() + sum(phase.measured for phase in under_way)
    failed = lost.total() + sum(phase.failed for phase in under_way)
    classes = ", ".join(f"{number} {name}" for name, number in sorted(lost.items()))
    shown = f"{failed} failed{f' ({classes})' if classes else ''}"
    lines.append(f"runs: {known + asked} requested, {measured} measured, {shown}")
    if found.attempts:
        faults = ", ".join(f"{number} {name}" for name, number in found.faults.items()) or "none"
        whose = ", ".join(f"{number} {name}" for name, number in found.whose.items())
        faults += f" ({whose})" if whose else ""
        paid = f" ({short(float(result.money), 4)} in money)" if result.money else ""
        kept = f", {result.set_aside:,} of them set aside" if result.set_aside else ""
        tokens = f"{count(result.tokens, 'token')}{kept}{paid}"
        requests = f"{count(found.attempts, 'request')}{f', {found.unanswered} unanswered' if found.unanswered else ''}"
        lines.append(f"language model: {requests}, {tokens}, faults: {faults}")
    return "\n".join(lines)


def accepted_text(result: Result) -> str:
    """The edit that each lane ended with."""
    lines = []
    for lane in result.lanes:
        if lane.accepted:
            trial = lane.accepted[-1]
            lines.append(f"{lane.name} accepted, in trial {trial.number}:")
            lines += [f"  {wording.edit_in_words(edit)}" for edit in trial.kept or ()]
    nothing = "no arm accepted a design; the baseline stays as it is"
    return "\n".join(lines) or (nothing if result.stage == "closed" else "no arm has accepted a design so far")
