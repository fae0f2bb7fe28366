"""What the campaign ended with, held against the scorecard; and how sure its gate could be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from mlipilot.runtime.pilot.campaign.rules import Rule, objective_of
from mlipilot.runtime.pilot.gate.noise import Noise, mean
from mlipilot.runtime.pilot.outcome.final import WORDS, Final
from mlipilot.runtime.pilot.outcome.result import Edit, Result
from mlipilot.runtime.report.margin import margin_bar
from mlipilot.runtime.report.quantity import Known, Quantity, Unknown, format_percent, quantity
from mlipilot.spec.numerals import count

SIGNS = {"<=": "≤", ">=": "≥"}


@dataclass(frozen=True)
class FinalRow:
    """A rule, and the models of a design under it."""

    verb: str
    shown: str
    sign: str
    threshold: Quantity | None
    because: str
    values: tuple[Quantity, ...]
    """By seed."""
    mean: Quantity
    range: tuple[Quantity, Quantity]
    """The least and the largest."""
    bar: Markup | None
    outcome: str | None
    note: str
    """Why it is undecided."""


@dataclass(frozen=True)
class FinalCard:
    """A design under its seeds."""

    lanes: tuple[str, ...]
    edits: tuple[Edit, ...]
    evidence: str
    verdict: str
    seeds: tuple[int, ...]
    failures: tuple[str, ...]
    rows: tuple[FinalRow, ...]


@dataclass(frozen=True)
class NoiseRow:
    """How much a rule's figure varies."""

    shown: str
    baseline: Quantity
    sigma: str
    """Relative, as a factor where it is large, or of a share in points."""
    in_units: Quantity
    by_measuring: str
    assumed: bool


@dataclass(frozen=True)
class Power:
    """What the gate can find."""

    rows: tuple[NoiseRow, ...]
    outcome: str
    reason: str
    seeds: int
    sentence: str


def final_cards(result: Result) -> tuple[FinalCard, ...]:
    """One for each design that some lane ended with, the best first."""
    best = result.best
    found: dict[tuple[tuple[str, str], ...], tuple[list[str], tuple[Edit, ...], Final]] = {}
    for lane in sorted(result.lanes, key=lambda lane: lane is not best):
        if lane.final is not None and lane.accepted:
            edits = lane.accepted[-1].kept or ()
            key = tuple(sorted((edit.path, edit.after) for edit in edits))
            found.setdefault(key, ([], edits, lane.final))[0].append(lane.name)
    return tuple(_card(result, lanes, edits, final) for lanes, edits, final in found.values())


def _card(result: Result, lanes: list[str], edits: tuple[Edit, ...], final: Final) -> FinalCard:
    sound = [sample for sample in final.samples if sample.measurement.failure is None]
    return FinalCard(
        tuple(lanes),
        edits,
        WORDS[final.evidence],
        final.verdict(result.rules),
        tuple(sample.seed for sample in sound),
        tuple(f"seed {s.seed}: {s.measurement.reason}" for s in final.samples if s.measurement.failure is not None),
        tuple(_row(rule, place, final) for place, rule in enumerate(result.rules)),
    )


def _row(rule: Rule, place: int, final: Final) -> FinalRow:
    def shown(value: float) -> Quantity:
        return quantity(rule.in_unit(value), rule.unit, reason="it was not measured")

    middle, outcome = shown(final.mean(place)), final.outcome(rule, place)
    low, high = map(shown, final.range(place))
    threshold = None
    bar = None
    if rule.threshold is not None and rule.comparator is not None:
        known = Known(rule.in_unit(rule.threshold), rule.unit, None)
        threshold = known
        if isinstance(middle, Known):
            bar = margin_bar(SIGNS[rule.comparator], known, middle, low, high, outcome)
    return FinalRow(
        rule.verb,
        rule.shown,
        SIGNS.get(rule.comparator or "", ""),
        threshold,
        rule.because,
        tuple(shown(value) for value in final.values(place)),
        middle,
        (low, high),
        bar,
        outcome,
        final.reason(rule, place) if outcome == "undecided" else "",
    )


def power_of(result: Result) -> Power | None:
    """The calibration; None while it goes on."""
    known = result.calibrated
    if known is None or not known.noise:
        return None
    rows: list[NoiseRow] = []
    for place, (rule, noise, assumed) in enumerate(zip(result.rules, known.noise, known.assumed, strict=True)):
        if rule.shown in {row.shown for row in rows}:
            continue
        middle = mean([run.figures[place].estimate or math.nan for run in known.whole])
        rows.append(_noise(rule, noise, middle, assumed=assumed))
    return Power(tuple(rows), known.outcome, known.reason, len(known.whole), _sentence(result))


def _noise(rule: Rule, noise: Noise, middle: float, *, assumed: bool) -> NoiseRow:
    unit = noise.sigma if rule.is_even else middle * math.expm1(noise.sigma)
    return NoiseRow(
        rule.shown,
        quantity(rule.in_unit(middle), rule.unit, reason="the baseline gave no finite figure"),
        rule.spread(noise.sigma),
        quantity(rule.in_unit(unit), rule.unit, reason="the baseline gave no finite figure"),
        "" if noise.sigma_eval is None else rule.spread(noise.sigma_eval),
        assumed,
    )


def _sentence(result: Result) -> str:
    """What this budget can find, in σ, relative, and in units of the objective."""
    found, known, place = result.power, result.calibrated, objective_of(result.rules)
    assert known is not None
    if place is None:
        return "The scorecard minimises nothing: a design is accepted when it is the first that satisfies it."
    rule, sigma = result.rules[place], known.noise[place].sigma
    wanted = f"the spec wants {result.settings.detect:g} σ found"
    trials = f"{count(found.trials, 'trial')} of each arm"
    if found.detectable is None:
        return f"In {trials} the gate finds no gain with 80 % chance; {wanted}."
    gain = rule.gain(found.detectable * sigma)
    middle = mean([run.figures[place].estimate or math.nan for run in known.whole])
    units = quantity(rule.in_unit(gain if rule.is_even else middle * gain), rule.unit)
    shown = "" if isinstance(units, Unknown) else f", {units} from the baseline"
    return (
        f"In {trials} the gate accepts a gain of {found.detectable:.2g} σ with at least 80 % chance: "
        f"{format_percent(round(gain, 3))} of {rule.metric}{shown}; {wanted}. "
        f"The chance that a campaign accepts a change that is none is held below "
        f"{format_percent(result.settings.gate.alpha)}."
    )
